"""`watch`: did money of the case move since its last known block? Asked at the unit's own node.

Block filters are looked at here, so the node learns which blocks are fetched and never which address
is watched. What was looked at, and until which block, is in the journal; so is each movement.
Limits: a bare key output to a watched address is not found by its filter; a spend of an output that
the case does not hold is told as "a block concerns it", for nobody here knows what was spent. Money
that waits outside a block is not seen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chainlead.codecs import script_from_address
from chainlead.custody import Entry
from chainlead.errors import CodecError, OriginNotFoundError
from chainlead.ledger import CaseLedger, LedgerView, Output, Pin, Transaction
from chainlead.model import BlockHash, Chain, Network
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import FetchResult, fetch_addresses, fetch_blocks

SPENT, RECEIVED, CONCERNED = "spent", "received", "concerned"
LOOK_BACK_BLOCKS = 100
"""So many blocks are looked at again after a reorganisation."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """An address that is watched, and why: `named`, `own`, or `unspent end of trace …`."""

    address: str
    origin: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that happened to a watched address.

    Attributes:
        kind: `spent`, `received`, or `concerned`: a block concerns one of the addresses, and the
            case does not know how.
        place: `txid:output_index` that was spent or made; empty for `concerned`.
        txid: the transaction that moved it; empty for `concerned`.
        amount_units: None for `concerned`.
    """

    kind: str
    address: str
    place: str
    txid: str
    amount_units: int | None
    height: int | None
    block_hash: str

    def document(self) -> dict[str, Any]:
        """As the journal keeps it; amounts as text."""
        amount = None if self.amount_units is None else str(self.amount_units)
        return {
            "kind": self.kind, "address": self.address, "place": self.place, "txid": self.txid,
            "amount_units": amount, "height": self.height, "block_hash": self.block_hash,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WatchResult:
    """One look.

    Attributes:
        first, last: heights that were looked at; `last` is below `first` where no block came.
        movements: the new ones; those of earlier looks are not told again.
        is_reorganised: the block that the last look ended with is not on the best chain any more.
    """

    watched: tuple[Watched, ...]
    first: int
    last: int
    movements: tuple[Movement, ...]
    new_blocks: int
    is_reorganised: bool


def find_watched(case: Case, chain: Chain, network: Network = Network.MAIN) -> tuple[Watched, ...]:
    """The case's own addresses that a person found relevant, and unspent ends of forward traces."""
    found: dict[str, str] = {}
    relevant = {row["finding_id"] for row in case.store.rows("triage", state="relevant")}
    for row in case.store.rows("findings", kind="address", role="own"):
        if row["finding_id"] in relevant and row["value"]:
            candidates = row["candidates"]
            if candidates and candidates[0]["chain"] == chain.value:
                found.setdefault(row["value"], "own")
    for row in case.store.rows("traces", order_by=("journal_seq", "trace_id")):
        if row["direction"] == "backward" or row["parameters"]["chain"] != chain.value:
            continue
        answer = msgspec.json.decode(case.blobs.get(row["result_sha256"]))
        for result in answer["rules"].values():
            for node in result["frontier"]:
                if node["reason"] == "unspent" and node.get("address"):
                    found.setdefault(node["address"], f"unspent end of trace {row['trace_id']}")
    return tuple(
        Watched(address, origin)
        for address, origin in sorted(found.items())
        if _is_address(address, chain, network)
    )


def watch(
    case: Case,
    node: NodeAddress,
    addresses: Sequence[str] = (),
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> WatchResult:
    """Look once at the blocks since the last look, or since the case's pinned block.

    Args:
        case: open for writing.
        node: whom to ask; needs consents for `chain state` and `blocks`.
        addresses: what to watch; the case's own choice (`find_watched`) if left out.
        chain: whose ledger.
        network: of which network.
        may_be_behind: take a node that is still taking over the chain.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        OriginNotFoundError: there is nothing to watch.
        CodecError: a named one is no address of this network.
        NodeUnfitError: another chain, not in step, no filters.
        WireError: offline, not consented, unreachable, budget spent.
    """
    watched = _chosen(case, addresses, chain, network)
    names = [one.address for one in watched]
    pin = CaseLedger(case.store, chain, small_ledger_outputs=0).pin
    looks = [
        entry.what
        for entry in case.entries
        if entry.act == "watch.looked" and entry.what["chain"] == chain.value
    ]
    start = _start(looks, names, pin)
    seen = _seen(case.entries, chain)
    common: dict[str, Any] = {
        "chain": chain, "network": network, "may_be_behind": may_be_behind, "why": why,
    }  # fmt: skip
    held_before = _held_blocks(case, chain)
    result = fetch_addresses(case, node, names, start, **common, progress=progress)
    expected = _expected(looks, pin, start - 1)
    is_reorganised = expected is not None and result.previous != expected
    usual = start
    if is_reorganised:
        start = max(0, start - LOOK_BACK_BLOCKS)
        held = _lowest_held(case, chain, start)
        if held is not None:
            fetch_blocks(case, node, held, **common)
        result = fetch_addresses(case, node, names, start, **common, progress=progress)
    last = result.scanned[1] if result.scanned else start - 1
    ledger = CaseLedger(case.store, chain)
    new = tuple(
        movement
        for movement in _movements(ledger, names, start, result)
        if (movement.kind, movement.place, movement.txid, movement.block_hash) not in seen
        and (movement.block_hash not in held_before or (movement.height or 0) >= usual)
    )
    what = {"host": node.host, "chain": chain.value, "network": network.value}
    looked = {
        "addresses": [{"address": one.address, "origin": one.origin} for one in watched],
        "first": start, "last": max(last, start - 1), "reorganised": is_reorganised,
        "last_block": result.last_block.display if result.last_block else None,
    }  # fmt: skip
    if new:
        moved = {**what, "movements": [movement.document() for movement in new]}
        case.act("watch.moved", why=why, what=moved)
    case.act("watch.looked", why=why, what={**what, **looked})
    return WatchResult(watched, start, last, new, result.new_blocks, is_reorganised)


def find_movements(case: Case) -> Iterator[tuple[Chain, Mapping[str, Any]]]:
    """Every movement that was found and whose block did not leave the best chain since."""
    for entry in case.entries:
        if entry.act != "watch.moved":
            continue
        chain = Chain(entry.what["chain"])
        for movement in entry.what["movements"]:
            wire = BlockHash.from_display(movement["block_hash"]).wire
            block = case.store.lookup("blocks", chain=chain.value, block_hash=wire)
            if block is None or block["on_best_chain"]:
                yield chain, movement


def _chosen(
    case: Case, addresses: Sequence[str], chain: Chain, network: Network
) -> tuple[Watched, ...]:
    if addresses:
        for address in addresses:
            script_from_address(address, chain, network)
        return tuple(Watched(address, "named") for address in sorted(set(addresses)))
    found = find_watched(case, chain, network)
    if not found:
        raise OriginNotFoundError(
            f"The case has nothing to watch on {chain.value}: no own address that was judged "
            "relevant, and no trace that ends in unspent money.",
            next_step="Name the addresses: `chainlead watch CASE ADDRESS… --node URL`.",
        )
    return found


def _is_address(text: str, chain: Chain, network: Network) -> bool:
    try:
        script_from_address(text, chain, network)
    except CodecError:
        return False
    return True


def _start(looks: Sequence[Mapping[str, Any]], names: Sequence[str], pin: Pin) -> int:
    """The first height that some of the addresses were not looked at for."""
    ended: dict[str, int] = {}
    for look in looks:
        ended.update((one["address"], look["last"] + 1) for one in look["addresses"])
    first = 0 if pin.height is None else pin.height + 1
    if looks:
        first = min(look["first"] for look in looks)
    return min(ended.get(name, first) for name in names)


def _expected(looks: Sequence[Mapping[str, Any]], pin: Pin, height: int) -> BlockHash | None:
    """The block that was at this height when it was last looked at; the pin before any look."""
    for look in reversed(looks):
        if look["last"] == height and look["last_block"]:
            return BlockHash.from_display(look["last_block"])
    return pin.block_hash if pin.height == height else None


def _held_blocks(case: Case, chain: Chain) -> frozenset[str]:
    rows = case.store.rows("blocks", columns=("block_hash",), chain=chain.value)
    return frozenset(BlockHash(row["block_hash"]).display for row in rows)


def _lowest_held(case: Case, chain: Chain, start: int) -> int | None:
    """The lowest block of the best chain from this height on that the case holds."""
    row = case.store.lookup(
        "blocks", order_by=("height",), chain=chain.value, on_best_chain=True, height=(">=", start)
    )
    return None if row is None else int(row["height"])


def _seen(entries: Sequence[Entry], chain: Chain) -> set[tuple[str, str, str, str]]:
    return {
        (movement["kind"], movement["place"], movement["txid"], movement["block_hash"])
        for entry in entries
        if entry.act == "watch.moved" and entry.what["chain"] == chain.value
        for movement in entry.what["movements"]
    }


def _movements(
    ledger: LedgerView, names: Sequence[str], first: int, result: FetchResult
) -> Iterator[Movement]:
    """In order of height, then of address; what explains no block is told last."""
    told: dict[tuple[str, str, str], Movement] = {}
    for name in names:
        for output in ledger.outputs_to(name):
            made = ledger.lookup_transaction(output.outpoint.txid)
            if made is not None and _is_new(made, first):
                told[RECEIVED, str(output.outpoint), ""] = _told(RECEIVED, name, output, made)
            spender = ledger.lookup_spender(output.outpoint)
            if spender is not None and _is_new(spender, first):
                told[SPENT, str(output.outpoint), ""] = _told(SPENT, name, output, spender)
    explained = {movement.block_hash for movement in told.values()}
    for place in result.matching:
        if place.display not in explained:
            movement = Movement(CONCERNED, "", "", "", None, None, place.display)
            told[CONCERNED, "", place.display] = movement
    ranked = sorted(told.items(), key=lambda pair: (pair[1].height or 1 << 62, pair[0]))
    return (movement for _, movement in ranked)


def _is_new(transaction: Transaction, first: int) -> bool:
    return transaction.height is not None and transaction.height >= first


def _told(kind: str, address: str, output: Output, moved: Transaction) -> Movement:
    return Movement(
        kind,
        address,
        str(output.outpoint),
        moved.txid.display,
        output.amount_units,
        moved.height,
        moved.block_hash.display if moved.block_hash else "",
    )


def apply_moved(projection: Projection, entry: Entry) -> None:
    """`watch.moved`: the journal is where it is looked up; no table holds it."""


def apply_looked(projection: Projection, entry: Entry) -> None:
    """`watch.looked`: as above."""
