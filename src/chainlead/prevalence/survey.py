"""The classes of the NetClean Report 2018, so that a unit's figure can stand beside the survey.

The survey asked 272 officers in 30 countries how common crypto is in their cases, in words: very uncommon,
uncommon, neither, common, very common. It gave no percentages. The thresholds here are chainlead's own
convention; the survey's denominator is officers, a unit's is cases. Spec: NetClean Report 2018, insight 4.
"""

from dataclasses import dataclass
from typing import Any

THRESHOLDS = (
    (2, "very uncommon"),
    (10, "uncommon"),
    (30, "neither"),
    (60, "common"),
)
"""Below so many percent: this class; else very common."""

CONVENTION = (
    "Our convention, not the survey's: below 2 % very uncommon, below 10 % uncommon, below 30 % "
    "neither, below 60 % common, else very common. The survey asked officers for a word; this counts cases."
)
PUBLISHED = (
    "NetClean Report 2018 (272 officers, 30 countries): two thirds had never seen crypto in a case; of "
    "the others more than half said uncommon or very uncommon, one fifth common or very common."
)


@dataclass(frozen=True, slots=True)
class SurveyClass:
    """The word for a share, and what must stand beside it."""

    word: str

    def to_document(self) -> dict[str, Any]:
        """The class with its label."""
        return {"class": self.word, "label": CONVENTION, "published": PUBLISHED}


def comparison_class(numerator: int, denominator: int) -> SurveyClass:
    """The class of a share, decided in whole numbers.

    Raises:
        ValueError: the denominator is not positive.
    """
    if denominator <= 0:
        raise ValueError("a share of nothing has no class")
    for below, word in THRESHOLDS:
        if 100 * numerator < below * denominator:
            return SurveyClass(word)
    return SurveyClass("very common")
