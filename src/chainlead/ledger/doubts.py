"""What speaks against the servers that a case's ledger comes from: each doubt a sentence.

Found in: histories and headers of servers, beside each other and beside the case's own blocks.
Proof: a transaction that a known block holds, or does not hold. Limits: what no second server and no
block of the case shows cannot be missed here: silence is no proof that a history is whole.
"""

from collections.abc import Iterator
from hashlib import sha256

from chainlead.ledger.anchors import Anchors
from chainlead.ledger.history_server import HISTORY_FORMS
from chainlead.ledger.rows import BlockRow, load_all_claimed_places, load_blocks
from chainlead.ledger.server_words import ClaimedHistory, load_histories
from chainlead.ledger.verified import Verified
from chainlead.store import Store

_LISTED = 20
_QUERY_KEYS = 5_000


def derive_doubts(store: Store, chain: str, anchors: Anchors) -> tuple[str, ...]:
    """The doubts about one chain's sources, in a fixed order."""
    histories = load_histories(store, chain)
    names = {row["script_hash"]: row["address"] for row in store.rows("asked_scripts", chain=chain)}
    doubts = [*_left_out_answers(store, chain), *_status_doubts(histories, names)]
    if histories:
        doubts += _between_servers(histories, names)
        doubts += _own_blocks(store, chain, histories, names)
    doubts += _header_doubts(anchors)
    doubts += _place_doubts(store, chain, anchors)
    doubts += _output_doubts(store, chain)
    return tuple(dict.fromkeys(doubts))


def _left_out_answers(store: Store, chain: str) -> Iterator[str]:
    rows = store.rows("ledger_sources", chain=chain, form=("in", list(HISTORY_FORMS)))
    for row in sorted(rows, key=lambda row: int(row["journal_seq"])):
        host = row["name"].partition(" ")[0]
        for skipped in row["summary"]["skipped"][:_LISTED]:
            yield f"{host}: not used: {skipped['reason']}."


def _status_doubts(histories: list[ClaimedHistory], names: dict[bytes, str]) -> Iterator[str]:
    for history in histories:
        if not history.fits_status:
            yield (
                f"{history.host}: its history of {_name(history, names)} is not the one that its own "
                "status hash or summary names: something was left out, added or moved."
            )


def _between_servers(histories: list[ClaimedHistory], names: dict[bytes, str]) -> Iterator[str]:
    for index, one in enumerate(histories):
        for other in histories[index + 1 :]:
            if one.script_hash != other.script_hash:
                continue
            until = min(_reach(one), _reach(other))
            for txid in sorted(one.listed.keys() | other.listed.keys()):
                heights = [_height(history, txid, until) for history in (one, other)]
                if heights[0] != heights[1]:
                    said = " and ".join(
                        f"{history.host} {_said(height)}"
                        for history, height in zip((one, other), heights, strict=True)
                    )
                    yield (
                        f"Servers disagree about {_name(one, names)}: of transaction "
                        f"{txid[::-1].hex()} {said}."
                    )


def _reach(history: ClaimedHistory) -> int:
    """The height up to which the history speaks."""
    if history.tip_height is not None:
        return history.tip_height
    return max(history.listed.values(), default=0)


def _height(history: ClaimedHistory, txid: bytes, until: int) -> int | None:
    height = history.listed.get(txid, 0)
    return height if 0 < height <= until else None


def _said(height: int | None) -> str:
    return "knows of no block with it" if height is None else f"says height {height}"


def _own_blocks(
    store: Store, chain: str, histories: list[ClaimedHistory], names: dict[bytes, str]
) -> Iterator[str]:
    blocks = load_blocks(store, chain)
    heights = {b.height for b in blocks.values() if b.on_best_chain and b.height is not None}
    for history in histories:
        address = names.get(history.script_hash)
        if address is None:
            continue
        held, own = _held(store, chain, blocks, address, history.script_hash)
        for txid, height in sorted(own.items(), key=lambda pair: (pair[1], pair[0])):
            if height <= _reach(history) and history.listed.get(txid) != height:
                told = "says otherwise" if txid in history.listed else "leaves it out"
                yield (
                    f"{history.host}: block {height} of this case holds transaction "
                    f"{txid[::-1].hex()} of {address}, and the server {told}."
                )
        strange = {
            txid: height
            for txid, height in history.listed.items()
            if height in heights and txid not in held
        }
        excused = _may_spend(store, chain, blocks, strange) if strange else set()
        for txid, height in sorted(strange.items(), key=lambda pair: (pair[1], pair[0])):
            if txid not in excused:
                yield (
                    f"{history.host}: it places transaction {txid[::-1].hex()} at height {height}, "
                    "and this case's block of that height does not hold it for that address."
                )


def _held(
    store: Store, chain: str, blocks: dict[int, BlockRow], address: str, script_hash: bytes
) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Transactions in the case's blocks that pay this address or spend what it was paid, by height.

    Then those of them that do so by the very script that was asked about: a bare public key has the
    same address and another script.
    """
    paid = list(store.rows("outputs", columns=("tx_id", "output_index", "script"), address=address))
    known = sorted({row["tx_id"] for row in paid})
    txids = {
        row["tx_id"]: row["txid"]
        for row in store.rows("transactions", chain=chain, tx_id=("in", known))
    }
    is_own = {
        (txids[row["tx_id"]], row["output_index"]): sha256(row["script"]).digest() == script_hash
        for row in paid
        if row["tx_id"] in txids
    }
    ids = {row["tx_id"]: False for row in paid}
    for row in paid:
        outpoint = (txids.get(row["tx_id"], b""), row["output_index"])
        ids[row["tx_id"]] |= is_own.get(outpoint, False)
    previous = sorted({txid for txid, _ in is_own})
    for row in store.rows("inputs", previous_txid=("in", previous)):
        outpoint = (row["previous_txid"], row["previous_index"])
        if outpoint in is_own:
            ids[row["tx_id"]] = ids.get(row["tx_id"], False) or is_own[outpoint]
    held, own = {}, {}
    for txid, tx_id, height in _placed(store, chain, blocks, sorted(ids)):
        held[txid] = height
        if ids[tx_id]:
            own[txid] = height
    return held, own


def _may_spend(
    store: Store, chain: str, blocks: dict[int, BlockRow], listed: dict[bytes, int]
) -> set[bytes]:
    """Those that the case's block of that height holds, and that spend outputs which nobody knows."""
    rows = store.rows("transactions", chain=chain, txid=("in", sorted(listed)))
    ids = sorted(row["tx_id"] for row in rows)
    placed = {
        tx_id: txid
        for txid, tx_id, height in _placed(store, chain, blocks, ids)
        if listed[txid] == height
    }
    spent: dict[int, set[bytes]] = {}
    for row in store.rows("inputs", tx_id=("in", sorted(placed))):
        spent.setdefault(row["tx_id"], set()).add(row["previous_txid"])
    every = sorted({txid for txids in spent.values() for txid in txids})
    known = {row["txid"] for row in store.rows("transactions", chain=chain, txid=("in", every))}
    return {placed[tx_id] for tx_id, txids in spent.items() if txids - known}


def _placed(
    store: Store, chain: str, blocks: dict[int, BlockRow], ids: list[int]
) -> Iterator[tuple[bytes, int, int]]:
    """Id, dense id and height of those of these transactions that blocks of the best chain hold."""
    txids = {
        row["tx_id"]: row["txid"]
        for row in store.rows("transactions", chain=chain, tx_id=("in", ids))
    }
    for row in store.rows("placements", tx_id=("in", sorted(txids))):
        block = blocks.get(row["block_id"])
        if block is not None and block.on_best_chain and block.height is not None:
            yield txids[row["tx_id"]], row["tx_id"], block.height


def _header_doubts(anchors: Anchors) -> Iterator[str]:
    for run, height in anchors.astray:
        yield (
            f"{run.host}: its headers {run.first_height} to {run.last_height} contradict the block "
            f"that this case knows at height {height}: another chain, a lie, or a reorganisation."
        )
    for one, other, height in anchors.forks():
        yield (
            f"Headers of {one.host} and {other.host} part at height {height}: a reorganisation lies "
            "between them, or one of them is on another chain."
        )


def _place_doubts(store: Store, chain: str, anchors: Anchors) -> Iterator[str]:
    places = load_all_claimed_places(store, anchors.holds)
    rows = store.rows("transactions", columns=("tx_id", "txid"), chain=chain)
    txids = {row["tx_id"]: row["txid"][::-1].hex() for row in rows if row["tx_id"] in places}
    for tx_id, txid in sorted(txids.items(), key=lambda pair: pair[1]):
        found = places[tx_id]
        if any(not place.agrees_with(other) for place in found for other in found):
            heights = ", ".join(str(height) for height in sorted({p.height for p in found}))
            yield f"Sources place transaction {txid} in different blocks (heights {heights})."
        for place in found:
            known = anchors.known.get(place.height)
            if place.block_hash and known and known != place.block_hash:
                level = (
                    Verified.IN_BLOCK.value if place.verified is Verified.IN_BLOCK else "claimed"
                )
                yield (
                    f"Transaction {txid} is {level} in a block of height {place.height} that is not "
                    "the one that this case knows there."
                )


def _output_doubts(store: Store, chain: str) -> Iterator[str]:
    """What sources say an input spent, beside the spent transaction itself where the case has it."""
    claimed = list(store.rows("claimed_outputs", chain=chain))
    txids = sorted({row["txid"] for row in claimed})
    known = {}
    for start in range(0, len(txids), _QUERY_KEYS):
        part = txids[start : start + _QUERY_KEYS]
        for row in store.rows("transactions", chain=chain, txid=("in", part)):
            known[row["txid"]] = row["tx_id"]
    names = {row["sha256"]: row["name"] for row in store.rows("ledger_sources", chain=chain)}
    outputs: dict[tuple[int, int], int] = {}
    ids = sorted(known.values())
    for start in range(0, len(ids), _QUERY_KEYS):
        for row in store.rows("outputs", tx_id=("in", ids[start : start + _QUERY_KEYS])):
            outputs[row["tx_id"], row["output_index"]] = row["amount_units"]
    for row in sorted(
        claimed, key=lambda r: (r["txid"][::-1], r["output_index"], r["source_sha256"])
    ):
        if row["txid"] not in known:
            continue
        real = outputs.get((known[row["txid"]], row["output_index"]))
        if real != row["amount_units"]:
            said = "it has no such output" if real is None else f"it pays {real}"
            yield (
                f"{names.get(row['source_sha256'], '').partition(' ')[0]}: it says that output "
                f"{row['output_index']} of transaction {row['txid'][::-1].hex()} pays "
                f"{row['amount_units']} base units; by the transaction's own bytes {said}."
            )


def _name(history: ClaimedHistory, names: dict[bytes, str]) -> str:
    return names.get(history.script_hash, f"script hash {history.script_hash[::-1].hex()}")
