"""Three levels of grouping, always shown apart: the higher one, the more has to be believed."""

from enum import StrEnum


class Level(StrEnum):
    """How addresses are grouped. Evidence rests on `CO_SPEND` unless somebody asks for more."""

    ADDRESS = "address"
    CO_SPEND = "co-spend"
    CO_SPEND_PLUS_CHANGE = "co-spend plus change"

    @property
    def meaning(self) -> str:
        """What has to be believed at this level, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Level.ADDRESS: "Each address by itself: nothing is inferred.",
    Level.CO_SPEND: "Addresses that signed one transaction together: one inference.",
    Level.CO_SPEND_PLUS_CHANGE: (
        "The same, and the output that a change rule takes for the payer's own: a second, weaker "
        "inference on top of the first."
    ),
}
