"""Change is spent by a transaction that shows the same software.

Assumption: who made the change spends it with the same wallet, so an output whose spender differs
in a feature of the fingerprint was not the payer's.
Known failure: payer and payee may use the same software (then nothing is ruled out); a wallet that
was updated, moved to another or gathers coins of another type is told wrongly. A spender that is a
mixing round shows no wallet, so it rules nothing out.
Citation: Kappos, Yousaf, Stütz, Rollet, Haslhofer, Meiklejohn, "How to Peel a Million", USENIX
Security 2022, arXiv 2205.13882. Unverified: the exact list of features there; ours is in
`trace/fingerprint.py`.
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.fingerprint import FEATURES, compare_fingerprints, take_fingerprint
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic, is_shared


class SameFingerprint(ChangeHeuristic):
    """Outputs that are not spent, or spent by a transaction without a differing feature."""

    name = "same_fingerprint"
    version = 1
    assumption = "Who made the change spends it with the same wallet software and settings."
    known_failure = (
        "Payer and payee may use the same software, then nothing is ruled out; a wallet that was "
        "updated or moved to another software is told wrongly."
    )
    citation = (
        "Kappos et al.: How to Peel a Million. USENIX Security 2022, arXiv 2205.13882; the list "
        "of features is chainlead's own."
    )

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The features that are compared."""
        return (("features", " ".join(FEATURES)),)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """An output that was not spent by the view's pin cannot be ruled out."""
        print_here = take_fingerprint(transaction)
        found: set[int] = set()
        for index in spendable:
            spender = view.lookup_spender(transaction.outputs[index].outpoint)
            if (
                spender is None
                or is_shared(spender)
                or compare_fingerprints(print_here, take_fingerprint(spender)).fits
            ):
                found.add(index)
        return frozenset(found)
