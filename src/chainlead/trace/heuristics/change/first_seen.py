"""Change goes to an address that was never seen before (a one-time address).

Assumption: a wallet makes a fresh address for its change, while payees often have a known one.
Known failure: payees with fresh addresses look the same (then several outputs are named, and
`.unique` is silent); a ledger with missing blocks calls an old address new.
Citation: Androulaki et al., "Evaluating User Privacy in Bitcoin", FC 2013; Meiklejohn et al., "A
Fistful of Bitcoins", IMC 2013 (heuristic 2, which also asks that no input address is paid).
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.first_payers import first_payers, is_later
from chainlead.trace.heuristics.change.change_heuristic import NONE, ChangeHeuristic


class FirstSeen(ChangeHeuristic):
    """Outputs whose address was never paid before and is paid once here.

    Nothing is named where an address of the inputs is paid: then the change went back there.
    Only what came before the transaction counts: blocks that are added later change nothing.
    """

    name = "first_seen"
    version = 1
    assumption = "A wallet makes a fresh address for its change; a payee's address is often known."
    known_failure = (
        "Payees with fresh addresses look the same; where blocks are missing from the ledger, an "
        "old address is taken for a new one."
    )
    citation = (
        "Androulaki et al.: Evaluating User Privacy in Bitcoin. FC 2013; Meiklejohn et al.: A "
        "Fistful of Bitcoins. IMC 2013."
    )

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """Silent where an input's address is paid, an output has no address, or order is unknown."""
        taken = {
            spent.previous.address
            for spent in transaction.inputs
            if spent.previous is not None and spent.previous.address is not None
        }
        named = [output.address for output in transaction.outputs]
        if not taken.isdisjoint(named):
            return NONE
        found: set[int] = set()
        for index in spendable:
            address = named[index]
            if address is None or named.count(address) > 1:
                continue
            payers = first_payers(address, view)
            if all(
                payer.txid == transaction.txid or is_later(payer, transaction) for payer in payers
            ):
                found.add(index)
        return frozenset(found)
