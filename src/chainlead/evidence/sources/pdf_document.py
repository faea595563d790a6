"""PDF: text by page, link targets, form fields, properties, attachments and pictures.

Found in: invoices, paper wallets, saved receipts, statements.
Proof: `%PDF-` near the start; the structure as far as it holds.
Limits: text drawn as curves is not text; where letters are placed one by one a second view leaves
the spaces out; a code drawn with lines and boxes is no picture; pictures are handed on as bytes and
never shown; JPEG 2000 and fax pictures only as far as the picture source reads them.
A damaged file, and one that was changed after it was made, is also read stream by stream.
Spec: ISO 32000-1:2008; read with pypdf.
"""

import binascii
import io
import logging
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from decimal import DecimalException
from functools import partial
from typing import Any, ClassVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.pdf_salvage import joined_strings, packed_streams
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_BROKEN = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError,
    zlib.error, struct.error, OverflowError, NotImplementedError, MemoryError, ArithmeticError,
    OSError, LookupError, EOFError, binascii.Error, re.error, DecimalException, RuntimeError,
    UnboundLocalError, StopIteration, SyntaxError, Warning,
)  # fmt: skip
_PIXELS = 40_000_000
_PAGES = 20_000
_ON_PAGE = 2000
_FIELDS = 10_000
_LONGEST = 1 << 20
_SPACED = re.compile(r"(?:\S{1,3}[ \t]){11,}\S{1,3}")
_DEEPEST = 20


class PdfDocument(Source):
    """A PDF file."""

    name = "pdf"
    media_type = "application/pdf"
    rank = 20
    risky: ClassVar[bool] = True
    preload: ClassVar[tuple[str, ...]] = ("pypdf", "PIL.Image")

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The header within the first kibibyte, as viewers accept it."""
        return b"%PDF-" in head[:1024]

    def read(self, place: Place) -> Iterator[Piece]:
        """Pages in order, then what hangs on the document."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > 4 * limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"PDF above {4 * limit} bytes: only its raw bytes were searched",
            )
        reading = _Reading(place)
        try:
            yield from reading.pieces()
        except StopReadingError as error:
            if error.everything:
                raise
            yield place.unread(error.reason, error.detail)
            reading.problems += error.reason is not UnreadReason.ENCRYPTED
        if reading.problems or _is_revised(place.stream):
            for member in packed_streams(place):
                place.budget.check_time()
                yield member
                yield from joined_strings(member, place)


def _is_revised(stream: Stream) -> bool:
    """Whether the file was changed by appending: its older state is still in it."""
    count = 0
    for chunk in stream.chunks():
        count += chunk.count(b"%%EOF")
        if count > 1:
            return b"/Linearized" not in stream.read_at(0, 1024) or count > 2
    return False


class _Reading:
    """One PDF; problems are counted, named once each, and do not end the reading."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.problems = 0

    def pieces(self) -> Iterator[Piece]:
        """Everything, page by page."""
        reader = self._open()
        pages = self._attempt(reader.get_num_pages, "its pages cannot be counted")
        yield from self._told()
        wanted = min(pages or 0, _PAGES)
        if pages is not None and pages > _PAGES:
            yield self._place.unread(
                UnreadReason.TOO_MANY, f"only the first {_PAGES} pages were read"
            )
        for number in range(1, wanted + 1):
            self._place.budget.check_time()
            yield from self._page(reader, number)
            yield from self._told()
        yield from self._document(reader)
        yield from self._told()

    def _open(self) -> Any:
        import PIL.Image  # noqa: PLC0415  (loaded for such files only)
        import pypdf  # noqa: PLC0415  (loaded for such files only)

        logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
        self._errors = (
            pypdf.errors.PyPdfError,
            pypdf.errors.DependencyError,
            pypdf.errors.DeprecationError,
            PIL.Image.DecompressionBombError,
            *_BROKEN,
        )
        try:
            reader = pypdf.PdfReader(self._place.stream.open())
            if reader.is_encrypted and not any(
                reader.decrypt(word) for word in ("", *self._place.passwords)
            ):
                raise StopReadingError(UnreadReason.ENCRYPTED, "a password is needed")
        except self._errors as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"PDF cannot be opened: {_words(error)}"
            ) from error
        return reader

    _errors: tuple[type[BaseException], ...] = ()
    _problem: tuple[UnreadReason, str] | None = None

    def _attempt(self, work: Callable[[], Any], what: str) -> Any:
        try:
            return work()
        except self._errors as error:
            self.problems += 1
            if self._problem is None:
                self._problem = UnreadReason.DAMAGED, f"{what}: {_words(error)}"
            return None

    def _told(self) -> Iterator[Unread]:
        if self._problem is not None:
            yield self._place.unread(*self._problem)
            self._problem = None

    def _page(self, reader: Any, number: int) -> Iterator[Piece]:
        page = self._attempt(lambda: reader.pages[number - 1], f"page {number}")
        if page is None:
            return
        text = self._attempt(page.extract_text, f"text of page {number}") or ""
        rows = [Row(f"page {number}", text)]
        closed = "\n".join(_closed(match) for match in _SPACED.finditer(text))
        rows.append(Row(f"page {number} (spaces left out)", closed))
        notes = self._attempt(lambda: list(_notes(page, number)), f"notes of page {number}") or []
        yield from self._view([*rows[:1]])
        yield from self._view(rows[1:])
        yield from self._view(notes)
        yield from self._pictures(page, number)

    def _view(self, rows: list[Row]) -> Iterator[Piece]:
        yield from view_rows(
            rows,
            self._place.provenance.inside("text", "pdf"),
            self._place.stream.sha256(),
            PdfDocument.media_type,
        )

    def _pictures(self, page: Any, number: int) -> Iterator[Piece]:
        """Each picture's bytes in a format of its own; nothing is shown or written."""
        keys = self._attempt(lambda: list(page.images.keys()), f"pictures of page {number}") or []
        for index, key in enumerate(keys[:_ON_PAGE], 1):
            self._place.budget.check_time()
            name = f"page {number} picture {index}"
            content = self._attempt(partial(_picture, page, key), name)
            if content:
                yield self._member(name, content)

    def _member(self, name: str, content: bytes, file_name: str = "") -> Member:
        return Member(
            step=Step("pdf", name),
            name=file_name,
            chunks=lambda: iter((content,)),
            stored_bytes=min(len(content), self._place.stream.size_bytes),
        )

    def _document(self, reader: Any) -> Iterator[Piece]:
        about = self._attempt(lambda: dict(reader.metadata or {}), "properties") or {}
        yield from self._view(
            [
                Row(f"property {_short(key)}", text[:_LONGEST])
                for key, value in about.items()
                if (text := self._attempt(lambda value=value: str(value), "a property")) is not None  # type: ignore[misc]
            ]
        )
        fields = self._attempt(lambda: list(_fields(reader)), "form fields") or []
        yield from self._view(fields)
        titles = self._attempt(lambda: list(_titles(reader.outline)), "outline") or []
        yield from self._view([Row(f"outline {n}", t) for n, t in enumerate(titles, 1)])
        packet = self._attempt(lambda: _packet(reader), "XMP")
        if packet:
            yield self._member("XMP", packet)
        names = UniqueNames()
        files = self._attempt(lambda: list(reader.attachment_list)[:_FIELDS], "attachments") or []
        for file in files:
            self._place.budget.check_time()
            name = self._attempt(lambda file=file: str(file.name), "attachment name") or "unnamed"  # type: ignore[misc]  # bound in the loop
            content = self._attempt(lambda file=file: bytes(file.content), "attachment")  # type: ignore[misc]  # as above
            shown, _ = names.claim(f"attachment {readable_name(name[:300])}")
            if content:
                yield self._member(shown, content, name.rpartition("/")[2])


def _closed(match: re.Match[str]) -> str:
    return re.sub(r"[ \t]", "", match.group())


def _short(name: object) -> str:
    return readable_name(str(name)[:80])


def _words(error: BaseException) -> str:
    return readable_name(str(error).split("\n", maxsplit=1)[0])[:120] or type(error).__name__


def _notes(page: Any, number: int) -> Iterator[Row]:
    """Link targets, comments and scripts of a page."""
    for index, holder in enumerate(list(page.get("/Annots") or ())[:_ON_PAGE], 1):
        note = holder.get_object()
        for key in ("/Contents", "/V", "/T", "/TU", "/RC"):
            if note.get(key) is not None:
                yield Row(f"page {number} note {index} {key}", str(note[key])[:_LONGEST])
        action = note.get("/A")
        action = action.get_object() if action is not None else {}
        for key in ("/URI", "/JS", "/F"):
            if action.get(key) is not None:
                yield Row(f"page {number} link {index} {key}", str(action[key])[:_LONGEST])


def _fields(reader: Any) -> Iterator[Row]:
    for name, written in list((reader.get_fields() or {}).items())[:_FIELDS]:
        value = written.get("/V")
        if value is not None:
            yield Row(f"field {_short(name)}", str(value)[:_LONGEST])


def _titles(outline: Any, depth: int = 0) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            if depth < _DEEPEST:
                yield from _titles(entry, depth + 1)
        elif getattr(entry, "title", None):
            yield str(entry.title)[:_LONGEST]


def _packet(reader: Any) -> bytes:
    stream = reader.root_object.get("/Metadata")
    return bytes(stream.get_object().get_data()) if stream is not None else b""


def _picture(page: Any, key: Any) -> bytes:
    """The picture in its own format if it has one (JPEG), or else as PNG."""
    import warnings  # noqa: PLC0415  (for one call)

    holder = _holder(page, key)
    if holder is not None:
        width, height = int(holder.get("/Width", 0)), int(holder.get("/Height", 0))
        if width * height > _PIXELS:
            raise ValueError(f"{width} x {height} pixels are too many")
        filters = holder.get("/Filter")
        filters = list(filters) if isinstance(filters, list) else [filters]
        if filters in (["/DCTDecode"], ["/JPXDecode"]):
            return bytes(holder._data)  # noqa: SLF001  (the library has no other way to the packed bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = page.images[key]
    if found.image is None:
        return bytes(found.data)
    if found.image.width * found.image.height > _PIXELS:
        raise ValueError("too many pixels")
    buffer = io.BytesIO()
    image = found.image if found.image.mode in {"1", "L", "RGB"} else found.image.convert("RGB")
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _holder(page: Any, key: Any) -> Any:
    """The picture's object, with its declared size; None for one inside the page's content."""
    path = [key] if isinstance(key, str) else list(key)
    holder: Any = page
    for name in path:
        if name.startswith("~"):
            return None
        holder = holder["/Resources"]["/XObject"][name].get_object()
    return holder
