"""The verdict of a detector on one transaction."""

from dataclasses import dataclass
from typing import Literal

Certainty = Literal["round", "ambiguous", "entrance"]


@dataclass(frozen=True, slots=True)
class MixingRound:
    """The verdict on one transaction: a mixing round, or a shape that may be one.

    Attributes:
        participants: how many people take part; see `is_upper_bound`.
        amount_units: the amount of the equal outputs; 0 where there is no such amount.
        heuristic, version: who says so.
        protocol: the name of the protocol, for people.
        certainty: "round": several people's money; a trail ends here and nothing is joined.
            "ambiguous": one payer or several, nobody can say; nothing is joined, a trail goes on.
            "entrance": one payer who prepares for mixing; a trail goes on.
        parameters: name and value of each number that the verdict depends on.
        is_upper_bound: whether the protocol hides how many people take part, so that
            `participants` is the most that there can be.
        wording: what it is, in words, where it has no participants to count.
    """

    participants: int
    amount_units: int
    heuristic: str
    version: int
    protocol: str = ""
    certainty: Certainty = "round"
    parameters: tuple[tuple[str, str], ...] = ()
    is_upper_bound: bool = False
    wording: str = ""

    @property
    def described(self) -> str:
        """What it is, in words: "a mixing round of 5 participants (Whirlpool)"."""
        if self.wording:
            return self.wording
        most = "at most " if self.is_upper_bound else ""
        named = f" ({self.protocol})" if self.protocol else ""
        return f"a mixing round of {most}{self.participants} participants{named}"
