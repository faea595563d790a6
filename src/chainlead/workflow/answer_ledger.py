"""The case's ledgers as the check of an answer asks them: payments of a transaction, payments to an address."""

from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice

from chainlead.codecs import SCRIPT_CHAINS
from chainlead.errors import CodecError
from chainlead.ledger import (
    CaseLedger,
    Output,
    Transaction,
    find_account_chain,
    get_account_chain,
)
from chainlead.model import NATIVE, Chain, Txid, moment_from_unix, moment_to_text
from chainlead.request import LedgerPayment, PaymentBook
from chainlead.store import Row, Store

_MOST_RECEIPTS = 10_000


def payment_books(store: Store) -> Callable[[Chain], PaymentBook | None]:
    """A function that gives the book of a chain, or None where the case holds no ledger of it."""

    @cache
    def book_of(chain: Chain) -> PaymentBook | None:
        if not store.count("ledger_sources", chain=chain.value):
            return None
        if chain in SCRIPT_CHAINS:
            return _OutputBook(store, chain)
        return _AccountBook(store, chain) if find_account_chain(chain) else None

    return book_of


class _OutputBook:
    """A ledger of outputs."""

    def __init__(self, store: Store, chain: Chain) -> None:
        self._ledger = CaseLedger(store, chain)
        self._decimals = NATIVE[chain].decimals
        self._paid_to: dict[str, tuple[LedgerPayment, ...]] = {}

    def payments(self, txid: str) -> tuple[LedgerPayment, ...] | None:
        """Each output of the transaction."""
        known = self._ledger.lookup_transaction(Txid.from_display(txid))
        return None if known is None else tuple(self._of(known, known.outputs))

    def payments_to(self, address: str) -> tuple[LedgerPayment, ...]:
        """Each output to the address."""
        if address not in self._paid_to:
            found: list[LedgerPayment] = []
            for output in islice(self._ledger.outputs_to(address), _MOST_RECEIPTS):
                known = self._ledger.lookup_transaction(output.outpoint.txid)
                if known is not None:
                    found += self._of(known, [output])
            self._paid_to[address] = tuple(found)
        return self._paid_to[address]

    def _of(self, known: Transaction, outputs: Iterable[Output]) -> Iterable[LedgerPayment]:
        mined_at = moment_to_text(known.mined_at) if known.mined_at else None
        for output in outputs:
            yield LedgerPayment(
                txid=known.txid.display,
                place=f"output {output.outpoint.output_index}",
                outpoint=str(output.outpoint),
                address=output.address or "",
                amount_units=output.amount_units,
                decimals=self._decimals,
                mined_at=mined_at,
                height=known.height,
            )


class _AccountBook:
    """A ledger of accounts."""

    def __init__(self, store: Store, chain: Chain) -> None:
        self._store = store
        self._chain = chain

    def payments(self, txid: str) -> tuple[LedgerPayment, ...] | None:
        """Each transfer of the transaction."""
        known = next(filter(None, map(self._transaction, (txid, txid.upper()))), None)
        if known is None:
            return None
        rows = self._store.rows("account_transfers", chain=self._chain.value, txid=known["txid"])
        return tuple(self._payment(row, known) for row in rows)

    def payments_to(self, address: str) -> tuple[LedgerPayment, ...]:
        """Each transfer to the account."""
        try:
            receiver = get_account_chain(self._chain).canonical(address)
        except CodecError:
            return ()
        found = self._store.rows(
            "account_transfers", chain=self._chain.value, receiver=receiver, limit=_MOST_RECEIPTS
        )
        return tuple(
            self._payment(row, known)
            for row in list(found)
            if (known := self._transaction(row["txid"])) is not None
        )

    def _transaction(self, txid: str) -> Row | None:
        return self._store.lookup("account_transactions", chain=self._chain.value, txid=txid)

    def _payment(self, row: Row, known: Row) -> LedgerPayment:
        at = known["mined_at_unix"]
        return LedgerPayment(
            txid=row["txid"],
            place=row["place"] or row["kind"],
            outpoint="",
            address=row["receiver"] or "",
            amount_units=int(row["amount_units"]),
            decimals=self._decimals(row["contract"]),
            mined_at=None if at is None else moment_to_text(moment_from_unix(at)),
            height=known["height"],
            contract=row["contract"],
            sender=row["sender"] or "",
        )

    def _decimals(self, contract: str) -> int:
        if not contract:
            return NATIVE[self._chain].decimals
        asset = self._store.lookup("account_assets", chain=self._chain.value, contract=contract)
        return int(asset["decimals"]) if asset and asset["decimals"] is not None else 0
