"""Recorded answers of a Blockbook server: histories with raw transactions, and whole blocks.

Found in: what `chainlead fetch blockbook` keeps. Proof: each transaction's id is recomputed from its
bytes; a whole block, where it was asked for, proves which transactions it holds. Without the block a
place stays the word of this one source: this kind of server gives no merkle proofs.
Limits: that a history is whole cannot be proved; the sum of the list is compared with the server's own
balance of the address. Payments to a bare public key are listed under its address. Transactions that
no block holds yet are not taken.
Spec: https://github.com/trezor/blockbook/blob/master/docs/api.md (API v2).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from chainlead.codecs import script_from_address
from chainlead.errors import CodecError
from chainlead.ledger.answer_log import AnswerLog
from chainlead.ledger.gathered_history import (
    GatheredHistory,
    ListedPlace,
    Problem,
    height_of,
    words,
)
from chainlead.ledger.nodes.blockbook_server import (
    KIND,
    AddressInShort,
    ListedTransaction,
    Page,
    Paid,
    State,
    Whole,
)
from chainlead.ledger.nodes.electrum_server import derive_script_hash
from chainlead.ledger.nodes.rest_answers import json_from, require_ok
from chainlead.ledger.source import BlockRead, Event, HistoryRead, Request
from chainlead.ledger.sources.raw_block import read_raw_block
from chainlead.model import BlockHash, Txid
from chainlead.wire import Exchange, ExchangeLog

_ROUTES = {
    name: re.compile(f"(?:^|/)api/{route}$")
    for name, route in {
        "state": "status",
        "short": r"v2/address/([^/?]+)\?details=basic",
        "page": r"v2/address/([^/?]+)\?details=txs&.*",
        "one": "v2/tx/([0-9a-f]{64})",
        "raw": "v2/tx-specific/([0-9a-f]{64})",
        "block": r"v2/rawblock/(\d{1,9})",
    }.items()
}


class BlockbookRest(AnswerLog):
    """Exchanges with a server."""

    form = KIND

    def read_log(self, log: ExchangeLog, request: Request) -> Iterator[Event]:
        """Blocks, then histories, then transactions, then what was left out."""
        gathered = _Gathered(request, keeps_claims=True)
        for number, exchange in enumerate(log.exchanges):
            gathered.take(number, exchange)
        gathered.close()
        yield from gathered.blocks
        yield from gathered.events()


@dataclass(slots=True)
class _Told:
    """What a server told of one address since it was last asked for the short form."""

    short: AddressInShort
    host: str
    asked_unix: int
    tip_height: int | None
    script: bytes
    listed: dict[str, int] = field(default_factory=dict)
    net_units: int = 0
    is_sound: bool = True

    def fits(self) -> bool:
        """Whether the list adds up to the balance."""
        told = (self.short.txs, self.short.balance)
        return self.is_sound and (len(self.listed), str(self.net_units)) == told


@dataclass(slots=True)
class _Gathered(GatheredHistory):
    """Sorts the paths' answers in."""

    told: dict[str, _Told] = field(default_factory=dict)
    blocks: list[BlockRead] = field(default_factory=list)

    def take(self, number: int, exchange: Exchange) -> None:
        """Sort one exchange in, or say why it is left out."""
        self.host = exchange.host
        for name, route in _ROUTES.items():
            found = route.search(exchange.path)
            if found is None:
                continue
            try:
                body = require_ok(exchange.status, exchange.body)
                self._sort_in(number, exchange, name, found, body)
            except Problem as error:
                self.skip(number, f"{found[0].lstrip('/')}: {words(error)}")
            return

    def _sort_in(
        self, number: int, exchange: Exchange, name: str, found: re.Match[str], body: bytes
    ) -> None:
        if name == "state":
            self.tip_height = height_of(json_from(body, State).blockbook.bestHeight)
        elif name == "short":
            address = unquote(found[1])
            self.told[address] = _Told(
                json_from(body, AddressInShort), exchange.host,
                int(exchange.asked_at.timestamp()), self.tip_height, self._script(address),
            )  # fmt: skip
        elif name == "page":
            address = unquote(found[1])
            for one in json_from(body, Page).transactions:
                self._take_listed(number, one, self.told.get(address), self._script(address))
        elif name == "one":
            self._take_listed(number, json_from(body, ListedTransaction), None, b"")
        elif name == "raw":
            self.raw[found[1]] = (number, json_from(body, Whole).hex)
        else:
            read = read_raw_block(bytes.fromhex(json_from(body, Whole).hex), self.request)
            height = int(found[1])
            self.headers[height] = read.block.header
            self.contents[height] = frozenset(t.txid for t in read.block.transactions)
            self.blocks.append(BlockRead(read.block, number))

    def _take_listed(
        self, number: int, one: ListedTransaction, told: _Told | None, script: bytes
    ) -> None:
        named = Txid.from_display(one.txid).display
        block_hash = BlockHash.from_display(one.blockHash).wire if one.blockHash else None
        if one.blockHeight <= 0:
            return  # it waits for a block
        height = height_of(one.blockHeight)
        if one.blockTime is not None and not 0 <= one.blockTime < 1 << 32:
            raise ValueError("a time that is none")
        if one.hex:
            self.raw[named] = (number, one.hex)
        self.places.setdefault(named, set()).add(ListedPlace(height, block_hash, one.blockTime))
        if told and named not in told.listed:
            told.listed[named] = height
            try:
                told.net_units += self._sum(one.vout, script) - self._sum(one.vin, script)
            except ValueError as error:
                told.is_sound = False
                self.skip(number, f"transaction {named} as the history shows it: {error}")

    def _sum(self, paid: list[Paid], script: bytes) -> int:
        found = 0
        for one in paid:
            if one.addresses and len(one.addresses) == 1 and self._is(one.addresses[0], script):
                if not one.value.isascii() or not one.value.isdigit() or len(one.value) > 20:
                    raise ValueError("an amount that is none")
                found += int(one.value)
        return found

    def _is(self, address: str, script: bytes) -> bool:
        try:
            return self._script(address) == script
        except ValueError:
            return False  # the server writes other things there too, for example OP_RETURN

    def _script(self, address: str) -> bytes:
        chain = self.request.parameters.chain
        try:
            return script_from_address(address, chain, self.request.network)
        except CodecError as error:
            raise ValueError(f"{address[:100]} is no address of {chain.value}") from error

    def close(self) -> None:
        """Make the histories, which only the whole record can tell."""
        for told in self.told.values():
            self.add_history(
                HistoryRead(
                    script_hash=bytes.fromhex(derive_script_hash(told.script))[::-1],
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
