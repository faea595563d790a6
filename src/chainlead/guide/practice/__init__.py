"""The practice case: an invented world whose exact truth is known.

A shop for unlawful goods, two invented exchanges, and people who pay each other. Every name ends
in `.example`, every address belongs to the regression-test network, which carries no money.
"""

from chainlead.guide.practice.story import PracticeWorld, build_world
from chainlead.guide.practice.writer import PracticeFiles, write_world

__all__ = ["PracticeFiles", "PracticeWorld", "build_world", "write_world"]
