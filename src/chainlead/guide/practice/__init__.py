"""Invented worlds whose exact truth is known: the practice case, and towns to measure heuristics on.

The practice case has a shop for unlawful goods, two exchanges, and people who pay each other; a town
has many more of each and no plot (docs/design/practice-world.md). Every host ends in `.example`,
every address belongs to the regression-test network, which carries no money.
"""

from chainlead.guide.practice.story import PracticeWorld, build_world
from chainlead.guide.practice.town import Town
from chainlead.guide.practice.town_life import build_town
from chainlead.guide.practice.writer import PracticeFiles, write_world

__all__ = ["PracticeFiles", "PracticeWorld", "Town", "build_town", "build_world", "write_world"]
