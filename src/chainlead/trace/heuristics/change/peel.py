"""The next step of a peel chain: the one output whose spender shows the same wallet.

Assumption: a wallet spends its change with the same software and settings, so the one output whose
spending transaction shows the same features is the change, and the others were peeled off.
Known failure: a payee with the same software and settings is followed by mistake where the true
change lies unspent or is spent in another way; a wallet that was updated ends the chain. More than
one match, or none, gives no step.
Citation: Kappos, Yousaf, Stütz, Rollet, Haslhofer, Meiklejohn, "How to Peel a Million: Validating
and Expanding Bitcoin Clusters", USENIX Security 2022, arXiv 2205.13882. Unverified: the exact list
of features there; ours is in `trace/fingerprint.py`.
"""

from dataclasses import dataclass

from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Txid
from chainlead.trace.fingerprint import compare_fingerprints, take_fingerprint
from chainlead.trace.heuristics.change.change_heuristic import NONE, ChangeHeuristic, is_shared

LEAST_FEATURES = 4
MOST_HOPS = 1_000


@dataclass(frozen=True, slots=True)
class PeelStep:
    """One hop: the output that was followed, by what, on which evidence.

    Attributes:
        change: the output that was followed.
        spender: the transaction that spends it.
        height: the spender's height, where it is known.
        same: features that both transactions show alike.
        unknown: features that one of the two does not show.
        peeled: the other outputs, data outputs left out.
    """

    txid: Txid
    change: Output
    spender: Txid
    height: int | None
    same: tuple[str, ...]
    unknown: tuple[str, ...]
    peeled: tuple[Output, ...]

    @property
    def peeled_units(self) -> int:
        """What left the chain at this hop, in base units, the fee not counted."""
        return sum(output.amount_units for output in self.peeled)


class Peel(ChangeHeuristic):
    """The one output that is spent by a transaction with the same features."""

    name = "peel"
    version = 1
    assumption = (
        "A wallet spends its change with the same software and settings: the one output whose "
        "spender shows the same features is the change."
    )
    known_failure = (
        "A payee with the same software is followed by mistake where the true change lies unspent "
        "or is spent in another way; a wallet that was updated ends the chain."
    )
    citation = (
        "Kappos et al.: How to Peel a Million. USENIX Security 2022, arXiv 2205.13882; the list "
        "of features is chainlead's own."
    )

    def __init__(self, least_features: int = LEAST_FEATURES) -> None:
        """Ask that at least so many features are shown by both and alike."""
        self._least_features = least_features

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many features have to match."""
        return (("least_features", str(self._least_features)),)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """The index that `follow` would take."""
        found = self._matches(transaction, spendable, view)
        return frozenset((found[0].change.outpoint.output_index,)) if len(found) == 1 else NONE

    def matches(self, transaction: Transaction, view: LedgerView) -> tuple[PeelStep, ...]:
        """Every output whose spender shows the same features; one alone is a hop."""
        return self._matches(transaction, self.spendable(transaction), view)

    def follow(self, transaction: Transaction, view: LedgerView) -> PeelStep | None:
        """The next hop with its evidence; None for no match, several, a coinbase or a mix."""
        found = self.matches(transaction, view)
        return found[0] if len(found) == 1 else None

    def follow_all(
        self, transaction: Transaction, view: LedgerView, *, most_hops: int = MOST_HOPS
    ) -> tuple[PeelStep, ...]:
        """Every hop from this transaction on, until one has no single match."""
        steps: list[PeelStep] = []
        here: Transaction | None = transaction
        while here is not None and len(steps) < most_hops:
            step = self.follow(here, view)
            if step is None:
                break
            steps.append(step)
            here = view.lookup_transaction(step.spender)
        return tuple(steps)

    def _matches(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> tuple[PeelStep, ...]:
        print_here = take_fingerprint(transaction)
        found: list[PeelStep] = []
        for index in sorted(spendable):
            output = transaction.outputs[index]
            spender = view.lookup_spender(output.outpoint)
            if spender is None or is_shared(spender):
                continue
            compared = compare_fingerprints(print_here, take_fingerprint(spender))
            if compared.fits and len(compared.same) >= self._least_features:
                found.append(
                    PeelStep(
                        transaction.txid,
                        output,
                        spender.txid,
                        spender.height,
                        compared.same,
                        compared.unknown,
                        tuple(transaction.outputs[i] for i in sorted(spendable - {index})),
                    )
                )
        return tuple(found)
