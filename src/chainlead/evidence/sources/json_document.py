"""JSON: every string value with its JSON pointer, and long keys; also JSON lines.

Found in: wallet files, chat exports, browser stores, app settings.
Proof: it parses.
Limits: the raw bytes are searched too, so a document that does not parse loses only its pointers
and escapes; numbers are not searched here; JSON inside a string is read like any nested container; a
message that a chat export cuts into marked pieces is searched joined as well.
Spec: RFC 8259, RFC 6901; https://jsonlines.org
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Piece, Place, Source, Value
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SPACE = b" \t\r\n"
_SHORTEST = 4
_LONG_KEY = 20
_TIME_CHECK = 1000
_BETWEEN = re.compile(r"[\s,\x1e\0]*")
_MARK = b"\xef\xbb\xbf"


class _Pairs(list[tuple[str, Any]]):
    """An object with all its keys, also those that occur twice."""


class JsonDocument(Source):
    """A JSON text, or one per line."""

    name = "json"
    media_type = "application/json"
    rank = 60

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """It begins as an object or array, and the first tokens are JSON."""
        start = head.removeprefix(_MARK).lstrip(_SPACE)
        rest = start[1:].lstrip(_SPACE)[:1]
        if start[:1] == b"{":
            return rest in {b'"', b"}"}
        return start[:1] == b"[" and rest in {
            b"{",
            b"[",
            b'"',
            b"]",
            *(b"%d" % i for i in range(10)),
        }

    def read(self, place: Place) -> Iterator[Piece]:
        """The strings in the order of the document."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"JSON above {limit} bytes: only its raw bytes were searched",
            )
        text = place.stream.read_all().removeprefix(_MARK).decode("utf-8", "replace")
        for prefix, document in _documents(text):
            for number, (pointer, value) in enumerate(_strings(document, prefix)):
                if number % _TIME_CHECK == 0:
                    place.budget.check_time()
                yield Value(
                    place.view("json", pointer, value, self.media_type), Step("json", pointer)
                )


def _documents(text: str) -> Iterator[tuple[str, Any]]:
    """One document, or several that follow each other (JSON lines, appended changes)."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_Pairs, parse_int=_no_number, parse_float=_no_number
    )
    position = _BETWEEN.match(text, 0).end()  # type: ignore[union-attr]  # the pattern matches nothing too
    number = 0
    while position < len(text):
        number += 1
        try:
            document, position = decoder.raw_decode(text, position)
        except RecursionError as error:
            raise StopReadingError(
                UnreadReason.TOO_DEEP, f"document {number} nested too deep: only raw bytes searched"
            ) from error
        except ValueError as error:
            raise StopReadingError(
                UnreadReason.DAMAGED,
                f"JSON document {number} does not parse: only its raw bytes were searched",
            ) from error
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # as above
        is_only = number == 1 and position >= len(text)
        yield "" if is_only else f"document {number}:", document


def _no_number(digits: str) -> None:
    """Numbers are not searched, and a number of a million digits must cost nothing."""


def _strings(document: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Pointer and string, without recursion."""
    waiting: list[tuple[str, Any]] = [(prefix, document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            if len(value) >= _SHORTEST:
                yield pointer or "/", value
        elif isinstance(value, _Pairs):
            for key, inner in reversed(value):
                token = readable_name(key.replace("~", "~0").replace("/", "~1"))
                waiting.append((f"{pointer}/{token}", inner))
            for key, _ in value:
                if len(key) >= _LONG_KEY:
                    token = readable_name(key.replace("~", "~0").replace("/", "~1"))
                    yield f"{pointer}/{token} (key)", key
        elif isinstance(value, list):
            joined = "" if pointer.endswith("/text_entities") else _joined(value)
            if joined:
                yield f"{pointer} (joined)", joined
            waiting.extend((f"{pointer}/{i}", value[i]) for i in reversed(range(len(value))))


def _joined(parts: list[Any]) -> str:
    """The text that a list of plain and marked pieces makes (chat exports), or nothing."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        fields = dict(part) if isinstance(part, _Pairs) else {}
        if not isinstance(fields.get("text"), str) or "type" not in fields:
            return ""
        texts.append(fields["text"])
    return "".join(texts) if len(texts) > 1 and len(texts) != sum(map(_is_str, parts)) else ""


def _is_str(part: Any) -> bool:
    return isinstance(part, str)
