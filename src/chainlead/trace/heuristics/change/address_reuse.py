"""An output that pays an address which also pays in is change.

Assumption: who pays from an address and back to it keeps the rest there.
Known failure: a payment to oneself, or a service that several people pay through, looks the same;
most wallets never reuse an address, so it is silent most of the time.
Citation: Androulaki, Karame, Roeschlin, Scherer, Capkun, "Evaluating User Privacy in Bitcoin",
FC 2013; as in BlockSci's change_address.cpp, arXiv 1709.02489.
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic


class AddressReuse(ChangeHeuristic):
    """Outputs to an address of the inputs."""

    name = "address_reuse"
    version = 1
    assumption = "Who pays from an address and back to the same address keeps the rest there."
    known_failure = (
        "A payment to oneself, or a transaction that several people sign, looks the same; most "
        "wallets never reuse an address, so it is silent for them."
    )
    citation = (
        "Androulaki et al.: Evaluating User Privacy in Bitcoin. FC 2013; Kalodner et al.: "
        "BlockSci, arXiv 1709.02489."
    )

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """The outputs whose address, or script where it has none, an input spends from."""
        del view
        payers = {
            spent.previous.address or spent.previous.script
            for spent in transaction.inputs
            if spent.previous is not None
        }
        return frozenset(
            index
            for index in spendable
            if (transaction.outputs[index].address or transaction.outputs[index].script) in payers
        )
