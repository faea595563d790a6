"""Recorded answers of an Electrum-protocol server: histories, transactions, proofs, headers.

Found in: what `chainlead fetch electrum` keeps. Proof: each transaction's id is recomputed from its
bytes; its place needs a merkle branch that leads to a header of that height with proof of work; runs
of headers must be linked. A transaction whose place the server states and cannot prove is left out
with the reason, because nothing else would tell an invented one from a real one. A transaction of no
stated place is taken only if a proved one spends its outputs, which its id then proves.
Limits: that a history is whole cannot be proved; a server can leave out what it likes. Transactions
that no block holds yet are not taken. A block off the best chain has a proof just as good: see the
runs of headers, which the case compares with the blocks that it has.
Spec: https://electrum-protocol.readthedocs.io, protocol 1.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

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
from chainlead.ledger.nodes.electrum_server import (
    KIND,
    derive_status_hash,
    parse_answer,
    parse_history,
)
from chainlead.ledger.source import Event, HistoryRead, Request
from chainlead.ledger.wire_block import HEADER_BYTES
from chainlead.model import Txid
from chainlead.wire import Exchange, ExchangeLog


class ElectrumHistory(AnswerLog):
    """Exchanges with a server."""

    form = KIND

    def read_log(self, log: ExchangeLog, request: Request) -> Iterator[Event]:
        """Histories, then runs of headers, then transactions, then what was left out."""
        gathered = _Gathered(request)
        for number, exchange in enumerate(log.exchanges):
            gathered.take(number, exchange)
        yield from gathered.events()


@dataclass(slots=True)
class _Gathered(GatheredHistory):
    """Sorts the protocol's answers in."""

    statuses: dict[str, Any] = field(default_factory=dict)

    def take(self, number: int, exchange: Exchange) -> None:
        """Sort one exchange in, or say why it is left out."""
        try:
            asked = msgspec.json.decode(exchange.request)
            method, params = str(asked["method"]), list(asked["params"])
        except (msgspec.MsgspecError, KeyError, TypeError):
            self.skip(number, "a question that is none")
            return
        self.host = exchange.host
        about = f"{method} {' '.join(str(param) for param in params)}".strip()
        try:
            self._sort_in(
                number, exchange, method, params, parse_answer(exchange.body, asked["id"])
            )
        except Problem as error:
            self.skip(number, f"{about}: {words(error)}")

    def _sort_in(
        self, number: int, exchange: Exchange, method: str, params: list[Any], result: Any
    ) -> None:
        if method == "blockchain.headers.subscribe":
            self.tip_height = height_of(result["height"])
        elif method == "blockchain.scripthash.subscribe":
            self.statuses[params[0]] = result
        elif method == "blockchain.scripthash.get_history":
            self._take_history(exchange, params[0], result)
        elif method == "blockchain.transaction.get":
            self.raw[params[0]] = (number, text_of(result))
        elif method == "blockchain.transaction.get_merkle":
            self.proofs[params[0], params[1]] = result
        elif method == "blockchain.block.header":
            self.headers[params[0]] = read_header(bytes.fromhex(text_of(result)), self.request)
        elif method == "blockchain.block.headers":
            raw = bytes.fromhex(text_of(result["hex"]))
            if not raw or len(raw) % HEADER_BYTES or len(raw) > params[1] * HEADER_BYTES:
                raise ValueError(f"{len(raw)} bytes are not so many headers")
            pieces = [raw[at : at + HEADER_BYTES] for at in range(0, len(raw), HEADER_BYTES)]
            read = [read_header(piece, self.request) for piece in pieces]
            self.parts.append((number, height_of(params[0]), read))

    def _take_history(self, exchange: Exchange, script_hash: str, result: Any) -> None:
        entries = parse_history(result)
        status = self.statuses.get(script_hash, "never asked")
        read = HistoryRead(
            script_hash=bytes.fromhex(script_hash)[::-1],
            host=exchange.host,
            asked_unix=int(exchange.asked_at.timestamp()),
            tip_height=self.tip_height,
            fits_status=derive_status_hash(entries) == status,
            listed=tuple((Txid.from_display(e.tx_hash).wire, e.height) for e in entries),
        )
        self.add_history(read)
        for entry in entries:
            self.places.setdefault(entry.tx_hash, set()).add(ListedPlace(entry.height))
