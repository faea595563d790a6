"""Change has the script type of the inputs.

Assumption: a wallet uses one kind of address, and makes its change to the same kind.
Known failure: the payee may use the same kind (then nothing is ruled out); wallets that match the
payee's kind on purpose (Bitcoin Core since 23.0) or that moved to a new kind are told wrongly.
Citation: Kalodner et al., "BlockSci", arXiv 1709.02489 (address_type in change_address.cpp);
Bitcoin Core 23.0 release notes on matching change types.
"""

from chainlead.codecs import script_kind
from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import NONE, ChangeHeuristic


class ScriptType(ChangeHeuristic):
    """Outputs of the one script type that all inputs have."""

    name = "script_type"
    version = 1
    assumption = "A wallet uses one kind of address, for its coins and for its change."
    known_failure = (
        "Wallets that match the payee's kind on purpose, or that moved to a new kind, are told "
        "wrongly; where all kinds are equal nothing is ruled out."
    )
    citation = "Kalodner et al.: BlockSci, arXiv 1709.02489 (address_type)."

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """Silent where an input is unknown or the inputs have several types."""
        del view
        kinds: set[str | None] = {
            script_kind(spent.previous.script) if spent.previous is not None else None
            for spent in transaction.inputs
        }
        if len(kinds) != 1 or None in kinds:
            return NONE
        return frozenset(
            index for index in spendable if script_kind(transaction.outputs[index].script) in kinds
        )
