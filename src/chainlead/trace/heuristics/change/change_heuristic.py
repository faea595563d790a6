"""Which outputs of a transaction may be the payer's change, as values that combine like sets.

A heuristic returns the outputs that it cannot rule out, or an empty set where it has nothing to
say. `a & b`, `a | b` and `a - b` combine them, `.unique` keeps only a single candidate; each gives
a heuristic again, with a name, version, assumption and card made of its parts. `a and b` raises.

Limits: a result depends on the ledger up to the view's pin only; give a `ViewUntil` to look from an
earlier height. Coinbases, mixing rounds and transactions with one spendable output have no
candidates; data outputs are never change.
Spec: the algebra follows BlockSci (Kalodner et al., arXiv 1709.02489), which lets Python's `and`
drop an operand in silence; here it raises.
"""

from abc import abstractmethod
from functools import cache
from typing import final

from chainlead.codecs import script_kind
from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate

NONE: frozenset[int] = frozenset()


def is_shared(transaction: Transaction) -> bool:
    """Whether the gate sees a mixing round, what may be one, or the entrance to one.

    Then it has no one payer who pays somebody, and so no change.
    """
    return _gate().verdict(transaction) is not None


@cache
def _gate() -> CoinJoinGate:
    return CoinJoinGate()


class ChangeHeuristic(Heuristic):
    """Names the outputs that may be change. Residents of `trace/heuristics/change`, one per file."""

    @final
    def candidates(self, transaction: Transaction, view: LedgerView) -> frozenset[int]:
        """Indexes of the outputs that may be change; empty where nothing can be said.

        Args:
            transaction: with previous outputs filled in where they are known.
            view: the ledger up to the pinned height; nothing later is looked at.
        """
        spendable = self.spendable(transaction)
        return self.consider(transaction, spendable, view) if spendable else NONE

    @final
    def spendable(self, transaction: Transaction) -> frozenset[int]:
        """The outputs that are not data, where there are at least two.

        None of a coinbase or of what several people made. A single output is no change: it is a
        payment of everything or a move, and nothing here tells which.
        """
        if transaction.is_coinbase or len(transaction.outputs) < 2 or is_shared(transaction):
            return NONE
        spendable = frozenset(
            index
            for index, output in enumerate(transaction.outputs)
            if script_kind(output.script) != "op_return"
        )
        return spendable if len(spendable) > 1 else NONE

    @abstractmethod
    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """The part of `spendable` that may be change.

        Args:
            transaction: neither a coinbase nor a mixing round.
            spendable: the outputs that are not data.
            view: the ledger up to the pinned height.
        """

    def __and__(self, other: "ChangeHeuristic") -> "ChangeHeuristic":
        """What both name."""
        return _Both(self, other)

    def __or__(self, other: "ChangeHeuristic") -> "ChangeHeuristic":
        """What at least one of them names."""
        return _Either(self, other)

    def __sub__(self, other: "ChangeHeuristic") -> "ChangeHeuristic":
        """What this one names and the other does not."""
        return _Except(self, other)

    @property
    def unique(self) -> "ChangeHeuristic":
        """The candidate where there is exactly one; otherwise none."""
        return _Unique(self)

    def __repr__(self) -> str:
        """The printable name: of a combination, its formula."""
        return self.name


class _Combination(ChangeHeuristic):
    """A heuristic made of others: its card says what each part assumes and where it fails."""

    def __init__(self, name: str, *parts: ChangeHeuristic) -> None:
        leaves = {leaf.name: leaf for part in parts for leaf in _leaves(part)}
        self.name = name
        self.parts = parts
        self.leaves = tuple(leaves.values())
        self.version = sum(leaf.version for leaf in self.leaves)
        self.assumption = _sentences([leaf.assumption for leaf in self.leaves])
        self.known_failure = _sentences([leaf.known_failure for leaf in self.leaves])
        self.citation = _sentences([leaf.citation for leaf in self.leaves])

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The version and the parameters of each part, with the part's name before them."""
        return tuple(
            pair
            for leaf in self.leaves
            for pair in (
                (leaf.name, f"version {leaf.version}"),
                *((f"{leaf.name}.{name}", value) for name, value in leaf.parameters),
            )
        )


class _Both(_Combination):
    def __init__(self, left: ChangeHeuristic, right: ChangeHeuristic) -> None:
        super().__init__(f"({left.name} & {right.name})", left, right)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        left, right = self.parts
        found = left.consider(transaction, spendable, view)
        return found & right.consider(transaction, spendable, view) if found else found


class _Either(_Combination):
    def __init__(self, left: ChangeHeuristic, right: ChangeHeuristic) -> None:
        super().__init__(f"({left.name} | {right.name})", left, right)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        left, right = self.parts
        found = left.consider(transaction, spendable, view)
        return found | right.consider(transaction, spendable, view)


class _Except(_Combination):
    def __init__(self, left: ChangeHeuristic, right: ChangeHeuristic) -> None:
        super().__init__(f"({left.name} - {right.name})", left, right)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        left, right = self.parts
        found = left.consider(transaction, spendable, view)
        return found - right.consider(transaction, spendable, view) if found else found


class _Unique(_Combination):
    def __init__(self, part: ChangeHeuristic) -> None:
        super().__init__(f"{part.name}.unique", part)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        found = self.parts[0].consider(transaction, spendable, view)
        return found if len(found) == 1 else NONE


def _leaves(part: ChangeHeuristic) -> tuple[ChangeHeuristic, ...]:
    return part.leaves if isinstance(part, _Combination) else (part,)


def _sentences(parts: list[str]) -> str:
    return " ".join(dict.fromkeys(parts))
