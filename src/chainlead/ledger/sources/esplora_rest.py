"""Recorded answers of an Esplora server: histories, transactions, proofs, headers.

Found in: what `chainlead fetch esplora` keeps. Proof: each transaction's id is recomputed from its
bytes; where the server gives a merkle proof it must lead to the header of that height, which must have
proof of work. A proof that fails, or bytes of another id, is a lie: that transaction is left out with
the reason. Where the server gives no proof the place stays the word of this one source.
Limits: that a history is whole cannot be proved; the sum of the list is compared with the server's own
summary of the address. What an input spent (`prevout`) is the server's word until the transaction
that it spends is known. Transactions that no block holds yet are not taken.
Spec: https://github.com/Blockstream/esplora/blob/master/API.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chainlead.codecs import script_from_address
from chainlead.errors import CodecError, LedgerError
from chainlead.ledger.answer_log import AnswerLog
from chainlead.ledger.gathered_history import (
    GatheredHistory,
    ListedPlace,
    Problem,
    height_of,
    text_of,
    words,
)
from chainlead.ledger.header_chain import read_header
from chainlead.ledger.nodes.electrum_server import derive_script_hash
from chainlead.ledger.nodes.esplora_server import KIND, AddressSummary
from chainlead.ledger.nodes.rest_answers import json_from, require_ok, text_from
from chainlead.ledger.source import Event, HistoryRead, Request, TransactionRead
from chainlead.ledger.sources.esplora import transaction_from_item
from chainlead.ledger.wire_block import WireHeader, serialize_header
from chainlead.model import BlockHash, Txid
from chainlead.wire import Exchange, ExchangeLog

_TXID = "([0-9a-f]{64})"
_ROUTES = {
    name: re.compile(f"(?:^|/){route}$")
    for name, route in {
        "tip": "blocks/tip/height",
        "hash": r"block-height/(\d{1,9})",
        "header": f"block/{_TXID}/header",
        "blocks": r"blocks/(\d{1,9})",
        "summary": "address/([^/]+)",
        "page": f"address/([^/]+)/txs/chain(?:/{_TXID})?",
        "one": f"tx/{_TXID}",
        "raw": f"tx/{_TXID}/hex",
        "proof": f"tx/{_TXID}/merkle-proof",
    }.items()
}


class EsploraRest(AnswerLog):
    """Exchanges with a server."""

    form = KIND

    def read_log(self, log: ExchangeLog, request: Request) -> Iterator[Event]:
        """Histories, then runs of headers, then transactions, then what was left out."""
        gathered = _Gathered(request, keeps_claims=True)
        for number, exchange in enumerate(log.exchanges):
            gathered.take(number, exchange)
        gathered.close()
        yield from gathered.events()


class _Block(msgspec.Struct):
    id: str
    height: int
    version: int
    timestamp: int
    bits: int
    nonce: int
    merkle_root: str
    previousblockhash: str | None = None


@dataclass(slots=True)
class _Told:
    """What a server told of one address since it was last asked for the summary."""

    summary: AddressSummary
    host: str
    asked_unix: int
    tip_height: int | None
    listed: dict[str, int] = field(default_factory=dict)
    net_units: int = 0
    is_sound: bool = True

    def add(self, named: str, height: int, net_units: int | None) -> None:
        """Take one transaction of the list; `net_units` is None where it was changed."""
        if named in self.listed:
            return
        self.listed[named] = height
        self.net_units += net_units or 0
        self.is_sound = self.is_sound and net_units is not None

    def fits(self) -> bool:
        """Whether the list adds up to the summary."""
        stats = self.summary.chain_stats
        told = (stats.tx_count, stats.funded_txo_sum - stats.spent_txo_sum)
        return self.is_sound and (len(self.listed), self.net_units) == told


@dataclass(slots=True)
class _Gathered(GatheredHistory):
    """Sorts the paths' answers in."""

    told: dict[str, _Told] = field(default_factory=dict)
    hash_at: dict[int, bytes] = field(default_factory=dict)
    unproved: list[tuple[int, str, str]] = field(default_factory=list)

    def take(self, number: int, exchange: Exchange) -> None:
        """Sort one exchange in, or say why it is left out."""
        self.host = exchange.host
        path = exchange.path.partition("?")[0]
        for name, route in _ROUTES.items():
            found = route.search(path)
            if found is None:
                continue
            about = found[0].lstrip("/")
            try:
                body = require_ok(exchange.status, exchange.body)
                self._sort_in(number, exchange, name, found, body)
            except Problem as error:
                if name == "proof":
                    self.unproved.append((number, about, words(error)))
                else:
                    self.skip(number, f"{about}: {words(error)}")
            return

    def _sort_in(
        self, number: int, exchange: Exchange, name: str, found: re.Match[str], body: bytes
    ) -> None:
        if name == "tip":
            self.tip_height = height_of(int(text_from(body)))
        elif name == "hash":
            self.hash_at[int(found[1])] = BlockHash.from_display(text_from(body)).wire
        elif name == "header":
            self._take_header(BlockHash.from_display(found[1]).wire, body)
        elif name == "blocks":
            self._take_blocks(number, body)
        elif name == "summary":
            summary = json_from(body, AddressSummary)
            self._script(found[1])
            asked_unix = int(exchange.asked_at.timestamp())
            self.told[found[1]] = _Told(summary, exchange.host, asked_unix, self.tip_height)
        elif name == "page":
            self._take_page(number, found[1], body)
        elif name == "one":
            self._take_item(number, json_from(body, dict[str, Any]))
        elif name == "raw":
            self.raw[found[1]] = (number, text_from(body))
        else:
            proof = json_from(body, dict[str, Any])
            self.proofs[found[1], height_of(proof["block_height"])] = proof

    def _take_header(self, named: bytes, body: bytes) -> None:
        heights = [height for height, known in self.hash_at.items() if known == named]
        try:
            header = read_header(bytes.fromhex(text_from(body)), self.request)
            if header.block_hash != named:
                raise ValueError("asked for one header, got another")
        except Problem:
            self.unsound.update(heights)
            raise
        self.headers.update(dict.fromkeys(heights, header))

    def _take_blocks(self, number: int, body: bytes) -> None:
        blocks = sorted(json_from(body, list[_Block]), key=lambda block: block.height)
        if self.parts:
            last = self.parts[-1][1] + len(self.parts[-1][2])
            if blocks and blocks[0].height <= last <= blocks[-1].height:
                blocks = [block for block in blocks if block.height >= last]
        if not blocks:
            raise ValueError("no blocks")
        first = height_of(blocks[0].height)
        if [block.height for block in blocks] != list(range(first, first + len(blocks))):
            raise ValueError("the heights of these blocks do not follow one another")
        self.parts.append((number, first, [self._header_of(block) for block in blocks]))

    def _header_of(self, block: _Block) -> WireHeader:
        given = WireHeader(
            block_hash=b"",
            version=((block.version & 0xFFFFFFFF) ^ (1 << 31)) - (1 << 31),
            previous_hash=BlockHash.from_display(block.previousblockhash or "00" * 32).wire,
            merkle_root=BlockHash.from_display(block.merkle_root).wire,
            mined_at_unix=block.timestamp,
            target_bits=block.bits,
            nonce=block.nonce,
        )
        header = read_header(serialize_header(given), self.request)
        if header.block_hash[::-1].hex() != block.id:
            raise ValueError(f"the fields of block {block.id[:64]} give another hash")
        return header

    def _take_page(self, number: int, address: str, body: bytes) -> None:
        told, script = self.told.get(address), self._script(address)
        for item in json_from(body, list[dict[str, Any]]):
            named, height, read = self._take_item(number, item)
            if told:
                told.add(named, height, None if read is None else _net_units(read, script))

    def _take_item(
        self, number: int, item: dict[str, Any]
    ) -> tuple[str, int, TransactionRead | None]:
        """One transaction as listed: its id, its height, and what it says if that fits its id."""
        named = Txid.from_display(text_of(item["txid"])).display
        read = None
        try:
            read = transaction_from_item(item, number, self.request)
        except LedgerError as error:
            self.skip(number, f"transaction {named} as the history shows it: {error.message}")
            place = ListedPlace(height_of(item["status"]["block_height"]))
        else:
            claims = read.claims
            self.previous[named] = claims.previous
            place = ListedPlace(claims.height or 0, claims.block_hash, claims.mined_at_unix)
        self.places.setdefault(named, set()).add(place)
        return named, place.height, read

    def _script(self, address: str) -> bytes:
        chain = self.request.parameters.chain
        try:
            return script_from_address(address, chain, self.request.network)
        except CodecError as error:
            raise ValueError(f"{address[:100]} is no address of {chain.value}") from error

    def close(self) -> None:
        """Judge what only the whole record can tell: histories, and proofs that were refused."""
        for address, told in sorted(self.told.items()):
            self.add_history(
                HistoryRead(
                    script_hash=bytes.fromhex(derive_script_hash(self._script(address)))[::-1],
                    host=told.host,
                    asked_unix=told.asked_unix,
                    tip_height=told.tip_height,
                    fits_status=told.fits(),
                    listed=tuple(
                        (Txid.from_display(named).wire, height)
                        for named, height in told.listed.items()
                    ),
                )
            )
        if self.unproved and not self.proofs:
            number, _, why = self.unproved[0]
            self.skip(number, f"the server gives no merkle proofs ({why}): places are its word")
            return
        for number, about, why in self.unproved:
            self.skip(number, f"{about}: {why}")


def _net_units(read: TransactionRead, script: bytes) -> int:
    """What a transaction as listed adds to a script: received less spent."""
    received = sum(o.amount_units for o in read.transaction.outputs if o.script == script)
    spent = [output for output in read.claims.previous if output is not None]
    return received - sum(amount for amount, spent_script in spent if spent_script == script)
