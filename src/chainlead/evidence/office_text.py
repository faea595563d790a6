"""The text of office XML parts, with the place of each piece: paragraphs, cells, notes, properties.

Found in: docx, pptx, xlsx, odt, ods, odp and their kin.
Proof: the XML parses, as far as it does.
Limits: a document type that declares anything itself ends the reading (no entity is resolved); text that is
spread over two paragraphs or two cells is not joined; formulas are given beside their values.
Spec: ECMA-376 (WordprocessingML, SpreadsheetML, DrawingML); OASIS OpenDocument 1.3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.row_view import Row
from chainlead.evidence.stream import Stream

_CHUNK = 1 << 16
_DEEPEST = 500
_BLOCKS = {
    "p": "paragraph",
    "h": "paragraph",
    "comment": "comment",
    "threadedComment": "comment",
    "si": "string",
}
"""Elements that end a line: w:p, a:p, text:p, text:h, and the notes and strings of a workbook."""
_TEXT = frozenset({"t", "text", "delText", "instrText", "delInstrText"})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
_LINKS = frozenset({"href", "Target"})
_SHORTEST = 16
_LONGEST = 1 << 16


class _Document(Exception):  # noqa: N818  (a signal of this module only)
    """A document type declaration was met."""


def parse_xml(
    stream: Stream,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    budget: Budget,
    drain: Callable[[], Iterator[Row]],
) -> Iterator[Row]:
    """Drive the handlers over a stream; give what they gathered as it grows.

    Names come without their prefix. Raises `StopReadingError` where the XML is damaged.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise StopReadingError(UnreadReason.TOO_DEEP, "XML elements nested too deep")
        start(name.rpartition(":")[2], attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2])

    def on_document(_name: str, _system: str | None, _public: str | None, inner: int) -> None:
        if inner:  # a declaration that only names a schema elsewhere is never fetched, and harmless
            raise _Document

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = on_document
    problem: StopReadingError | None = None
    for chunk in _small(stream):
        budget.check_time()
        try:
            parser.Parse(chunk, len(chunk) == 0)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            problem = StopReadingError(
                UnreadReason.DAMAGED,
                f"XML: {words} at line {error.lineno}; what came before was read",
            )
        except _Document:
            problem = StopReadingError(
                UnreadReason.UNSUPPORTED,
                "XML that declares entities: only its raw bytes were searched",
            )
        except StopReadingError as error:
            problem = error
        except (ValueError, LookupError) as error:
            problem = StopReadingError(UnreadReason.DAMAGED, f"XML: {type(error).__name__}")
        yield from drain()
        if problem is not None:
            raise problem


def _small(stream: Stream) -> Iterator[bytes]:
    position = 0
    while chunk := stream.read_at(position, _CHUNK):
        yield chunk
        position += len(chunk)
    yield b""


@dataclass(slots=True)
class _Open:
    """A paragraph that has not ended; a text box puts one inside another."""

    row: str
    words: list[str] = field(default_factory=list)


class Paragraphs:
    """Gathers the text of a document part by paragraphs; runs are joined."""

    def __init__(self, *, all_text: bool) -> None:
        """`all_text`: every character counts (OpenDocument), not only that of text elements."""
        self._all_text = all_text
        self._open: list[_Open] = []
        self._ready: list[Row] = []
        self._count = 0
        self._in_text = 0
        self._link = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name in _BLOCKS and not (name == "comment" and self._open):
            self._count += 1
            place = attributes.get("ref") or str(self._count)
            self._open.append(_Open(f"{_BLOCKS[name]} {readable_name(place[:40])}"))
        elif name in _TEXT:
            self._in_text += 1
        elif name == "s" and self._all_text and self._open:
            count = attributes.get("text:c", "1")
            self._open[-1].words.append(" " * min(int(count), 100) if count.isdecimal() else " ")
        elif name in _BREAKS and self._open:
            self._open[-1].words.append(_BREAKS[name])
        for key, value in attributes.items():
            if key.rpartition(":")[2] in _LINKS and len(value) > 3:
                self._link += 1
                self._ready.append(Row(f"link {self._link}", value[:_LONGEST]))

    def end(self, name: str) -> None:
        """An element ends."""
        if name in _BLOCKS and self._open:
            done = self._open.pop()
            self._ready.append(Row(done.row, "".join(done.words)))
        elif name in _TEXT:
            self._in_text = max(self._in_text - 1, 0)

    def text(self, words: str) -> None:
        """Characters."""
        if self._open and (self._in_text or self._all_text):
            self._open[-1].words.append(words)

    def drain(self) -> Iterator[Row]:
        """What is ready."""
        ready, self._ready = self._ready, []
        yield from ready

    def left(self) -> Iterator[Row]:
        """What never ended, in a part that was cut."""
        while self._open:
            done = self._open.pop()
            yield Row(done.row, "".join(done.words))


def paragraphs(stream: Stream, budget: Budget, *, all_text: bool) -> Iterator[Row]:
    """The paragraphs of a part, in the order in which they end."""
    gathering = Paragraphs(all_text=all_text)
    try:
        yield from parse_xml(
            stream,
            gathering.start,
            gathering.end,
            gathering.text,
            budget=budget,
            drain=gathering.drain,
        )
    except StopReadingError:
        yield from gathering.left()
        raise


def leaves(stream: Stream, budget: Budget) -> Iterator[Row]:
    """Every element's own text and every long attribute: properties, custom XML, settings."""
    path: list[str] = []
    words: list[str] = []
    ready: list[Row] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        words.clear()
        for key, value in attributes.items():
            if len(value) >= _SHORTEST and not key.startswith("xmlns"):
                ready.append(Row(f"{'/'.join(path[-3:])}@{key}", value[:_LONGEST]))

    def end(_name: str) -> None:
        text = "".join(words).strip()
        if text:
            ready.append(Row("/".join(path[-3:]), text))
        words.clear()
        path.pop()

    def drain() -> Iterator[Row]:
        yield from ready
        ready.clear()

    yield from parse_xml(stream, start, end, words.append, budget=budget, drain=drain)
