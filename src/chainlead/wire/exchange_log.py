"""Questions and answers as one file of text lines, which a case keeps and reads again offline.

The first line names the kind of server; each further line is one exchange: what was asked, when, of
whom, and the whole answer. A body that is no UTF-8 text stands there in base64. The same exchanges
give the same bytes. A login is never part of it.
"""

import base64
import binascii
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import msgspec

from chainlead.errors import AnswerRefusedError, WireError
from chainlead.model import moment_from_text, moment_to_text
from chainlead.wire.answer import Answer

VERSION = 1
_MARK = b'{"chainlead_exchanges":'


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer.

    Attributes:
        host, path, question, asked_at, attempt: as in `Asked`.
        request: the body that was sent; empty for a GET.
        status, body, tls: as in `Answer`.
    """

    host: str
    path: str
    question: str
    asked_at: datetime
    attempt: int
    request: bytes = field(repr=False)
    status: int
    body: bytes = field(repr=False)
    tls: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeLog:
    """Exchanges with servers of one kind, for example `bitcoin-rpc`."""

    kind: str
    exchanges: tuple[Exchange, ...]

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        head = {"chainlead_exchanges": VERSION, "kind": self.kind}
        rows = [msgspec.json.encode(head), *(_line(exchange) for exchange in self.exchanges)]
        return b"\n".join(rows) + b"\n"


class Asking(Protocol):
    """Something that asks: `Door` or `LineDoor`."""

    def ask(self, url: str, *, question: str, body: bytes | None = None) -> Answer:
        """Ask one question and return the whole answer."""


@runtime_checkable
class AskingAhead(Protocol):
    """A door that can have several questions under way at once: `LineDoor`."""

    def ask_ahead(
        self, url: str, *, question: str, bodies: Sequence[bytes], answers: dict[bytes, Answer]
    ) -> None:
        """Ask several questions at once; `answers` takes the answer to each body."""


class Recorder:
    """A door that remembers every exchange of one piece of work."""

    def __init__(self, door: Asking) -> None:
        """Ask through this door."""
        self._door = door
        self._exchanges: list[Exchange] = []
        self._ahead: dict[bytes, Answer] = {}
        self.size_bytes = 0

    def ask_ahead(self, url: str, *, question: str, bodies: Sequence[bytes]) -> dict[bytes, bytes]:
        """Ask several questions at once, if the door can; each is remembered when `ask` asks for it.

        What fails is left for `ask`, which meets the same failure in its place.

        Returns:
            the bodies of the answers that came, by question.
        """
        if isinstance(self._door, AskingAhead):
            with suppress(WireError):
                self._door.ask_ahead(url, question=question, bodies=bodies, answers=self._ahead)
        return {body: self._ahead[body].body for body in bodies if body in self._ahead}

    def ask(self, url: str, *, question: str, body: bytes | None = None) -> Answer:
        """Ask, and remember; see `Door.ask`."""
        held = self._ahead.pop(body, None) if body else None
        answer = held or self._door.ask(url, question=question, body=body)
        asked = answer.asked
        self._exchanges.append(
            Exchange(
                asked.host, asked.path, asked.question, asked.asked_at, asked.attempt,
                body or b"", answer.status, answer.body, answer.tls,
            )
        )  # fmt: skip
        self.size_bytes += len(answer.body)
        return answer

    def take(self, kind: str) -> ExchangeLog:
        """What was remembered since the last time."""
        taken, self._exchanges, self.size_bytes = tuple(self._exchanges), [], 0
        return ExchangeLog(kind, taken)


def is_exchange_log(content: bytes) -> bool:
    """Whether these bytes begin like such a file."""
    return content.startswith(_MARK)


def parse_exchange_log(content: bytes) -> ExchangeLog:
    """Read the file.

    Raises:
        AnswerRefusedError: it is not such a file, or damaged.
    """
    if not is_exchange_log(content):
        raise AnswerRefusedError("This is no record of questions and answers.")
    try:
        head, *rows = content.removesuffix(b"\n").split(b"\n")
        kind = msgspec.json.decode(head, type=_Head)
        if kind.chainlead_exchanges != VERSION:
            raise AnswerRefusedError("This record of questions and answers is of another version.")
        decoder = msgspec.json.Decoder(_Row)
        return ExchangeLog(kind.kind, tuple(_exchange(decoder.decode(row)) for row in rows))
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        raise AnswerRefusedError("A record of questions and answers is damaged.") from error


class _Head(msgspec.Struct):
    chainlead_exchanges: int
    kind: str


class _Row(msgspec.Struct):
    host: str
    path: str
    question: str
    asked_at: str
    attempt: int
    request: str
    status: int
    body: str = ""
    body_base64: str = ""
    tls: dict[str, str] = {}


def _line(exchange: Exchange) -> bytes:
    row: dict[str, Any] = {
        "host": exchange.host,
        "path": exchange.path,
        "question": exchange.question,
        "asked_at": moment_to_text(exchange.asked_at),
        "attempt": exchange.attempt,
        "request": exchange.request.decode(),
        "status": exchange.status,
    }
    try:
        row["body"] = exchange.body.decode()
    except UnicodeDecodeError:
        row["body_base64"] = base64.b64encode(exchange.body).decode()
    if exchange.tls:
        row["tls"] = dict(exchange.tls)
    return msgspec.json.encode(row)


def _exchange(row: _Row) -> Exchange:
    body = (
        base64.b64decode(row.body_base64, validate=True) if row.body_base64 else row.body.encode()
    )
    return Exchange(
        row.host, row.path, row.question, moment_from_text(row.asked_at), row.attempt,
        row.request.encode(), row.status, body, tuple(sorted(row.tls.items())),
    )  # fmt: skip
