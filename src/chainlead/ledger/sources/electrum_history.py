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

from chainlead.errors import AnswerRefusedError, LedgerError, LedgerSourceError
from chainlead.ledger.header_chain import link_headers, read_header
from chainlead.ledger.merkle_proof import require_in_block
from chainlead.ledger.nodes.electrum_server import (
    KIND,
    RefusedByServerError,
    derive_status_hash,
    parse_answer,
    parse_history,
)
from chainlead.ledger.source import (
    Claims,
    Event,
    HeadersRead,
    HistoryRead,
    LedgerSource,
    Request,
    Skipped,
    TransactionRead,
)
from chainlead.ledger.verified import Verified
from chainlead.ledger.wire_block import HEADER_BYTES, WireHeader
from chainlead.ledger.wire_transaction import (
    WireTransaction,
    parse_transaction,
    serialize_transaction,
)
from chainlead.model import Txid
from chainlead.wire import Exchange, is_exchange_log, parse_exchange_log

_HIGHEST = (1 << 31) - 1
_Problem = (
    LedgerError,
    AnswerRefusedError,
    RefusedByServerError,
    ValueError,
    LookupError,
    TypeError,
)


class ElectrumHistory(LedgerSource):
    """Exchanges with a server."""

    form = KIND

    def recognises(self, content: bytes, request: Request) -> bool:  # noqa: ARG002  (same for all chains)
        """The first line names the kind."""
        if not is_exchange_log(content):
            return False
        return content.partition(b"\n")[0].endswith(f'"kind":"{KIND}"}}'.encode())

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """Histories, then runs of headers, then transactions, then what was left out."""
        try:
            log = parse_exchange_log(content)
        except AnswerRefusedError as error:
            raise LedgerSourceError(error.message) from error
        gathered = _Gathered(request)
        for number, exchange in enumerate(log.exchanges):
            gathered.take(number, exchange)
        yield from gathered.histories
        yield from gathered.runs()
        yield from gathered.transactions()
        yield from gathered.skipped


@dataclass(slots=True)
class _Gathered:
    """What one record holds, brought together before anything is judged."""

    request: Request
    tip_height: int | None = None
    host: str = ""
    histories: list[HistoryRead] = field(default_factory=list)
    statuses: dict[str, Any] = field(default_factory=dict)
    heights: dict[str, set[int]] = field(default_factory=dict)
    raw: dict[str, tuple[int, str]] = field(default_factory=dict)
    proofs: dict[tuple[str, int], Any] = field(default_factory=dict)
    headers: dict[int, WireHeader] = field(default_factory=dict)
    parts: list[tuple[int, int, list[WireHeader]]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def take(self, number: int, exchange: Exchange) -> None:
        """Sort one exchange in, or say why it is left out."""
        try:
            asked = msgspec.json.decode(exchange.request)
            method, params = str(asked["method"]), list(asked["params"])
        except (msgspec.MsgspecError, KeyError, TypeError):
            self.skipped.append(Skipped(number, number + 1, "a question that is none"))
            return
        self.host = exchange.host
        about = f"{method} {' '.join(str(param) for param in params)}".strip()
        try:
            self._sort_in(
                number, exchange, method, params, parse_answer(exchange.body, asked["id"])
            )
        except _Problem as error:
            self.skipped.append(Skipped(number, number + 1, f"{about}: {_words(error)}"))

    def _sort_in(
        self, number: int, exchange: Exchange, method: str, params: list[Any], result: Any
    ) -> None:
        if method == "blockchain.headers.subscribe":
            self.tip_height = _height(result["height"])
        elif method == "blockchain.scripthash.subscribe":
            self.statuses[params[0]] = result
        elif method == "blockchain.scripthash.get_history":
            self._take_history(exchange, params[0], result)
        elif method == "blockchain.transaction.get":
            self.raw[params[0]] = (number, _text(result))
        elif method == "blockchain.transaction.get_merkle":
            self.proofs[params[0], params[1]] = result
        elif method == "blockchain.block.header":
            self.headers[params[0]] = read_header(bytes.fromhex(_text(result)), self.request)
        elif method == "blockchain.block.headers":
            raw = bytes.fromhex(_text(result["hex"]))
            if not raw or len(raw) % HEADER_BYTES or len(raw) > params[1] * HEADER_BYTES:
                raise ValueError(f"{len(raw)} bytes are not so many headers")
            pieces = [raw[at : at + HEADER_BYTES] for at in range(0, len(raw), HEADER_BYTES)]
            read = [read_header(piece, self.request) for piece in pieces]
            self.parts.append((number, _height(params[0]), read))

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
        # asked again because a block came in between: the last answer counts
        self.histories = [h for h in self.histories if h.script_hash != read.script_hash]
        self.histories.append(read)
        for entry in entries:
            self.heights.setdefault(entry.tx_hash, set()).add(entry.height)

    def runs(self) -> Iterator[HeadersRead]:
        """The runs of headers, joined where one goes on where another ends."""
        open_run: list[tuple[int, int, list[WireHeader]]] = []
        for part in self.parts:
            if open_run and part[1] != open_run[-1][1] + len(open_run[-1][2]):
                yield from self._run(open_run)
                open_run = []
            open_run.append(part)
        if open_run:
            yield from self._run(open_run)

    def _run(self, parts: list[tuple[int, int, list[WireHeader]]]) -> Iterator[HeadersRead]:
        first = parts[0][1]
        headers = [header for _, _, read in parts for header in read]
        try:
            yield HeadersRead(self.host, first, link_headers(first, headers, self.request).hashes)
        except LedgerError as error:
            self.skipped.append(
                Skipped(parts[0][0], parts[-1][0] + 1, f"headers from {first} on: {error.message}")
            )

    def transactions(self) -> Iterator[TransactionRead]:
        """Those whose id is right and whose place is proved, and those that such a one spends from."""
        spent: set[bytes] = set()
        others: list[tuple[int, WireTransaction]] = []
        for named, (number, text) in self.raw.items():
            try:
                transaction = self._parsed(named, text)
                if named in self.heights:
                    claims = self._proved(named, transaction, len(text) // 2)
                else:
                    others.append((number, transaction))
                    continue
            except _Problem as error:
                self._leave_out(number, named, _words(error))
                continue
            spent.update(given.previous_txid for given in transaction.inputs)
            yield TransactionRead(transaction, claims, f"exchange {number}")
        for number, transaction in others:
            if transaction.txid in spent:
                claims = Claims(verified=Verified.REHASHED)
                yield TransactionRead(transaction, claims, f"exchange {number}")
            else:
                named = transaction.txid[::-1].hex()
                self._leave_out(number, named, "it has no place, and nothing proved spends from it")

    def _leave_out(self, number: int, named: str, why: str) -> None:
        self.skipped.append(Skipped(number, number + 1, f"transaction {named}: {why}"))

    def _parsed(self, named: str, text: str) -> WireTransaction:
        parameters = self.request.parameters
        transaction = parse_transaction(
            bytes.fromhex(text), max_units=parameters.max_units, form=parameters.form
        )
        if transaction.txid[::-1].hex() != named:
            raise ValueError(
                f"its bytes give another id, {transaction.txid[::-1].hex()}: it was changed"
            )
        return transaction

    def _proved(self, named: str, transaction: WireTransaction, size_bytes: int) -> Claims:
        heights = sorted(self.heights[named])
        if len(heights) != 1:
            raise ValueError(f"the server places it at several heights: {heights}")
        height = _height(heights[0])
        header = self.headers.get(height)
        if header is None:
            raise ValueError(f"there is no sound header of height {height} to prove it with")
        if (named, height) not in self.proofs:
            raise ValueError(
                f"the server gives no proof that it is in the block at height {height}"
            )
        proof = self.proofs[named, height]
        branch = [bytes.fromhex(_text(node))[::-1] for node in proof["merkle"]]
        position = proof["pos"]
        if not isinstance(position, int) or isinstance(position, bool):
            raise TypeError("its proof names no position")
        plain_bytes = _plain_bytes(transaction) if transaction.has_witness else size_bytes
        require_in_block(transaction.txid, plain_bytes, branch, position, header.merkle_root)
        return Claims(height, header.block_hash, header.mined_at_unix, verified=Verified.IN_BLOCK)


def _plain_bytes(transaction: WireTransaction) -> int:
    return len(
        serialize_transaction(
            version=transaction.version,
            inputs=transaction.inputs,
            outputs=transaction.outputs,
            locktime=transaction.locktime,
        )
    )


def _height(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST:
        raise ValueError("a height that is none")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("an answer of another kind")
    return value


def _words(error: Exception) -> str:
    if isinstance(error, LookupError):
        return "a field is missing"
    if isinstance(error, RefusedByServerError):
        return f"the server refuses: {error}"
    return str(error)[:300].rstrip(".")
