"""What a record of one server's answers holds about addresses, brought together before anything is judged.

Proof: each transaction's id is recomputed from its bytes; its place needs a merkle branch that leads to
a header with proof of work; runs of headers must be linked.
Limits: that a history is whole cannot be proved; a server can leave out what it likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chainlead.errors import AnswerRefusedError, LedgerError
from chainlead.ledger.header_chain import link_headers
from chainlead.ledger.history_server import RefusedByServerError, printable
from chainlead.ledger.merkle_proof import require_in_block
from chainlead.ledger.source import (
    Claims,
    Event,
    HeadersRead,
    HistoryRead,
    Request,
    Skipped,
    TransactionRead,
)
from chainlead.ledger.verified import Verified
from chainlead.ledger.wire_block import WireHeader
from chainlead.ledger.wire_transaction import (
    WireTransaction,
    parse_transaction,
    serialize_transaction,
)

_HIGHEST = (1 << 31) - 1
_REASON_LENGTH = 500
Problem = (
    LedgerError,
    AnswerRefusedError,
    RefusedByServerError,
    ValueError,
    LookupError,
    TypeError,
)
"""What reading a hostile answer can raise."""


class ListedPlace(NamedTuple):
    """Where a server's list says a transaction is."""

    height: int
    block_hash: bytes | None = None
    mined_at_unix: int | None = None


@dataclass(slots=True)
class GatheredHistory:
    """Everything that one record says; its methods judge it.

    Attributes:
        request: whose chain.
        keeps_claims: take a transaction whose place the server states and nothing proves or refutes,
            as the word of this one source; otherwise it is left out with the reason.
        tip_height: the server's best block.
        host: who answered.
        histories: the last answer about each script.
        places: where each named transaction is said to be; height 0 and less: in no block.
        raw: the number of the exchange and the bytes in hexadecimal, by the id that was asked for.
        proofs: merkle proofs as they came, by id and height.
        headers: by height, each with its proof of work checked.
        unsound: heights whose header came and was none.
        parts: runs of headers: exchange, first height, headers.
        contents: the transactions of whole blocks, by height.
        previous: what each input of a transaction spends, as the server says.
        skipped: what could not be used, and why.
    """

    request: Request
    keeps_claims: bool = False
    tip_height: int | None = None
    host: str = ""
    histories: list[HistoryRead] = field(default_factory=list)
    places: dict[str, set[ListedPlace]] = field(default_factory=dict)
    raw: dict[str, tuple[int, str]] = field(default_factory=dict)
    proofs: dict[tuple[str, int], Any] = field(default_factory=dict)
    headers: dict[int, WireHeader] = field(default_factory=dict)
    unsound: set[int] = field(default_factory=set)
    parts: list[tuple[int, int, list[WireHeader]]] = field(default_factory=list)
    contents: dict[int, frozenset[bytes]] = field(default_factory=dict)
    previous: dict[str, tuple[tuple[int, bytes] | None, ...]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, number: int, reason: str) -> None:
        """Say why an exchange is left out."""
        self.skipped.append(Skipped(number, number + 1, printable(reason, _REASON_LENGTH)))

    def add_history(self, read: HistoryRead) -> None:
        """Take a history; the last answer about a script counts, for a block may have come between."""
        self.histories = [h for h in self.histories if h.script_hash != read.script_hash]
        self.histories.append(read)

    def events(self) -> Iterator[Event]:
        """Histories, then runs of headers, then transactions, then what was left out."""
        yield from self.histories
        yield from self.runs()
        yield from self.transactions()
        yield from self.skipped

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
        """Those whose id is right and whose place is not refuted, and those that such a one spends."""
        spent: set[bytes] = set()
        others: list[tuple[int, WireTransaction]] = []
        for named, (number, text) in self.raw.items():
            try:
                transaction = self._parsed(named, text)
                if named in self.places:
                    claims = self._placed(named, transaction, len(text) // 2)
                else:
                    others.append((number, transaction))
                    continue
            except Problem as error:
                self._leave_out(number, named, words(error))
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
        self.skip(number, f"transaction {named}: {why}")

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

    def _placed(self, named: str, transaction: WireTransaction, size_bytes: int) -> Claims:
        place = self._one_place(named)
        height = height_of(place.height)
        if height == 0 and self.keeps_claims:
            raise ValueError("no block holds it yet")
        header = self.headers.get(height)
        proof = self.proofs.get((named, height))
        previous = self.previous.get(named, ())
        if header is None:
            if not self.keeps_claims or height in self.unsound:
                raise ValueError(f"there is no sound header of height {height} to prove it with")
            return Claims(*place, previous=previous)
        if place.block_hash not in {None, header.block_hash}:
            raise ValueError(
                f"the server's list places it in another block than its chain has at height {height}"
            )
        if height in self.contents:
            if transaction.txid not in self.contents[height]:
                raise ValueError(f"the server's own block of height {height} does not hold it")
        elif proof is None:
            if not self.keeps_claims:
                raise ValueError(
                    f"the server gives no proof that it is in the block at height {height}"
                )
            return Claims(*place, previous=previous)
        else:
            self._check_proof(proof, transaction, size_bytes, header)
        return Claims(
            height, header.block_hash, header.mined_at_unix, previous, verified=Verified.IN_BLOCK
        )

    def _one_place(self, named: str) -> ListedPlace:
        places = sorted(self.places[named], key=lambda place: place.height)
        heights = [place.height for place in places]
        if len(set(heights)) != 1:
            raise ValueError(f"the server places it at several heights: {heights}")
        if len({place.block_hash for place in places} - {None}) > 1:
            raise ValueError(f"the server places it in several blocks of height {heights[0]}")
        return max(places, key=lambda place: (place.block_hash is not None, place[2] is not None))

    def _check_proof(
        self, proof: Any, transaction: WireTransaction, size_bytes: int, header: WireHeader
    ) -> None:
        branch = [bytes.fromhex(text_of(node))[::-1] for node in proof["merkle"]]
        position = proof["pos"]
        if not isinstance(position, int) or isinstance(position, bool):
            raise TypeError("its proof names no position")
        plain_bytes = _plain_bytes(transaction) if transaction.has_witness else size_bytes
        require_in_block(transaction.txid, plain_bytes, branch, position, header.merkle_root)


def height_of(value: Any) -> int:
    """A height in a server's answer.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST:
        raise ValueError("a height that is none")
    return value


def text_of(value: Any) -> str:
    """A text in a server's answer.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError("an answer of another kind")
    return value


def words(error: Exception) -> str:
    """Why an answer cannot be used, for a person."""
    if isinstance(error, LookupError):
        return "a field is missing"
    if isinstance(error, RefusedByServerError):
        return f"the server refuses: {error}"
    return str(error)[:300].rstrip(".")


def _plain_bytes(transaction: WireTransaction) -> int:
    return len(
        serialize_transaction(
            version=transaction.version,
            inputs=transaction.inputs,
            outputs=transaction.outputs,
            locktime=transaction.locktime,
        )
    )
