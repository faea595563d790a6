"""A pattern: a shape in the ledger that has a name, a usual reason and other possible reasons.

What a pattern finds is inferred, never observed, and always prints its assumption and its known
failure (its card). A pattern looks at the transactions that it is given and asks the view only about
them, so the same transactions and the same view give the same answer.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from chainlead.codecs import script_kind
from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Outpoint, Strength, Txid
from chainlead.registry import residents
from chainlead.trace.heuristic import Heuristic

ServiceOf = Callable[[str], str | None]
"""Says which service is said to hold an address; None where nobody says so."""


def nobody(_address: str) -> str | None:
    """No address is said to belong to a service."""
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a pattern that can be unfolded: an output, and what it is there."""

    role: str
    outpoint: Outpoint
    address: str | None
    amount_units: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class PatternFound:
    """One find, as it is shown folded; `parts` is what unfolds.

    Attributes:
        pattern, version, parameters: which pattern said so.
        summary: a sentence without amounts.
        txids: the transactions of the shape, in chain order.
        addresses: the addresses that it is about, sorted.
        amounts: what each amount is, and base units.
        counts: what was counted, and how many.
        parts: outputs, in the order of the shape.
        strength: a pattern is always inferred.
    """

    pattern: str
    version: int
    parameters: tuple[tuple[str, str], ...]
    summary: str
    txids: tuple[Txid, ...]
    addresses: tuple[str, ...]
    amounts: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, int], ...] = ()
    parts: tuple[Part, ...] = ()
    strength: Strength = Strength.INFERRED


class Pattern(Heuristic):
    """Finds one shape. Residents of `trace/patterns`, one per file."""

    title: ClassVar[str]

    @abstractmethod
    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """Every find among these transactions, in chain order.

        Args:
            view: the ledger up to the pinned height.
            transactions: what is looked at: a whole ledger, or a trail; of one chain.
            service_of: who is said to hold an address.
        """

    def _found(self, summary: str, txids: Iterable[Txid], **more: Any) -> PatternFound:
        return PatternFound(self.name, self.version, self.parameters, summary, tuple(txids), **more)


def find_patterns(names: Iterable[str] | None = None) -> tuple[Pattern, ...]:
    """The patterns with these names, or all, in the order of their names; unknown names are left out."""
    known = residents("chainlead.trace.patterns", Pattern)  # type: ignore[type-abstract]  # residents are concrete
    wanted = None if names is None else set(names)
    return tuple(
        sorted(
            (each for each in known if wanted is None or each.name in wanted),
            key=lambda each: each.name,
        )
    )


def in_chain_order(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Each transaction once, by its place in the chain."""
    once = {transaction.txid: transaction for transaction in transactions}
    return sorted(once.values(), key=lambda transaction: transaction.order)


def payable(transaction: Transaction) -> list[Output]:
    """The outputs that are not data."""
    return [output for output in transaction.outputs if script_kind(output.script) != "op_return"]


def payers(transaction: Transaction) -> list[str] | None:
    """The different addresses that pay in, sorted; None where one is unknown or has none."""
    found: set[str] = set()
    for spent in transaction.inputs:
        if spent.previous is None or spent.previous.address is None:
            return None
        found.add(spent.previous.address)
    return sorted(found)


def pattern_document(found: PatternFound) -> dict[str, Any]:
    """The find as JSON: amounts and counts by name, amounts as strings of base units."""
    return {
        "pattern": found.pattern,
        "version": found.version,
        "parameters": dict(found.parameters),
        "strength": found.strength.value,
        "summary": found.summary,
        "txids": [txid.display for txid in found.txids],
        "addresses": list(found.addresses),
        "amounts_units": {name: str(units) for name, units in found.amounts},
        "counts": dict(found.counts),
        "parts": [
            {
                "role": part.role,
                "outpoint": str(part.outpoint),
                "address": part.address,
                "amount_units": str(part.amount_units),
                "note": part.note,
            }
            for part in found.parts
        ],
    }
