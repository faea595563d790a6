"""The report of a phone extraction (`report.xml` inside a UFDR): parsed models and file names.

Found in: UFDR files of Cellebrite's tools, which are ZIP archives.
Proof: the root element and its namespace; the document is well formed as far as it is read.
Limits: text of values, and names and paths of files; what the extraction's own databases hold is
read from those databases. Documents that define entities are refused.
Spec: the files themselves; Cellebrite publishes no specification. Tested on files built after
reports that examiners have described, since no real one is public.
"""

from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.record import read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_NAMESPACE = b"cellebrite.com/report"
_DEPTH = 200
_LONGEST_VALUE = 1 << 24


class _EntityError(ValueError):
    """The document defines entities."""


class UfdrReport(Source):
    """The report of a UFDR."""

    name = "ufdr"
    media_type = "application/x-ufdr-report+xml"
    rank = 20

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """XML whose root is `project` in the report's namespace."""
        return (
            b"<project" in head
            and _NAMESPACE in head
            and head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
        )

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each value of a model, and for each file's path."""
        collector = _Collector()
        for chunk in place.stream.chunks():
            place.budget.check_time()
            try:
                collector.feed(chunk)
            except (expat.ExpatError, LookupError, ValueError, _EntityError) as error:
                yield from self._records(place, collector)
                raise StopReadingError(
                    UnreadReason.DAMAGED, "the report is not well formed from here on"
                ) from error
            yield from self._records(place, collector)
        try:
            collector.end()
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise StopReadingError(UnreadReason.DAMAGED, "the report is cut short") from error

    def _records(self, place: Place, collector: "_Collector") -> Iterator[Piece]:
        for row, text in collector.take():
            yield from read_record(place, row.partition(" ")[0], row, text, self.media_type)


class _Collector:
    """Hears the parser's events and keeps finished values until they are taken."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] = []
        self._size = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse
        self._parser = parser

    def feed(self, chunk: bytes) -> None:
        """Some more bytes."""
        self._parser.Parse(chunk, False)

    def end(self) -> None:
        """No more bytes."""
        self._parser.Parse(b"", True)

    def take(self) -> list[tuple[str, str]]:
        """What was finished since the last time: place and text."""
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEPTH:
            raise _EntityError("nested too deep")
        self._open.append((name, attributes))
        self._text, self._size = [], 0
        if name == "file" and attributes.get("path"):
            self._found.append((f"file {attributes.get('id', '')}", attributes["path"]))

    def _characters(self, text: str) -> None:
        self._size += len(text)
        if self._size <= _LONGEST_VALUE:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        text = "".join(self._text).strip()
        if text:
            self._found.append((self._where(), text))
        self._open.pop()
        self._text, self._size = [], 0

    def _where(self) -> str:
        """The innermost model and field, or the element's own name."""
        model = next((a for n, a in reversed(self._open) if n == "model"), None)
        name, attributes = next(
            ((n, a) for n, a in reversed(self._open) if "name" in a),
            self._open[-1],
        )
        field = attributes.get("name", name)
        if model is not None:
            return f"{model.get('type', 'model')} {model.get('id', '')} {field}"
        return f"{self._open[-1][0]} {field}"


def _refuse(*_about: object) -> NoReturn:
    raise _EntityError("entities are refused")
