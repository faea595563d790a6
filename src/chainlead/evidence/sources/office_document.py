"""Office documents that are ZIP archives: the text of their parts, beside the parts themselves.

Found in: docx, xlsx, pptx (and with macros), odt, ods, odp.
Proof: the archive's first member or its name, and the names of the main parts in its directory.
Limits: every part is read as a member of a ZIP too, so what these views leave out (styles, XML
comments) is searched; binary workbooks (xlsb) are members only; a password-protected docx or xlsx
is an OLE file and is reported there; encrypted OpenDocument members are reported.
Spec: ECMA-376 (Office Open XML); OASIS OpenDocument 1.3.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.office_text import leaves, paragraphs, parse_xml
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.sheet_cells import SheetCells, open_document_cells, shared_strings
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.sources.zip_archive import ZipArchive
from chainlead.evidence.stream import Stream, spool
from chainlead.model import Provenance

_FIRST = re.compile(
    rb"\APK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|word/|xl/|ppt/|customXml/|mimetype"
    rb"|META-INF/|content\.xml)",
    re.DOTALL,
)
_ENDINGS = (
    ".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".xltx", ".xlsb", ".pptx", ".pptm",
    ".ppsx", ".potx", ".odt", ".ott", ".ods", ".ots", ".odp", ".odg", ".fodt",
)  # fmt: skip
_TAIL_BYTES = 1 << 16
_STRINGS = 4 << 20
"""How many shared strings are kept."""
_STRING_BYTES = 256 << 20
_PROPERTIES = re.compile(r"(?:docProps/|customXml/|meta\.xml$|_rels/|settings\.xml$)")
_COMMENT = b"<!--"
_RowsOf = Callable[[str, Stream, Place], Iterator[Row]]


class _Office(Source):
    rank = 9  # before the ZIP source, which does the unpacking
    replaces_raw = True
    risky: ClassVar[bool] = True
    marks: ClassVar[tuple[bytes, ...]]

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        """A ZIP whose first member or name is that of a document, with the main part in it."""
        if not head.startswith(b"PK\x03\x04"):
            return False
        if not _FIRST.match(head) and not name.lower().endswith(_ENDINGS):
            return False
        tail = stream.read_at(max(stream.size_bytes - _TAIL_BYTES, 0), _TAIL_BYTES)
        return any(mark in head or mark in tail for mark in self.marks)

    def read(self, place: Place) -> Iterator[Piece]:
        """The members of the ZIP, each XML part followed by its text."""
        for piece in ZipArchive().read(place):
            yield piece
            if isinstance(piece, Member) and _is_text(piece):
                yield from _views(piece, place, self.rows)

    def rows(self, name: str, part: Stream, place: Place) -> Iterator[Row]:
        """The text of one part."""
        if _PROPERTIES.search(name):
            return leaves(part, place.budget)
        return paragraphs(part, place.budget, all_text=False)


class WordDocument(_Office):
    """A text document: body, headers, notes, comments, deleted text."""

    name = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    marks = (b"word/document", b"word/_rels/document")


class Presentation(_Office):
    """Slides, notes and comments."""

    name = "pptx"
    media_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    marks = (b"ppt/presentation", b"ppt/slides/")


class OpenDocumentText(_Office):
    """An OpenDocument text or drawing or presentation."""

    name = "odt"
    media_type = "application/vnd.oasis.opendocument.text"
    marks = (
        b"application/vnd.oasis.opendocument.text",
        b"application/vnd.oasis.opendocument.presentation",
        b"application/vnd.oasis.opendocument.graphics",
    )

    def read(self, place: Place) -> Iterator[Piece]:
        """As any office document; encryption is told by the manifest."""
        yield from super().read(place)
        yield from _encrypted_parts(place)

    def rows(self, name: str, part: Stream, place: Place) -> Iterator[Row]:
        """All characters of a paragraph count."""
        if _PROPERTIES.search(name) or name.startswith("META-INF/"):
            return leaves(part, place.budget)
        return paragraphs(part, place.budget, all_text=True)


class OpenDocumentSheet(_Office):
    """An OpenDocument spreadsheet."""

    name = "ods"
    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    marks = (b"application/vnd.oasis.opendocument.spreadsheet",)

    def read(self, place: Place) -> Iterator[Piece]:
        """Cells for the content, paragraphs for the rest."""
        for piece in ZipArchive().read(place):
            yield piece
            if not isinstance(piece, Member) or not _is_text(piece):
                continue
            if piece.step.name == "content.xml":
                yield from _cells(piece, place)
            elif not piece.step.name.startswith("META-INF/"):
                yield from _views(piece, place, self.rows)
        yield from _encrypted_parts(place)


class Workbook(_Office):
    """A spreadsheet: cells by sheet and name, comments, hidden sheets."""

    name = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    marks = (b"xl/workbook", b"xl/worksheets/")

    def read(self, place: Place) -> Iterator[Piece]:
        """All members; cells with their strings; strings that no cell uses."""
        members: dict[str, Member] = {}
        for piece in ZipArchive().read(place):
            name = piece.step.name if isinstance(piece, Member) else ""
            if isinstance(piece, Member):
                members.setdefault(name, piece)
            if name != "xl/sharedStrings.xml":
                yield piece
            if isinstance(piece, Member) and _is_text(piece) and not _is_grid(name):
                yield from _views(piece, place, self.rows)
        yield from _grids(members, place)


def _is_text(member: Member) -> bool:
    return member.stored_bytes > 2 and member.step.name.endswith((".xml", ".rels"))


def _is_grid(name: str) -> bool:
    return name == "xl/sharedStrings.xml" or name.startswith(
        ("xl/worksheets/sheet", "xl/worksheets/Sheet")
    )


def _views(member: Member, place: Place, rows: _RowsOf) -> Iterator[Piece]:
    """The text of one part, placed inside that part."""
    provenance = place.provenance.inside(member.step.kind, member.step.name)
    part, stopped = spool(
        member.chunks(), member.stored_bytes, place.stream.chain_ratio, place.budget
    )
    try:
        yield from _guarded(
            view_rows(
                rows(member.step.name, part, place),
                provenance.inside("text", "office"),
                part.sha256(),
                "text/xml",
            ),
            provenance,
            is_whole=stopped is None,
        )
    finally:
        part.close()


def _guarded(items: Iterator[Item], provenance: Provenance, *, is_whole: bool) -> Iterator[Piece]:
    """Damage ends one part and not the document; that of a part cut by us was told already."""
    try:
        yield from items
    except StopReadingError as error:
        if error.everything:
            raise
        if is_whole:
            yield Unread(provenance.inside("text", "office"), error.reason, error.detail)


def _encrypted_parts(place: Place) -> Iterator[Unread]:
    """Encrypted OpenDocument members look like any bytes: only the manifest tells."""
    for piece in ZipArchive().read(place):
        if isinstance(piece, Member) and piece.step.name == "META-INF/manifest.xml":
            part, _ = spool(piece.chunks(), piece.stored_bytes, 1.0, place.budget)
            content = part.read_at(0, 1 << 20)
            part.close()
            if b":encryption-data" in content:
                yield place.unread(UnreadReason.ENCRYPTED, "a password is needed for its content")
            return


def _cells(member: Member, place: Place) -> Iterator[Piece]:
    """The cells of an OpenDocument spreadsheet."""

    def rows(_name: str, part: Stream, place: Place) -> Iterator[Row]:
        return open_document_cells(part, place.budget)

    yield from _tables(member, place, rows, "cells")


def _tables(member: Member, place: Place, rows: _RowsOf, sheet: str) -> Iterator[Piece]:
    provenance = place.provenance.inside(member.step.kind, member.step.name)
    part, stopped = spool(
        member.chunks(), member.stored_bytes, place.stream.chain_ratio, place.budget
    )
    try:
        yield from _guarded(
            view_rows(
                rows(member.step.name, part, place),
                provenance.inside("table", sheet),
                part.sha256(),
                "text/xml",
            ),
            provenance,
            is_whole=stopped is None,
        )
    finally:
        part.close()


def _grids(members: dict[str, Member], place: Place) -> Iterator[Piece]:
    """The sheets, then the strings; these are searched raw unless every one stood in a cell."""
    problems: list[StopReadingError] = []
    holder = members.get("xl/sharedStrings.xml")
    strings = _strings(holder, place, problems) if holder else []
    used = bytearray(len(strings))
    names = _sheet_names(members, place)
    for path in sorted(name for name in members if _is_grid(name) and members[name] is not holder):
        sheet, note = names.get(path, (path.rpartition("/")[2].removesuffix(".xml"), ""))
        reading = SheetCells(sheet, note, strings, used)

        def rows(
            _name: str, part: Stream, place: Place, reading: SheetCells = reading
        ) -> Iterator[Row]:
            return reading.rows(part, place.budget)

        for piece in _tables(members[path], place, rows, readable_name(sheet)):
            if isinstance(piece, Unread):
                problems.append(StopReadingError(piece.reason, piece.detail))
            yield piece
    if holder is None:
        return
    unused = (
        Row(f"string {number} (in no cell)", text)
        for number, (text, count) in enumerate(zip(strings, used, strict=True))
        if not count
    )
    yield replace(holder, is_searched=not problems)
    provenance = place.provenance.inside(holder.step.kind, holder.step.name)
    yield from view_rows(
        unused, provenance.inside("text", "office"), _digest(holder, place), "text/xml"
    )


def _digest(member: Member, place: Place) -> str:
    part, _ = spool(member.chunks(), member.stored_bytes, place.stream.chain_ratio, place.budget)
    try:
        return part.sha256()
    finally:
        part.close()


def _strings(holder: Member, place: Place, problems: list[StopReadingError]) -> list[str]:
    found: list[str] = []
    size = 0
    part, stopped = spool(
        holder.chunks(), holder.stored_bytes, place.stream.chain_ratio, place.budget
    )
    try:
        if stopped is not None:
            problems.append(stopped)
        if any(_COMMENT in chunk for chunk in part.chunks()):
            problems.append(StopReadingError(UnreadReason.UNSUPPORTED, "holds comments"))
        for string in shared_strings(part, place.budget):
            size += len(string)
            if len(found) >= _STRINGS or size > _STRING_BYTES:
                problems.append(StopReadingError(UnreadReason.TOO_MANY, "too many strings"))
                break
            found.append(string)
    except StopReadingError as error:
        if error.everything:
            raise
        problems.append(error)
    finally:
        part.close()
    return found


def _sheet_names(members: dict[str, Member], place: Place) -> dict[str, tuple[str, str]]:
    """Path of each sheet's part → its name, and whether it is hidden."""
    targets: dict[str, str] = {}
    found: dict[str, tuple[str, str]] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = path

    def sheet(name: str, attributes: dict[str, str]) -> None:
        path = targets.get(attributes.get("r:id", ""))
        if name == "sheet" and path:
            is_hidden = attributes.get("state", "visible") != "visible"
            found[path] = (attributes.get("name", ""), "hidden sheet" if is_hidden else "")

    _walk(members.get("xl/_rels/workbook.xml.rels"), place, relation)
    _walk(members.get("xl/workbook.xml"), place, sheet)
    return found


def _walk(
    member: Member | None, place: Place, start: Callable[[str, dict[str, str]], None]
) -> None:
    if member is None:
        return
    part, _ = spool(member.chunks(), member.stored_bytes, place.stream.chain_ratio, place.budget)
    try:
        for _ in parse_xml(
            part,
            start,
            lambda _name: None,
            lambda _text: None,
            budget=place.budget,
            drain=lambda: iter(()),
        ):
            pass
    except StopReadingError as error:
        if error.everything:
            raise
    finally:
        part.close()
