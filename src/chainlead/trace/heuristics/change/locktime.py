"""Change is spent with the same locktime habit as the transaction that made it.

Assumption: software sets a locktime always (against fee sniping) or never, so an output whose
spender has the other habit was not the payer's.
Known failure: payer and payee may use the same software (then nothing is ruled out); software that
sets a locktime only sometimes, and people who change software, are told wrongly.
Citation: Kalodner et al., "BlockSci", arXiv 1709.02489 (locktime in change_address.cpp).
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic


class Locktime(ChangeHeuristic):
    """Outputs that are not spent, or spent by a transaction with the same locktime habit."""

    name = "locktime"
    version = 1
    assumption = "Software sets a locktime always or never, so change is spent the same way."
    known_failure = (
        "Payer and payee may use the same software, then nothing is ruled out; software that sets "
        "a locktime only sometimes, and people who change software, are told wrongly."
    )
    citation = "Kalodner et al.: BlockSci, arXiv 1709.02489 (locktime)."

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """An output that was not spent by the view's pin cannot be ruled out."""
        habit = transaction.locktime > 0
        found: set[int] = set()
        for index in spendable:
            spender = view.lookup_spender(transaction.outputs[index].outpoint)
            if spender is None or (spender.locktime > 0) == habit:
                found.add(index)
        return frozenset(found)
