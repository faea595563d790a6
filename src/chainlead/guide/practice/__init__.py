"""The practice case: an invented world whose exact truth is known.

A shop for unlawful goods, two invented exchanges, and people who pay each other. Every name ends
in `.example`, every address belongs to the regression-test network, which carries no money.
"""

from chainlead.guide.practice.story import PracticeWorld, build_world
from chainlead.guide.practice.town import Town
from chainlead.guide.practice.town_life import build_town
from chainlead.guide.practice.writer import PracticeFiles, write_world

__all__ = ["PracticeFiles", "PracticeWorld", "Town", "build_town", "build_world", "write_world"]
