"""Write what a source of account ledgers holds into the tables. Same sources in order, same rows.

A transaction that two sources tell alike becomes `two sources agree` where neither proved it; where
they differ, the better verified one stays and the difference is noted, never resolved silently.

Of several whole blocks of one height the one that was read last is the chain's, the others are noted as
displaced. Limits: that is the word of the last source; a block that nothing took the place of, because
the new chain was shorter when it was asked for, stays.
"""

from collections.abc import Iterable
from typing import Any

from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountEvent,
    AccountRequest,
    AccountTransactionRead,
    AssetRead,
    ContractRead,
    Verified,
)
from chainlead.model import BlockHash
from chainlead.store import Row, Store

_RANK = {level.value: number for number, level in enumerate(Verified)}
UNSURE = "no receipt says whether it succeeded"
"""The note of a transfer that was asked for, where nobody told whether it happened."""
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
            elif isinstance(event, ContractRead):
                self._write_contract(event)

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
        if block.is_whole:
            self._displace_rivals(block)

    def _displace_rivals(self, block: AccountBlockRead) -> None:
        where: dict[str, Any] = {"chain": self._chain, "height": block.height}
        rivals = [
            row["block_hash"]
            for row in self._store.rows("account_blocks", columns=("block_hash",), **where)
            if row["block_hash"] != block.block_hash
        ]
        if not rivals:
            return
        name = {"chain": self._chain, "block_hash": _wire(block.block_hash)}
        self._store.delete("displaced_blocks", **name)
        known = {
            row["block_hash"] for row in self._store.rows("displaced_blocks", chain=self._chain)
        }
        new = [
            {"chain": self._chain, "block_hash": _wire(rival), "source_sha256": self._source}
            for rival in rivals
            if _wire(rival) not in known
        ]
        self._store.insert("displaced_blocks", new)

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
        if held is not None and _has_moved(held, row):
            left = _RANK[held["verified"]] >= _RANK[Verified.IN_BLOCK.value]
            row["note"] = f"before in block {held['block_hash']}, which left the chain"
            row["note"] = row["note"] if left else _DISAGREES
            self._store.delete("account_transfers", chain=self._chain, txid=read.txid)
        elif held is not None:
            if not (_is_complete(held) and _is_complete(row)):
                if _wins(held, row):
                    return
                if not _wins(row, held):
                    self._put_together(held, row, transfers)
                    return
            else:
                kept = self._compared(held, row, transfers)
                if kept is not None:
                    self._store.insert("account_transactions", [kept], replace=True)
                    return
            self._store.delete("account_transfers", chain=self._chain, txid=read.txid)
            row["note"] = _noted(row["note"], held["note"])
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
        disagrees = not is_same and held["sees_internal"] == row["sees_internal"]
        if is_better or sees_more:
            if disagrees:
                row["note"] = _noted(row["note"], _DISAGREES)
            return None
        if disagrees:
            return {**held, "note": _noted(held["note"], _DISAGREES)}
        return held

    def _put_together(self, held: Row, row: Row, transfers: list[Row]) -> None:
        """One source tells what was asked for, the other what came of it: neither contradicts."""
        before = self._store.rows("account_transfers", chain=self._chain, txid=row["txid"])
        sides = (held, sorted(before, key=lambda one: one["transfer_index"])), (row, transfers)
        if held["is_successful"] is None:
            sides = sides[1], sides[0]
        (known, moved), (asked, promised) = sides
        kept = {
            name: asked[name] if value in {None, ""} else value for name, value in known.items()
        }
        kept["block_index"] = known["block_index"] or asked["block_index"]
        kept["sees_internal"] = known["sees_internal"] or asked["sees_internal"]
        kept["verified"] = min(held["verified"], row["verified"], key=_RANK.__getitem__)
        kept["source_sha256"] = held["source_sha256"]
        if len({held["is_successful"], row["is_successful"], None}) > 2:
            kept["note"] = _noted(kept["note"], _DISAGREES)
        told = [*promised, *moved]
        counted: dict[tuple[str, ...], int] = {}
        for one in moved:
            counted[_substance(one)] = counted.get(_substance(one), 0) + 1
        rows: list[Row] = []
        for number, one in enumerate(told):
            substance = _substance(one)
            if number < len(promised) and counted.get(substance, 0):
                counted[substance] -= 1
                continue
            is_sure = known["is_successful"] is not None and one["note"] == UNSURE
            rows.append({**one, "note": "" if is_sure else one["note"]})
        if known["is_successful"] is False:
            rows = []
        rows.sort(key=lambda one: bool(one["contract"]))  # the coin's own first, as in one source
        rows = [{**one, "transfer_index": number} for number, one in enumerate(rows)]
        self._store.delete("account_transfers", chain=self._chain, txid=row["txid"])
        self._store.insert("account_transactions", [kept], replace=True)
        self._store.insert("account_transfers", rows)

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
                "place": transfer.place,
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

    def _write_contract(self, contract: ContractRead) -> None:
        """The newest word counts: a proxy's implementation can be changed."""
        held = self._store.lookup("account_contracts", chain=self._chain, account=contract.account)
        if held is not None and (held["height"] or 0) > (contract.height or 0):
            return
        row = {
            "chain": self._chain,
            "account": contract.account,
            "kind": contract.kind,
            "implementation": contract.implementation,
            "beacon": contract.beacon,
            "height": contract.height,
            "verified": contract.verified.value,
            "source_sha256": self._source,
        }
        self._store.insert("account_contracts", [row], replace=True)


def _wire(block_hash: str) -> bytes:
    return BlockHash.from_display(block_hash).wire


def _has_moved(held: Row, row: Row) -> bool:
    """Whether the newer source proves the transaction in another block: after a reorganisation."""
    is_other = row["block_hash"] != held["block_hash"] and bool(held["block_hash"])
    in_block = _RANK[Verified.IN_BLOCK.value]
    return is_other and _RANK[row["verified"]] >= in_block


def _is_complete(row: Row) -> bool:
    """Whether what was asked for and what came of it are both told."""
    return None not in {row["is_successful"], row["fee_payer"], row["fee_units"]}


def _wins(row: Row, other: Row) -> bool:
    """Whether a complete account that was proved makes a part of it needless."""
    return _is_complete(row) and _RANK[row["verified"]] > _RANK[other["verified"]]


def _substance(row: Row) -> tuple[str, ...]:
    """What must agree between two sources that tell of one transfer."""
    names = ("sender", "receiver", "contract", "amount_units", "tag")
    return tuple(str(row[name]) for name in names)


def _noted(*notes: str) -> str:
    """Several notes as one, each once."""
    parts = [part for note in notes for part in note.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))
