"""Open CryptoNote ledgers (Electroneum, Monero until 2017): blocks, transactions, keys of rings.

Found in: answers of a node, files of an explorer, raw bytes, and records that `chainlead fetch` keeps.
Proof: every id is recomputed; a block counts as known only with all its transactions beside it, and a
transaction that its block lists is placed by it.
Limits: proof of work and validators' signatures are not checked, so the best chain is the longest.
A transaction whose id cannot be recomputed (Electroneum, versions 2 and 3, if written in a way that is
not known here) is kept as its source's word.
Spec: see `ledger/cryptonote`.
"""

from collections.abc import Iterator

from chainlead.errors import LedgerError, LedgerSourceError
from chainlead.ledger.cryptonote.material import LooseOpen, RingKeys, read_open_material
from chainlead.ledger.cryptonote.open_block import OpenBlock
from chainlead.ledger.cryptonote.open_transaction import OpenTransaction
from chainlead.ledger.cryptonote.translate import wire_block, wire_transaction
from chainlead.ledger.source import (
    BlockRead,
    Claims,
    Event,
    LedgerSource,
    Request,
    RingKeysRead,
    Skipped,
    TransactionRead,
)
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.verified import Verified

FORM = "cryptonote"
_NO_HASH = bytes(32)


class CryptoNote(LedgerSource):
    """What these ledgers' nodes and explorers give."""

    form = FORM

    def suits(self, request: Request) -> bool:
        """Only these ledgers."""
        return request.parameters.form is TransactionForm.CRYPTONOTE

    def recognises(self, content: bytes, request: Request) -> bool:
        """At least one part of it can be used."""
        try:
            events = read_open_material(content, request.parameters.chain)
            return any(not isinstance(event, Skipped) for event in events)
        except LedgerSourceError:
            return False

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """Whole blocks first, then the transactions outside of them, then keys of rings."""
        blocks: dict[bytes, OpenBlock] = {}
        loose: dict[bytes, LooseOpen] = {}
        for number, event in enumerate(read_open_material(content, request.parameters.chain)):
            if isinstance(event, Skipped):
                yield Skipped(number, number + 1, event.reason)
            elif isinstance(event, RingKeys):
                yield RingKeysRead(event.named, event.keys)
            elif isinstance(event, OpenBlock):
                blocks[event.block_id] = event
            else:
                _take(loose, event)
        listed: dict[bytes, OpenBlock] = {}
        whole: set[bytes] = set()
        for number, block in enumerate(
            sorted(blocks.values(), key=lambda b: (b.height, b.block_id))
        ):
            listed.update(dict.fromkeys((block.miner.txid, *block.txids), block))
            others = [loose[txid].transaction for txid in block.txids if txid in loose]
            if len(others) < len(block.txids) or not all(one.is_proved for one in others):
                yield _not_whole(block, others, number)
                loose.setdefault(block.miner.txid, LooseOpen(block.miner, "block"))
                continue
            whole.update((block.miner.txid, *block.txids))
            yield from _block(block, tuple(others), number, request)
        for txid, one in sorted(loose.items()):
            if txid not in whole:
                yield from _transaction(one, listed.get(txid), request)


def _take(loose: dict[bytes, LooseOpen], one: LooseOpen) -> None:
    """Keep the better of two that have one id."""
    held = loose.get(one.transaction.txid)
    if held is None or _worth(one) > _worth(held):
        loose[one.transaction.txid] = one


def _worth(one: LooseOpen) -> tuple[bool, bool]:
    return one.transaction.is_proved, one.height is not None


def _not_whole(block: OpenBlock, others: list[OpenTransaction], number: int) -> Skipped:
    known = sum(one.is_proved for one in others)
    return Skipped(
        number,
        number + 1,
        f"block {block.height} lists {len(block.txids)} transactions, of which {known} are proved "
        "here: it does not count as known",
    )


def _block(
    block: OpenBlock, others: tuple[OpenTransaction, ...], number: int, request: Request
) -> Iterator[Event]:
    genesis = request.parameters.networks[request.network].genesis.wire
    if block.previous_id == _NO_HASH and block.block_id[::-1] != genesis:
        yield Skipped(number, number + 1, "a block that follows none is not this ledger's first")
        return
    try:
        yield BlockRead(wire_block(block, others, request.parameters.max_units), number)
    except LedgerError as error:
        yield Skipped(number, number + 1, f"block {block.height}: {error.message}")


def _transaction(one: LooseOpen, block: OpenBlock | None, request: Request) -> Iterator[Event]:
    proved = one.transaction.is_proved
    if block is not None:
        level = Verified.IN_BLOCK if proved else Verified.SINGLE_SOURCE
        claims = Claims(block.height, block.block_id[::-1], block.made_at_unix, (), level, proved)
    else:
        claims = Claims(one.height, None, one.made_at_unix, is_id_proved=proved)
    try:
        wire = wire_transaction(one.transaction, request.parameters.max_units)
    except LedgerError as error:
        yield Skipped(0, 0, f"transaction {one.transaction.txid.hex()}: {error.message}")
        return
    yield TransactionRead(wire, claims, one.place)
