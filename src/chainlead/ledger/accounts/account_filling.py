"""Write what a source of account ledgers holds into the tables. Same sources in order, same rows.

A transaction that two sources tell alike becomes `two sources agree` where neither proved it; where
they differ, the better verified one stays and the difference is noted, never resolved silently.
"""

from collections.abc import Iterable

from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountEvent,
    AccountRequest,
    AccountTransactionRead,
    AssetRead,
    Verified,
)
from chainlead.store import Row, Store

_RANK = {level.value: number for number, level in enumerate(Verified)}
_DISAGREES = "another source tells it differently"


class AccountWriter:
    """Fills the tables of one account ledger from one source."""

    def __init__(self, store: Store, request: AccountRequest, source_sha256: str) -> None:
        """Write to this store; `source_sha256` names the file that the events come from."""
        self._store = store
        self._chain = request.chain.chain.value
        self._source = source_sha256

    def write(self, events: Iterable[AccountEvent]) -> None:
        """Write all of them."""
        for event in events:
            if isinstance(event, AccountBlockRead):
                self._write_block(event)
            elif isinstance(event, AccountTransactionRead):
                self._write_transaction(event)
            elif isinstance(event, AssetRead):
                self._write_asset(event)

    def _write_block(self, block: AccountBlockRead) -> None:
        held = self._store.lookup("account_blocks", chain=self._chain, block_hash=block.block_hash)
        is_whole = block.is_whole or bool(held and held["is_whole"])
        level = block.verified.value
        if held and _RANK[held["verified"]] > _RANK[level]:
            level = held["verified"]
        row = {
            "chain": self._chain,
            "block_hash": block.block_hash,
            "height": block.height,
            "parent_hash": block.parent_hash,
            "mined_at_unix": block.mined_at_unix,
            "is_whole": is_whole,
            "verified": level,
            "source_sha256": held["source_sha256"] if held else self._source,
        }
        self._store.insert("account_blocks", [row], replace=True)

    def _write_transaction(self, read: AccountTransactionRead) -> None:
        row: Row = {
            "chain": self._chain,
            "txid": read.txid,
            "block_hash": read.block_hash,
            "height": read.height,
            "block_index": read.block_index,
            "mined_at_unix": read.mined_at_unix,
            "is_successful": read.is_successful,
            "sees_internal": read.sees_internal,
            "fee_payer": read.fee_payer,
            "fee_units": None if read.fee_units is None else str(read.fee_units),
            "verified": read.verified.value,
            "source_sha256": self._source,
            "note": read.note,
        }
        transfers = self._transfer_rows(read)
        held = self._store.lookup("account_transactions", chain=self._chain, txid=read.txid)
        if held is not None:
            kept = self._compared(held, row, transfers)
            if kept is not None:
                self._store.insert("account_transactions", [kept], replace=True)
                return
            self._store.delete("account_transfers", chain=self._chain, txid=read.txid)
            row["note"] = row["note"] or held["note"]
        self._store.insert("account_transactions", [row], replace=True)
        self._store.insert("account_transfers", transfers)

    def _compared(self, held: Row, row: Row, transfers: list[Row]) -> Row | None:
        """The held row with what the new source adds; None if the new one takes its place."""
        before = self._store.rows("account_transfers", chain=self._chain, txid=row["txid"])
        is_same = sorted(map(_substance, before)) == sorted(map(_substance, transfers))
        sees_more = row["sees_internal"] and not held["sees_internal"]
        is_better = _RANK[row["verified"]] > _RANK[held["verified"]]
        if is_same and held["source_sha256"] != self._source:
            single = Verified.SINGLE_SOURCE.value
            if held["verified"] == row["verified"] == single:
                return {**held, "verified": Verified.TWO_SOURCES.value}
        if is_better or sees_more:
            return None
        if not is_same and held["sees_internal"] == row["sees_internal"]:
            return {**held, "note": held["note"] or _DISAGREES}
        return held

    def _transfer_rows(self, read: AccountTransactionRead) -> list[Row]:
        return [
            {
                "chain": self._chain,
                "txid": read.txid,
                "transfer_index": number,
                "kind": transfer.kind,
                "sender": transfer.sender,
                "receiver": transfer.receiver,
                "contract": transfer.contract,
                "amount_units": str(transfer.amount_units),
                "asked_units": None if transfer.asked_units is None else str(transfer.asked_units),
                "tag": transfer.tag,
                "note": transfer.note,
            }
            for number, transfer in enumerate(read.transfers)
        ]

    def _write_asset(self, asset: AssetRead) -> None:
        held = self._store.lookup("account_assets", chain=self._chain, contract=asset.contract)
        if held is not None and _RANK[held["verified"]] >= _RANK[asset.verified.value]:
            return
        row = {
            "chain": self._chain,
            "contract": asset.contract,
            "symbol": asset.symbol,
            "decimals": asset.decimals,
            "verified": asset.verified.value,
            "note": asset.note,
            "source_sha256": self._source,
        }
        self._store.insert("account_assets", [row], replace=True)


def _substance(row: Row) -> tuple[str, ...]:
    """What must agree between two sources that tell of one transfer."""
    names = ("sender", "receiver", "contract", "amount_units", "tag")
    return tuple(str(row[name]) for name in names)
