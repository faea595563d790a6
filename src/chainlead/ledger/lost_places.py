"""Which blocks left the best chain, which transactions lost their place by it, and which source showed it.

Found in: blocks that others displaced; places that a server proved in a block which headers or blocks of
the case contradict. Proof: that of the blocks and headers themselves. Limits: a reorganisation that no
source of the case shows is not seen; on ledgers of accounts the block that was read last counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.ledger.accounts.account_chain import find_account_chain
from chainlead.ledger.anchors import Anchors, load_anchors
from chainlead.ledger.rows import load_claimed_places
from chainlead.model import BlockHash, Chain, Network, Txid
from chainlead.store import Store

MOVED = "before in block "
"""How the note of a transaction of an account ledger begins that was found in another block."""


@dataclass(frozen=True, slots=True)
class LostPlace:
    """A block that left the best chain, or a transaction that stood in one.

    Attributes:
        name: the block's or transaction's id, in lower case.
        cause_seq: the journal entry of the source that showed it; -1 where a built-in checkpoint did.
        is_gone: a transaction that no block of the best chain is known to hold, and that may still
            come into one: nothing else spends there what it spends.
    """

    name: str
    chain: str
    cause_seq: int
    is_gone: bool = False


def find_lost_places(store: Store) -> dict[str, LostPlace]:
    """By name; of several causes of one the last."""
    found: dict[str, LostPlace] = {}
    for place in (*_displaced(store), *_moved_accounts(store), *_contradicted(store)):
        held = found.get(place.name)
        if held is None or held.cause_seq < place.cause_seq:
            found[place.name] = place
    return found


def _acts(store: Store) -> dict[tuple[str, str], int]:
    columns = ("sha256", "chain", "journal_seq")
    return {(s, c): seq for s, c, seq in store.tuples("ledger_sources", columns)}


def _displaced(store: Store) -> Iterator[LostPlace]:
    rows = list(store.rows("displaced_blocks"))
    acts = _acts(store) if rows else {}
    for row in rows:
        chain, cause = row["chain"], acts.get((row["source_sha256"], row["chain"]), -1)
        name = BlockHash(row["block_hash"]).display
        yield LostPlace(name, chain, cause)
        if find_account_chain(Chain(chain)) is not None:
            for text in (name, name.upper()):
                where = {"chain": chain, "block_hash": text}
                for (txid,) in list(store.tuples("account_transactions", ("txid",), **where)):
                    yield LostPlace(txid.lower(), chain, cause, is_gone=True)
            continue
        block = store.lookup("blocks", chain=chain, block_hash=row["block_hash"])
        if block is None:
            continue
        for (tx_id,) in list(store.tuples("placements", ("tx_id",), block_id=block["block_id"])):
            places = [b for (b,) in store.tuples("placements", ("block_id",), tx_id=tx_id)]
            is_held = store.count("blocks", block_id=("in", places), on_best_chain=True)
            held = store.lookup("transactions", tx_id=tx_id)
            if held is not None:
                is_gone = not is_held and not held["is_coinbase"] and not _is_spent(store, tx_id)
                yield LostPlace(Txid(held["txid"]).display, chain, cause, is_gone=is_gone)


def _is_spent(store: Store, tx_id: int) -> bool:
    """Whether another transaction of the best chain spends what this one does."""
    columns = ("previous_txid", "previous_index")
    for previous in list(store.tuples("inputs", columns, tx_id=tx_id)):
        where = dict(zip(columns, previous, strict=True))
        for (other,) in list(store.tuples("inputs", ("tx_id",), **where)):
            blocks = [b for (b,) in store.tuples("placements", ("block_id",), tx_id=other)]
            if other != tx_id and store.count(
                "blocks", block_id=("in", blocks), on_best_chain=True
            ):
                return True
    return False


def _moved_accounts(store: Store) -> Iterator[LostPlace]:
    """Transactions of account ledgers that were found in another block than before."""
    chains = {row["chain"] for row in store.rows("displaced_blocks", columns=("chain",))}
    acts = _acts(store) if chains else {}
    for chain in sorted(chains):
        if find_account_chain(Chain(chain)) is None:
            continue
        columns = ("txid", "note", "source_sha256")
        for row in store.rows("account_transactions", columns=columns, chain=chain):
            if MOVED in row["note"]:
                cause = acts.get((row["source_sha256"], chain), -1)
                yield LostPlace(row["txid"].lower(), chain, cause)


def _contradicted(store: Store) -> Iterator[LostPlace]:
    """Transactions whose block, as a server proved it, is not the chain's any more."""
    with_headers = {chain for (chain,) in store.tuples("header_runs", ("chain",))}
    columns = ("chain", "network")
    kept = sorted(set(store.tuples("ledger_sources", columns))) if with_headers else []
    for name, network in kept:
        if name in with_headers:
            anchors = load_anchors(store, Chain(name), Network(network))
            yield from _Against(store, name, anchors).places()


class _Against:
    """Places that sources name on one chain, beside its headers and blocks."""

    def __init__(self, store: Store, chain: str, anchors: Anchors) -> None:
        self._store = store
        self._chain = chain
        self._anchors = anchors
        self._acts = _acts(store)

    def places(self) -> Iterator[LostPlace]:
        """The transactions of which one was contradicted, in order of their ids in the tables."""
        txids = dict(self._store.tuples("transactions", ("tx_id", "txid"), chain=self._chain))
        columns = ("tx_id", "height", "block_hash", "source_sha256")
        since: dict[tuple[int, int, bytes], int] = {}
        for tx_id, height, block_hash, source in self._store.tuples("claimed_places", columns):
            if tx_id in txids and block_hash and height is not None:
                key, seq = (tx_id, height, block_hash), self._acts.get((source, self._chain), -1)
                since[key] = min(seq, since.get(key, seq))
        placed: frozenset[int] | None = None
        for (tx_id, height, block_hash), seq in sorted(since.items()):
            others = self._others(height, block_hash)
            if others:
                placed = self._placed() if placed is None else placed
                cause, name = max(seq, min(others)), Txid(txids[tx_id]).display
                yield LostPlace(name, self._chain, cause, is_gone=not self._is_held(tx_id, placed))

    def _others(self, height: int, block_hash: bytes) -> list[int]:
        """The acts that brought another block of this height."""
        known = self._anchors.known.get(height)
        if known is None:
            runs = [r for r in self._anchors.runs if r.hash_at(height) not in {None, block_hash}]
            return [self._acts.get((run.source_sha256, self._chain), -1) for run in runs]
        if known == block_hash:
            return []
        row = self._store.lookup("blocks", chain=self._chain, block_hash=known)
        return [-1 if row is None else self._acts.get((row["source_sha256"], self._chain), -1)]

    def _placed(self) -> frozenset[int]:
        """The transactions of which the sources name one place together."""
        places = load_claimed_places(self._store, self._anchors.holds)
        return frozenset(tx_id for tx_id, place in places.items() if place is not None)

    def _is_held(self, tx_id: int, placed: frozenset[int]) -> bool:
        columns = ("block_id",)
        blocks = [b for (b,) in self._store.tuples("placements", columns, tx_id=tx_id)]
        in_block = self._store.count("blocks", block_id=("in", blocks), on_best_chain=True)
        return tx_id in placed or bool(in_block)
