"""Answers of servers that are asked by paths (HTTP GET): their status, their JSON, their refusals."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.history_server import RefusedByServerError, printable

Get = Callable[[str, str], tuple[int, bytes]]
"""Asks for a path under a class of question; gives the HTTP status and the body."""

_OK = 200
_WORDS = 160
_Kind = TypeVar("_Kind")


def require_ok(status: int, body: bytes) -> bytes:
    """The body of an answer that is no refusal.

    Raises:
        RefusedByServerError: the status is not 200.
    """
    if status != _OK:
        said = printable(body[: 4 * _WORDS].decode("utf-8", "replace"), _WORDS).strip()
        raise RefusedByServerError(f"status {status}{': ' if said else ''}{said}")
    return body


def text_from(body: bytes) -> str:
    """An answer that is one word of plain text.

    Raises:
        AnswerRefusedError: it is none.
    """
    try:
        text = body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise AnswerRefusedError("The server's answer is no plain text.") from error
    if not text or len(text.split()) != 1:
        raise AnswerRefusedError("The server's answer is no plain text.")
    return text


def json_from(body: bytes, kind: type[_Kind]) -> _Kind:
    """An answer in JSON, of this kind.

    Raises:
        AnswerRefusedError: it is none.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerRefusedError(
            "The server's answer is of another kind than was asked."
        ) from error


def ask_or_refuse(get: Get, question: str, path: str, what: str) -> bytes:
    """Ask something that a fit server must answer.

    Raises:
        NodeUnfitError: it refuses.
    """
    try:
        return require_ok(*get(question, path))
    except RefusedByServerError as error:
        raise NodeUnfitError(
            f"The server does not tell {what}: {error}.",
            next_step="Check the address: it ends where the server's own paths begin (…/api).",
        ) from error


def value_or_none(get: Get, question: str, path: str) -> bytes | None:
    """Ask something that a server may refuse; the body, or None: the refusal is recorded."""
    status, body = get(question, path)
    return body if status == _OK else None
