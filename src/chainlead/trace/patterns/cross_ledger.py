"""Money that enters a service on one ledger and may be what leaves it on another.

Shape: a deposit to a service on ledger A, and a payout of the same service on ledger B, soon after,
of the deposit's value at that moment's rate less a fee.
Assumption: who swaps coins at a service gets the value of his deposit within a short time.
Known failure: a busy service pays many customers similar amounts in the same minutes; a customer
may take the money out in parts, later, or as another value. So the number of competing candidates
is printed and the score is one divided by it: a candidate is a lead, never more; the service knows.
Citation: Yousaf, Kappos, Meiklejohn, "Tracing Transactions Across Cryptocurrency Ledgers", USENIX
Security 2019; that each competitor lowers the score is after mwebscan's method for peg-outs.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor

from chainlead.ledger import Transaction
from chainlead.model import Chain, Outpoint, Strength
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.pattern import ServiceOf, payable

BEFORE_SECONDS = 600
AFTER_SECONDS = 3_600
MOST_FEE_PERMILLE = 30
MOST_GAIN_PERMILLE = 10


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that enters or leaves a service on one ledger.

    Attributes:
        address: for a deposit the service's address, for a payout the customer's.
        parties: for a deposit the addresses that paid, sorted.
        outpoint: on a ledger of outputs.
    """

    chain: Chain
    txid: str
    service: str
    address: str
    amount_units: int
    at: datetime
    parties: tuple[str, ...] = ()
    outpoint: Outpoint | None = None


Rate = Callable[[Movement], Fraction | None]
"""Base units of ledger B for one base unit of ledger A at a deposit's time; None: not known."""


@dataclass(frozen=True, slots=True)
class CrossLedgerCandidate:
    """A payout that could be a deposit's other side.

    Attributes:
        expected_units: the deposit's value on ledger B before fees, rounded down.
        competing_payouts: payouts that fit the deposit, this one counted.
        competing_deposits: deposits that this payout fits, this one counted.
    """

    deposit: Movement
    payout: Movement
    expected_units: int
    competing_payouts: int
    competing_deposits: int
    strength: Strength = Strength.INFERRED

    @property
    def score(self) -> Fraction:
        """One divided by the number of candidates on both sides; 1 where nothing competes."""
        return Fraction(1, self.competing_payouts + self.competing_deposits - 1)


class CrossLedger(Heuristic):
    """Deposits on one ledger and payouts on another that fit in time and value."""

    name = "cross_ledger"
    version = 1
    assumption = "Who swaps coins at a service gets his deposit's value back within a short time."
    known_failure = (
        "A busy service pays similar amounts to many in the same minutes; money may leave in parts, "
        "later or not at all. Never more than a lead: the service's records decide."
    )
    citation = (
        "Yousaf, Kappos, Meiklejohn: Tracing Transactions Across Cryptocurrency Ledgers. USENIX "
        "Security 2019."
    )

    def __init__(
        self,
        *,
        before_seconds: int = BEFORE_SECONDS,
        after_seconds: int = AFTER_SECONDS,
        most_fee_permille: int = MOST_FEE_PERMILLE,
        most_gain_permille: int = MOST_GAIN_PERMILLE,
    ) -> None:
        """Set the time window around a deposit, and how much less or more may be paid out.

        Args:
            before_seconds: block times are not exact, and a service may pay before confirmation.
            after_seconds: how long the service may take.
            most_fee_permille: the payout is worth the deposit less at most this share …
            most_gain_permille: … or more by this share, because the rate moved.
        """
        self._before = timedelta(seconds=before_seconds)
        self._after = timedelta(seconds=after_seconds)
        self._fee = most_fee_permille
        self._gain = most_gain_permille

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Window and tolerance."""
        return (
            ("before_seconds", str(int(self._before.total_seconds()))),
            ("after_seconds", str(int(self._after.total_seconds()))),
            ("most_fee_permille", str(self._fee)),
            ("most_gain_permille", str(self._gain)),
        )

    def match(
        self, deposits: Iterable[Movement], payouts: Iterable[Movement], rate: Rate
    ) -> tuple[CrossLedgerCandidate, ...]:
        """Every pair that fits, by time of the deposit, then best score, then time of the payout.

        A deposit without a rate has no candidate.
        """
        leaving = sorted(payouts, key=_order)
        times = [payout.at for payout in leaving]
        pairs: list[tuple[Movement, Movement, int]] = []
        for deposit in sorted(deposits, key=_order):
            here = rate(deposit)
            if here is None:
                continue
            expected = deposit.amount_units * here
            least = ceil(expected * (1000 - self._fee) / 1000)
            most = floor(expected * (1000 + self._gain) / 1000)
            start = bisect_left(times, deposit.at - self._before)
            end = bisect_right(times, deposit.at + self._after)
            pairs.extend(
                (deposit, payout, int(expected))
                for payout in leaving[start:end]
                if payout.service == deposit.service and least <= payout.amount_units <= most
            )
        payouts_of = Counter(_order(deposit) for deposit, _, _ in pairs)
        deposits_of = Counter(_order(payout) for _, payout, _ in pairs)
        found = [
            CrossLedgerCandidate(
                deposit, payout, expected, payouts_of[_order(deposit)], deposits_of[_order(payout)]
            )
            for deposit, payout, expected in pairs
        ]
        return tuple(sorted(found, key=lambda c: (_order(c.deposit), -c.score, _order(c.payout))))


def find_deposits(transactions: Iterable[Transaction], service_of: ServiceOf) -> list[Movement]:
    """Outputs to a service from transactions that the service did not pay, with a block time."""
    found: list[Movement] = []
    for transaction in transactions:
        if transaction.is_coinbase or transaction.mined_at is None or is_shared(transaction):
            continue
        parties = _parties(transaction)
        own = {service_of(party) for party in parties}
        for output in payable(transaction):
            service = service_of(output.address) if output.address else None
            if service is None or service in own:
                continue
            found.append(
                Movement(
                    transaction.chain,
                    transaction.txid.display,
                    service,
                    output.address or "",
                    output.amount_units,
                    transaction.mined_at,
                    parties,
                    output.outpoint,
                )
            )
    return found


def find_payouts(transactions: Iterable[Transaction], service_of: ServiceOf) -> list[Movement]:
    """Outputs to others from transactions that a service paid, with a block time."""
    found: list[Movement] = []
    for transaction in transactions:
        if transaction.is_coinbase or transaction.mined_at is None or is_shared(transaction):
            continue
        services = {name for party in _parties(transaction) if (name := service_of(party))}
        if len(services) != 1:
            continue
        (service,) = services
        found.extend(
            Movement(
                transaction.chain,
                transaction.txid.display,
                service,
                output.address,
                output.amount_units,
                transaction.mined_at,
                (),
                output.outpoint,
            )
            for output in payable(transaction)
            if output.address is not None and service_of(output.address) != service
        )
    return found


def _parties(transaction: Transaction) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                spent.previous.address
                for spent in transaction.inputs
                if spent.previous is not None and spent.previous.address is not None
            }
        )
    )


def _order(movement: Movement) -> tuple[datetime, str, str, int, str, int]:
    index = movement.outpoint.output_index if movement.outpoint else -1
    return (
        movement.at,
        movement.chain.value,
        movement.txid,
        index,
        movement.address,
        movement.amount_units,
    )
