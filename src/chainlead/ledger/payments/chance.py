"""How many receipts would match if the question were about another time, or another price.

Method: a control by displacement. The receipts stay as they are; the question is moved to where no
payment for the advertised goods is expected, many times, and the matches are counted in the same
way each time (`other_times.py`, `other_prices.py`). The counts are given whole: number of moves,
least, most, exact mean, and how many moves gave at least as many matches as the real question.
Assumption: receipts of other causes are about as frequent at the moved times and prices as at the
real ones. Known failure: goods sold at all hours make shifted times count real payments (the chance
looks larger than it is); a busy or quiet period beside the window misleads both ways; prices that
are rounder than their neighbours are paid more often than shifted prices show, so the same count is
made at half and at double the price, which are about as round.
Spec: the add-one rule for permutation counts, B. Phipson and G. K. Smyth, "Permutation P-values
should never be zero", Stat. Appl. Genet. Mol. Biol. 9(1), 2010, is why `as_many` is given with the
number of moves and never as a probability of zero.
"""

from dataclasses import dataclass
from fractions import Fraction

OTHER_TIMES = "shifted times"
OTHER_PRICES = "shifted prices"
AS_ROUND = "prices as round"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the question.

    Attributes:
        move: what it was, in words.
        receipts: how many receipts were looked at.
        matches: how many of them matched.
        kept, of_all: how many prices (times quantities and receipts) could be moved, and of how
            many: the matches are scaled up by their ratio. Equal where nothing was left out.
    """

    move: str
    receipts: int
    matches: int
    kept: int = 1
    of_all: int = 1

    @property
    def estimate(self) -> Fraction:
        """Matches by chance, exact."""
        return Fraction(self.matches * self.of_all, self.kept)


@dataclass(frozen=True, slots=True)
class ChanceCount:
    """One control, with every count that it made.

    Attributes:
        how: `shifted times`, `shifted prices` or `prices as round`.
        moves: every move that was made.
        left_out: moves that were not made because they could hit the real prices or times, or
            because the ledger knows too little there.
        note: why no move was made, in words; empty if some were.
    """

    how: str
    moves: tuple[Move, ...] = ()
    left_out: int = 0
    note: str = ""

    @property
    def least(self) -> Fraction | None:
        """The smallest estimate."""
        return min((move.estimate for move in self.moves), default=None)

    @property
    def most(self) -> Fraction | None:
        """The largest estimate."""
        return max((move.estimate for move in self.moves), default=None)

    @property
    def mean(self) -> Fraction | None:
        """Matches per move, exact, all moves scaled up together; None without a move."""
        if not self.moves:
            return None
        matches = sum(move.matches for move in self.moves)
        of_all, kept = sum(m.of_all for m in self.moves), sum(m.kept for m in self.moves)
        return Fraction(matches * of_all, kept * len(self.moves))

    def as_many(self, matches: int) -> int:
        """How many moves gave at least so many matches."""
        return sum(move.estimate >= matches for move in self.moves)
