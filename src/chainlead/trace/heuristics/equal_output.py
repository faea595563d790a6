"""The shape of a mixing round: several people pay equal amounts to themselves in one transaction.

Assumption: where at least three outputs have one amount, and at least as many different addresses
pay in, the equal outputs belong to that many participants, and nobody can say whose is whose.
Known failure: a service with many inputs that pays several customers the same amount has the same
shape (the trail then stops early, which is the safe side); a round of two equal outputs, a PayJoin
and a mix without equal amounts are not seen.
Citation: Goldfeder, Kalodner, Reisman, Narayanan, "When the cookie meets the blockchain", PETS 2018;
the most common output amount as the sign of a round, as in BlockSci (arXiv 1709.02489).
"""

from collections import Counter
from dataclasses import dataclass

from chainlead.ledger import Transaction
from chainlead.trace.heuristic import Heuristic


@dataclass(frozen=True, slots=True)
class MixingRound:
    """The verdict on one transaction: equal outputs of how many participants."""

    participants: int
    amount_units: int
    heuristic: str
    version: int


@dataclass(frozen=True, slots=True)
class EqualOutputLimits:
    """What the verdict depends on."""

    least_equal_outputs: int = 3
    least_inputs: int = 3


class EqualOutput(Heuristic):
    """Flags equal-output (CoinJoin-shaped) transactions; the gate before clustering and tracing."""

    name = "equal_output"
    version = 1
    assumption = (
        "At least three outputs of one amount, and at least as many different addresses paying in, "
        "are a mixing round of at least that many participants."
    )
    known_failure = (
        "A service that pays many customers the same amount from many of its own addresses looks "
        "the same; rounds with only two equal outputs and PayJoins are not seen."
    )
    citation = (
        "Goldfeder, Kalodner, Reisman, Narayanan: When the cookie meets the blockchain. PETS 2018; "
        "Kalodner et al.: BlockSci, arXiv 1709.02489."
    )

    def __init__(self, limits: EqualOutputLimits | None = None) -> None:
        """Take the default limits where none are given."""
        self.limits = limits or EqualOutputLimits()

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The limits, by name."""
        return (
            ("least_equal_outputs", str(self.limits.least_equal_outputs)),
            ("least_inputs", str(self.limits.least_inputs)),
        )

    def judge(self, transaction: Transaction) -> MixingRound | None:
        """The round that this transaction looks like, or None for an ordinary transaction."""
        limits = self.limits
        if transaction.is_coinbase or len(transaction.inputs) < limits.least_inputs:
            return None
        payees: dict[int, set[str | bytes]] = {}
        for output in transaction.outputs:
            if output.amount_units:
                payees.setdefault(output.amount_units, set()).add(output.address or output.script)
        if not payees:
            return None
        equal, amount_units = max((len(who), -amount) for amount, who in payees.items())
        if equal < limits.least_equal_outputs or equal > _payers(transaction):
            return None
        return MixingRound(equal, -amount_units, self.name, self.version)


def _payers(transaction: Transaction) -> int:
    """Different addresses that pay in; an unknown input counts as one more."""
    known: Counter[str | bytes] = Counter()
    unknown = 0
    for spent in transaction.inputs:
        if spent.previous is None:
            unknown += 1
        else:
            known[spent.previous.address or spent.previous.script] += 1
    return len(known) + unknown
