"""One asset of one account ledger of a case, answered from the case's tables.

The answers have the form that `trace.accounts` asks for. A fee in the chain's coin belongs to the
coin's view only. An opening balance is known where a transaction of the case made the account, or
the caller says so; else it is unknown, which is not zero. A transaction whose block left the chain,
and which no other block is known to hold, stays, without a place and with a note that says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from chainlead.ledger.accounts.account_chain import get_account_chain
from chainlead.ledger.accounts.account_source import Verified
from chainlead.ledger.accounts.evm_tokens import known_tokens
from chainlead.ledger.accounts.xrp_changes import is_held
from chainlead.ledger.accounts.xrp_transfers import ISSUED_DECIMALS
from chainlead.ledger.transaction import Pin
from chainlead.model import Asset, BlockHash, Chain, Network, moment_from_unix
from chainlead.store import Row, Store

_LAST = 1 << 62
_UNPLACED = Verified.SINGLE_SOURCE.value


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One transfer of one asset, with its place; the attributes are those of a trace's transfer."""

    txid: str
    order: tuple[int, ...]
    sender: str | None
    receiver: str | None
    amount_units: int
    fee_payer: str | None
    fee_units: int
    height: int | None
    mined_at: datetime | None
    memo: str | None
    kind: str
    verified: str
    note: str
    place: str = ""
    block_hash: str = ""


class CaseAccounts:
    """The transfers of one asset."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        contract: str = "",
        *,
        openings: Mapping[str, int] | None = None,
    ) -> None:
        """Answer from these tables; they must not change while this object is in use.

        Args:
            store: the case's store.
            chain: whose ledger.
            contract: of a token; the chain's own coin if left out.
            openings: balances before the first known transfer, where somebody knows them.
        """
        self._store = store
        self._chain = chain
        self._contract = contract
        self._openings = dict(openings or {})
        source = store.lookup("ledger_sources", chain=chain.value)
        self._network = Network(source["network"]) if source else Network.MAIN

    @property
    def asset(self) -> Asset:
        """What is moved. A token whose decimals are not known is counted in its base units."""
        native = get_account_chain(self._chain).native
        if not self._contract:
            return native
        if self._is_issued:
            code = self._contract.partition(".")[0]
            return Asset(self._chain, code, ISSUED_DECIMALS, self._contract)
        row = self._row
        symbol = row["symbol"] if row else self._contract[:10]
        return Asset(self._chain, symbol, self.decimals or 0, self._contract)

    @property
    def decimals(self) -> int | None:
        """The asset's decimals; None where nobody told them, so that only base units are exact."""
        if not self._contract or self._is_issued:
            return self.asset.decimals
        row = self._row
        return row["decimals"] if row else None

    @property
    def asset_note(self) -> str:
        """What a reader should know of the token: a borrowed symbol; empty for most."""
        row = self._row if self._contract else None
        return str(row["note"]) if row else ""

    @property
    def _is_issued(self) -> bool:
        """Whether the asset is a currency that an XRP account issued: `CODE.issuer`."""
        return self._chain is Chain.XRP and "." in self._contract

    @property
    def _row(self) -> Row | None:
        """What the case's sources tell of the token, else what the table of well-known tokens does."""
        where = {"chain": self._chain.value, "contract": self._contract}
        row = self._store.lookup("account_assets", **where)
        if row is not None or self._network is not Network.MAIN:
            return row
        named = (t for t in known_tokens() if t.chain is self._chain)
        known = next((token for token in named if token.contract == self._contract), None)
        if known is None:
            return None
        return {"symbol": known.symbol, "decimals": known.decimals, "note": ""}

    @property
    def pin(self) -> Pin:
        """The highest known block; from where on none is missing."""
        rows = [
            row
            for row in self._store.rows("account_blocks", chain=self._chain.value)
            if not self._has_left(row["block_hash"])
        ]
        if not rows:
            return Pin(self._chain, self._network, None, None)
        tip = max(rows, key=lambda row: (row["height"], row["block_hash"]))
        heights = {row["height"] for row in rows}
        unbroken = tip["height"]
        while unbroken - 1 in heights:
            unbroken -= 1
        named = BlockHash.from_display(tip["block_hash"])
        return Pin(self._chain, self._network, tip["height"], named, unbroken)

    def lookup_opening(self, account: str) -> int | None:
        """The balance before the account's first known transfer; None: not known, which is not 0."""
        return 0 if is_held(account) else self._openings.get(account)

    def transfers_of(self, account: str) -> Sequence[AccountEntry]:
        """All known transfers into and out of it, and those whose fee it paid, in ledger order."""
        txids: set[str] = set()
        for side in ("sender", "receiver"):
            where: dict[str, Any] = {"chain": self._chain.value, side: account}
            rows = self._store.rows("account_transfers", columns=("txid",), **where)
            txids.update(row["txid"] for row in rows)
        if not self._contract:
            paid = self._store.rows(
                "account_transactions",
                columns=("txid",),
                chain=self._chain.value,
                fee_payer=account,
            )
            txids.update(row["txid"] for row in paid)
        found = [
            entry
            for txid in sorted(txids)
            for entry in self.transfers_in(txid)
            if account in {entry.sender, entry.receiver, entry.fee_payer}
        ]
        return sorted(found, key=lambda entry: entry.order)

    @property
    def receivers(self) -> frozenset[str]:
        """Every account that is known to have received this asset."""
        rows = self._store.rows(
            "account_transfers",
            columns=("receiver",),
            chain=self._chain.value,
            contract=self._contract,
        )
        return frozenset(row["receiver"] for row in rows if row["receiver"])

    def receivers_of(self, account: str) -> frozenset[str]:
        """Every account that this one paid, in any asset, as far as the ledger goes."""
        rows = self._store.rows(
            "account_transfers", columns=("receiver",), chain=self._chain.value, sender=account
        )
        return frozenset(row["receiver"] for row in rows if row["receiver"])

    def memo_in(self, txid: str, receiver: str) -> str:
        """The destination tag or memo with which a transaction paid this account, in any asset."""
        rows = self._store.rows(
            "account_transfers",
            columns=("tag",),
            chain=self._chain.value,
            txid=txid,
            receiver=receiver,
        )
        tags = sorted({row["tag"] for row in rows if row["tag"] is not None})
        return str(tags[0]) if len(tags) == 1 else ""

    @cached_property
    def _displaced(self) -> frozenset[str]:
        """Blocks that others took the place of, in lower case."""
        rows = self._store.rows("displaced_blocks", chain=self._chain.value)
        return frozenset(BlockHash(row["block_hash"]).display for row in rows)

    def _has_left(self, block_hash: str) -> bool:
        return bool(self._displaced) and block_hash.lower() in self._displaced

    def transfers_in(self, txid: str) -> Iterator[AccountEntry]:
        """The transfers of one transaction; the fee goes with the first, or stands alone."""
        row = self._store.lookup("account_transactions", chain=self._chain.value, txid=txid)
        if row is None:
            return
        if self._has_left(row["block_hash"]):
            left = f"its block {row['block_hash']} left the chain; no other is known to hold it"
            row |= {"height": None, "mined_at_unix": None, "verified": _UNPLACED, "note": left}
        transfers = sorted(
            self._store.rows(
                "account_transfers", chain=self._chain.value, txid=txid, contract=self._contract
            ),
            key=lambda transfer: transfer["transfer_index"],
        )
        payer, fee = _fee(row) if not self._contract else (None, 0)
        for number, transfer in enumerate(transfers):
            yield _entry(row, transfer, payer if number == 0 else None, fee if number == 0 else 0)
        if not transfers and payer is not None and fee:
            yield _fee_alone(row, payer, fee)


def _fee(row: Row) -> tuple[str | None, int]:
    if row["fee_payer"] is None or row["fee_units"] is None:
        return None, 0
    return row["fee_payer"], int(row["fee_units"])


def _place(row: Row, number: int) -> tuple[int, ...]:
    height = row["height"] if row["height"] is not None else _LAST
    return (height, row["block_index"], number)


def _entry(row: Row, transfer: Row, payer: str | None, fee_units: int) -> AccountEntry:
    return AccountEntry(
        txid=row["txid"],
        order=_place(row, transfer["transfer_index"]),
        sender=transfer["sender"],
        receiver=transfer["receiver"],
        amount_units=int(transfer["amount_units"]),
        fee_payer=payer,
        fee_units=fee_units,
        height=row["height"],
        mined_at=_moment(row),
        memo=transfer["tag"],
        kind=transfer["kind"],
        verified=row["verified"],
        note=transfer["note"] or row["note"],
        place=transfer["place"],
        block_hash=row["block_hash"],
    )


def _fee_alone(row: Row, payer: str, fee_units: int) -> AccountEntry:
    return AccountEntry(
        txid=row["txid"], order=_place(row, 0), sender=payer, receiver=None, amount_units=0,
        fee_payer=payer, fee_units=fee_units, height=row["height"], mined_at=_moment(row),
        memo=None, kind="fee", verified=row["verified"], note=row["note"],
        block_hash=row["block_hash"],
    )  # fmt: skip


def _moment(row: Row) -> datetime | None:
    return None if row["mined_at_unix"] is None else moment_from_unix(row["mined_at_unix"])
