r"""Rich Text: its text with escapes undone, link targets, and objects and pictures stored in hex.

Found in: documents, mail bodies of Outlook, clipboards.
Proof: `{\rtf` at the start.
Limits: text that a program would hide is read too; a picture is handed on as bytes and never shown;
text of code pages that Python does not know is read as Western; HTML wrapped in RTF reads as text.
Spec: Rich Text Format Specification 1.9.1; [MS-OXRTFEX].
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9A-Fa-f]{2})|(.))|([{}])|([^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_BREAKS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"nestrow": "\n",
    b"cell": "\t", b"nestcell": "\t", b"tab": "\t", b"emdash": "-", b"endash": "-",
    b"lquote": "'", b"rquote": "'", b"ldblquote": '"', b"rdblquote": '"', b"emspace": " ",
    b"enspace": " ",
}  # fmt: skip
_LISTS = frozenset(
    {
        b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"rsidtbl",
        b"generator", b"themedata", b"colorschememapping", b"latentstyles", b"datastore",
        b"xmlnstbl", b"mmathPr",
    }
)  # fmt: skip
_HEX = {b"pict": "picture", b"objdata": "object"}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n"}
_DEEPEST = 2000
_TIME_CHECK = 20_000
_SHORTEST_OBJECT = 16


class Rtf(Source):
    """A rich text document."""

    name = "rtf"
    media_type = "application/rtf"
    rank = 20

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The first group."""
        return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf")

    def read(self, place: Place) -> Iterator[Piece]:
        """The text by paragraphs, then what is embedded."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, f"RTF above {limit} bytes: only its raw bytes were searched"
            )
        reading = _Reading(place.budget)
        problem = ""
        try:
            reading.run(place.stream.read_all())
        except StopReadingError as error:
            if error.everything:
                raise
            problem = error.detail
        text = "".join(reading.text)
        rows = (Row(f"paragraph {n}", line) for n, line in enumerate(text.split("\n"), 1))
        yield from view_rows(
            rows, place.provenance.inside("text", "rtf"), place.stream.sha256(), self.media_type
        )
        for number, (kind, digits) in enumerate(reading.embedded, 1):
            place.budget.check_time()
            content = _from_hex(bytes(digits))
            if len(content) >= _SHORTEST_OBJECT:
                yield Member(
                    step=Step("rtf", f"{kind} {number}"),
                    name="",
                    chunks=lambda content=content: iter((content,)),  # type: ignore[misc]  # bound in the loop
                    stored_bytes=len(digits),
                )
        if problem:
            yield place.unread(UnreadReason.TOO_DEEP, problem)


@dataclass(slots=True)
class _Group:
    skip: int = 1  # how many bytes stand in for a \u character
    hidden: bool = False  # a table of fonts, styles …
    embedded: bytearray | None = None


@dataclass(slots=True)
class _Reading:
    """One pass over the tokens."""

    budget: Budget
    text: list[str] = field(default_factory=list)
    embedded: list[tuple[str, bytearray]] = field(default_factory=list)
    encoding: str = "cp1252"
    pending: bytearray = field(default_factory=bytearray)
    stack: list[_Group] = field(default_factory=lambda: [_Group()])
    left_to_skip: int = 0
    high: int = 0

    def run(self, content: bytes) -> None:
        """Read all tokens; no recursion, no memory beyond the document's own size."""
        position, number = 0, 0
        while (token := _TOKEN.match(content, position)) is not None:
            position = token.end()
            number += 1
            if number % _TIME_CHECK == 0:
                self.budget.check_time()
            word, argument, escaped, symbol, brace, plain = token.groups()
            if plain is not None:
                self._plain(plain)
            elif brace is not None:
                self._brace(brace)
            elif escaped is not None:
                self._plain(bytes((int(escaped, 16),)))
            elif word is not None:
                value = int(argument) if argument else None
                if word == b"bin" and value and value > 0:
                    self._bytes(content[position : position + value])
                    position += value
                else:
                    self._word(word, value)
            elif symbol is not None and symbol in _SYMBOLS:
                self._say(_SYMBOLS[symbol])
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.left_to_skip = 0
        top = self.stack[-1]
        if brace == b"{":
            if len(self.stack) > _DEEPEST:
                raise StopReadingError(UnreadReason.TOO_DEEP, "RTF groups nested too deep")
            self.stack.append(_Group(top.skip, top.hidden, top.embedded))
        elif len(self.stack) > 1:
            self.stack.pop()

    def _plain(self, content: bytes) -> None:
        top = self.stack[-1]
        if top.embedded is not None:
            top.embedded += content
            return
        if self.left_to_skip:
            skipped = min(self.left_to_skip, len(content))
            self.left_to_skip -= skipped
            content = content[skipped:]
        if not top.hidden:
            self.pending += content

    def _bytes(self, content: bytes) -> None:
        top = self.stack[-1]
        if top.embedded is not None:
            top.embedded += binascii.hexlify(content)

    def _word(self, word: bytes, value: int | None) -> None:
        top = self.stack[-1]
        if word == b"u" and value is not None:
            self._character(value & 0xFFFF)
            self.left_to_skip = top.skip
        elif word == b"uc" and value is not None:
            top.skip = max(0, min(value, 100))
        elif word == b"ansicpg" and value is not None:
            self._flush()
            self.encoding = _codec(f"cp{value}")
        elif word in {b"mac", b"pc", b"pca"}:
            self.encoding = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850"}[word]
        elif word in _BREAKS:
            self._say(_BREAKS[word])
        elif word in _LISTS:
            top.hidden = True
        elif word in _HEX:
            top.embedded = bytearray()
            self.embedded.append((_HEX[word], top.embedded))

    def _character(self, unit: int) -> None:
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
            return
        if 0xDC00 <= unit < 0xE000:
            point = 0x10000 + ((self.high & 0x3FF) << 10) + (unit & 0x3FF) if self.high else 0xFFFD
            self._say(chr(point))
        else:
            self._say(chr(unit))
        self.high = 0

    def _say(self, text: str) -> None:
        self._flush()
        top = self.stack[-1]
        if top.embedded is None and not top.hidden:
            self.text.append(text)

    def _flush(self) -> None:
        if self.pending:
            self.text.append(bytes(self.pending).decode(self.encoding, "replace"))
            self.pending.clear()


def _codec(name: str) -> str:
    try:
        known = codecs.lookup("utf-8" if name == "cp65001" else name).name
        return known if b"Az09".decode(known) == "Az09" else "cp1252"
    except (LookupError, ValueError, TypeError):
        return "cp1252"


def _from_hex(digits: bytes) -> bytes:
    """The bytes; what is no hex digit is left out."""
    clean = re.sub(rb"[^0-9A-Fa-f]", b"", digits)
    return binascii.unhexlify(clean[: len(clean) & ~1])
