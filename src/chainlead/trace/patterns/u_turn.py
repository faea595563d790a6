"""A U-turn: money leaves for another ledger, and comes back.

Shape: a deposit on ledger A has a candidate payout on ledger B; the transaction that spends this
payout is a deposit to a service on B; and that has a candidate payout on A again. Where the last
payout reaches an address that made the first deposit, it is a round trip.
Assumption: who changes coins there and back wants the trail to break between.
Known failure: both crossings are candidates only, and what can be wrong with each multiplies:
the score is the product of theirs. A trader does the same for other reasons.
Citation: Yousaf, Kappos, Meiklejohn, "Tracing Transactions Across Cryptocurrency Ledgers", USENIX
Security 2019 (U-turns, round-trip transactions).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from chainlead.ledger import LedgerView
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.patterns.cross_ledger import CrossLedgerCandidate

MOST_HOURS = 24


@dataclass(frozen=True, slots=True)
class UTurnCandidate:
    """Out and back again. `is_round_trip`: the same hand at both ends, as far as it was asked."""

    out: CrossLedgerCandidate
    back: CrossLedgerCandidate
    is_round_trip: bool

    @property
    def score(self) -> Fraction:
        """The product of both crossings' scores."""
        return self.out.score * self.back.score


class UTurn(Heuristic):
    """Pairs of crossings where the second spends what the first paid out."""

    name = "u_turn"
    version = 1
    assumption = "Who changes coins to another ledger and straight back wants the trail to break."
    known_failure = (
        "Both crossings are candidates only, so what can be wrong with each multiplies; traders do "
        "the same for other reasons. Never more than a lead."
    )
    citation = (
        "Yousaf, Kappos, Meiklejohn: Tracing Transactions Across Cryptocurrency Ledgers. USENIX "
        "Security 2019."
    )

    def __init__(self, most_hours: int = MOST_HOURS) -> None:
        """Ask that the second deposit follows the first within so many hours."""
        self._most_hours = most_hours

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The longest stay on the other ledger."""
        return (("most_hours", str(self._most_hours)),)

    def find(
        self,
        out: Iterable[CrossLedgerCandidate],
        back: Iterable[CrossLedgerCandidate],
        other_ledger: LedgerView,
        *,
        same_hand: Callable[[str, str], bool] = str.__eq__,
    ) -> tuple[UTurnCandidate, ...]:
        """Every pair that fits, in the order of the crossings.

        Args:
            out: candidates from ledger A to ledger B.
            back: candidates from ledger B to ledger A.
            other_ledger: ledger B.
            same_hand: whether two addresses of ledger A are held by one hand, for a round trip.
        """
        returning: dict[str, list[CrossLedgerCandidate]] = {}
        for candidate in back:
            returning.setdefault(candidate.deposit.txid, []).append(candidate)
        found: list[UTurnCandidate] = []
        for candidate in out:
            if candidate.payout.outpoint is None:
                continue
            spender = other_ledger.lookup_spender(candidate.payout.outpoint)
            if spender is None:
                continue
            for second in returning.get(spender.txid.display, ()):
                stay = second.deposit.at - candidate.deposit.at
                if timedelta() <= stay <= timedelta(hours=self._most_hours):
                    home = any(
                        same_hand(party, second.payout.address)
                        for party in candidate.deposit.parties
                    )
                    found.append(UTurnCandidate(candidate, second, home))
        return tuple(found)
