"""What an export states, beside what the case's own ledger holds of the same transaction.

Found in: rows with a transaction id that the ledger knows. Proof: none of the row itself; where the
transaction pays the stated receiver the stated amount, two independent witnesses agree.
Limits: whose wallet an export is of the case does not know, so a row without a receiver is compared by
its transaction and time only.
"""

from dataclasses import dataclass

from chainlead.ledger.accounts.account_chain import find_account_chain
from chainlead.ledger.case_ledger import CaseLedger
from chainlead.ledger.stated.keeping import load_stated
from chainlead.ledger.stated.reading import OUT, StatedPayment
from chainlead.ledger.verified import Verified
from chainlead.model import Chain, Txid
from chainlead.store import Store

UNKNOWN, KNOWN, AGREES, DIFFERS = "not in the ledger", "transaction known", "agrees", "differs"
_FAR_S = 3 * 3600


@dataclass(frozen=True, slots=True)
class StatedCheck:
    """A stated payment and what became of it.

    Attributes:
        source: the file's name.
        outcome: `not in the ledger`, `transaction known`, `agrees`, `differs`.
        level: how far the payment is checked: a single source, or two sources that agree.
        words: what differs.
    """

    payment: StatedPayment
    source: str
    outcome: str
    level: Verified
    words: str = ""


def compare_stated(store: Store, chain: Chain) -> tuple[StatedCheck, ...]:
    """Every stated payment of a chain beside the ledger, in order of time, source and row."""
    find = _find_in_accounts if find_account_chain(chain) else _find_in_outputs
    known = find(store, chain, {p.txid for _, p in load_stated(store, chain) if p.txid})
    checks = []
    for source, payment in load_stated(store, chain):
        found = known.get(payment.txid or "")
        checks.append(_check(source, payment, found))
    return tuple(checks)


@dataclass(frozen=True, slots=True)
class _Found:
    """A transaction as the ledger has it: what it paid to whom."""

    mined_at_unix: int | None
    paid: tuple[tuple[str | None, int], ...]


def _check(source: str, payment: StatedPayment, found: _Found | None) -> StatedCheck:
    if found is None:
        return StatedCheck(payment, source, UNKNOWN, Verified.SINGLE_SOURCE)
    words = []
    if found.mined_at_unix and abs(found.mined_at_unix - payment.moment_unix) > _FAR_S:
        minutes = abs(found.mined_at_unix - payment.moment_unix) // 60
        words.append(f"its block is {minutes} minutes away from the stated time")
    if payment.receiver is None:
        return StatedCheck(payment, source, KNOWN, Verified.SINGLE_SOURCE, "; ".join(words))
    amounts = [units for receiver, units in found.paid if receiver == payment.receiver]
    wanted = {payment.amount_units}
    if payment.fee_units and payment.fee_in_amount and payment.direction == OUT:
        wanted.add(payment.amount_units - payment.fee_units)
    if not amounts:
        words.append("the transaction pays nothing to the stated receiver")
    elif not wanted & {*amounts, sum(amounts)}:
        told = ", ".join(str(units) for units in amounts)
        words.append(f"the transaction pays the stated receiver {told} base units")
    else:
        return StatedCheck(payment, source, AGREES, Verified.TWO_SOURCES, "; ".join(words))
    return StatedCheck(payment, source, DIFFERS, Verified.SINGLE_SOURCE, "; ".join(words))


def _find_in_outputs(store: Store, chain: Chain, txids: set[str]) -> dict[str, _Found]:
    ledger = CaseLedger(store, chain, small_ledger_outputs=0)
    found = {}
    for txid in sorted(txids):
        transaction = ledger.lookup_transaction(Txid.from_display(txid))
        if transaction is not None:
            mined = transaction.mined_at
            found[txid] = _Found(
                None if mined is None else int(mined.timestamp()),
                tuple((output.address, output.amount_units) for output in transaction.outputs),
            )
    return found


def _find_in_accounts(store: Store, chain: Chain, txids: set[str]) -> dict[str, _Found]:
    found = {}
    for txid in sorted(txids):
        row = store.lookup("account_transactions", chain=chain.value, txid=txid)
        if row is not None:
            transfers = store.rows("account_transfers", chain=chain.value, txid=txid, contract="")
            paid = tuple((one["receiver"], int(one["amount_units"])) for one in transfers)
            found[txid] = _Found(row["mined_at_unix"], paid)
    return found
