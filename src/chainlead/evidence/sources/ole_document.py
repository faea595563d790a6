"""OLE compound files: Outlook messages (MSG), old Word, Excel and PowerPoint, and any other kind.

Found in: mail saved by dragging, office files before 2007, installers, thumbnail stores.
Proof: the signature; the directory; for text joined over pieces the inner structure of the kind.
Limits: streams are given whole and joined over their sectors, also those of messages inside
messages; bytes in free sectors or behind the end of a large stream are streams of their own, the slack of
small streams is not searched; encrypted documents are reported; slides have no view of
their own, their text stands unbroken in the stream.
Spec: [MS-CFB], [MS-OXMSG], [MS-DOC], [MS-XLS], [MS-PPT]; read with olefile.
"""

import os
import re
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from chainlead.evidence import excel_cells, word_text
from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.evidence.mapi import NAMES, unpack_rtf
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error,
    RecursionError, OverflowError, AssertionError, MemoryError, EOFError, ZeroDivisionError,
)  # fmt: skip
_FREE = 0xFFFFFFFF
_DIRECTORY_BYTES = 1 << 16
_LARGEST = 4
"""How many times the limit of one document such a file may have."""
_PROPERTY = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})$")
_ATTACHMENT_NAMES = ("3707001F", "3704001F", "3707001E", "3704001E")
_PACKED_RTF = 0x1009
_RESTS = 1000
_FREE_BYTES = "(free bytes at "


class OleDocument(Source):
    """A compound file of no kind in particular."""

    name = "ole"
    media_type = "application/x-ole-storage"
    rank = 12
    replaces_raw = True
    risky: ClassVar[bool] = True
    preload: ClassVar[tuple[str, ...]] = ("olefile",)
    marks: ClassVar[tuple[str, ...]] = ("",)

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The signature, and the name of a stream that tells the kind."""
        if not head.startswith(_SIGNATURE) or len(head) < 512:
            return False
        shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
        if shift not in {9, 12}:
            return self.marks == ("",)
        directory = stream.read_at((first + 1) << shift, _DIRECTORY_BYTES)
        return any(mark.encode("utf-16-le") in directory for mark in self.marks)

    def read(self, place: Place) -> Iterator[Piece]:
        """The streams in order of their paths, each followed by its text where it has one."""
        limit = _LARGEST * place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(UnreadReason.TOO_LARGE, f"compound file above {limit} bytes")
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415  (no types; loaded when needed)

        try:
            ole = olefile.OleFileIO(place.stream.open())
            paths = sorted(ole.listdir(streams=True, storages=False))
            ole.root.size = min(int(ole.root.size), place.stream.size_bytes)  # a claim until read
        except RecursionError as error:
            raise StopReadingError(
                UnreadReason.TOO_DEEP, "its folders are nested too deep"
            ) from error
        except _BROKEN as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"its directory: {_words(error)}"
            ) from error
        with ole:
            yield from _left_over(ole, place)
            names = UniqueNames()
            for path in paths:
                place.budget.check_time()
                yield from _stream(ole, path, names, place)
            yield from _text(ole, place)


class OutlookMessage(OleDocument):
    """A message, with the messages inside it."""

    name = "msg"
    media_type = "application/vnd.ms-outlook"
    rank = 11
    marks = ("__properties_version1.0",)


class WordBinary(OleDocument):
    """A Word document before 2007."""

    name = "doc"
    media_type = "application/msword"
    rank = 11
    marks = ("WordDocument",)


class ExcelBinary(OleDocument):
    """An Excel workbook before 2007."""

    name = "xls"
    media_type = "application/vnd.ms-excel"
    rank = 11
    marks = ("Workbook", "Book\0")


class PowerPointBinary(OleDocument):
    """A PowerPoint presentation before 2007."""

    name = "ppt"
    media_type = "application/vnd.ms-powerpoint"
    rank = 11
    marks = ("PowerPoint Document",)


def _words(error: Exception) -> str:
    return readable_name(str(error))[:120] or type(error).__name__


def _shown(path: list[str]) -> tuple[str, int]:
    """The readable path, with what the property is, and the property's number."""
    shown = "/".join(readable_name(part) for part in path)
    found = _PROPERTY.search(path[-1])
    number = int(found.group(1), 16) if found else 0
    return (f"{shown} ({NAMES[number]})" if number in NAMES else shown), number


def _stream(ole: Any, path: list[str], names: UniqueNames, place: Place) -> Iterator[Piece]:
    label, number = _shown(path)
    shown, _ = names.claim(label)
    content = _content(ole, path)
    if content is None:
        yield Unread(
            place.provenance.inside("ole", shown), UnreadReason.DAMAGED, "its sectors do not fit"
        )
        return
    if not content:
        return
    yield Member(
        step=Step("ole", shown),
        name=_file_name(ole, path, number),
        chunks=lambda: iter((content,)),
        stored_bytes=len(content),
    )
    if number == _PACKED_RTF:
        yield Member(
            step=Step("lzfu", shown),
            name="",
            chunks=partial(unpack_rtf, content),
            stored_bytes=len(content),
            source_name="rtf",
        )


def _content(ole: Any, path: list[str]) -> bytes | None:
    """The stream; None if its sectors do not fit, or it claims more bytes than the file has."""
    try:
        if int(ole.get_size(path)) > int(ole.fp.seek(0, os.SEEK_END)):
            return None
        with ole.openstream(path) as stream:
            return bytes(stream.read())
    except _BROKEN:
        return None


def _file_name(ole: Any, path: list[str], number: int) -> str:
    """The name of an attachment, from the property beside its content."""
    if number != 0x3701:
        return ""
    for other in _ATTACHMENT_NAMES:
        beside = [*path[:-1], f"__substg1.0_{other}"]
        content = _content(ole, beside) if ole.exists(beside) else None
        if content:
            coding = "utf-16-le" if other.endswith("F") else "latin-1"
            return content.decode(coding, "replace").rstrip("\0").rpartition("/")[2]
    return ""


def _rests(ole: Any, stream: Stream) -> list[tuple[int, int]]:
    """Place and size of free sectors, and of what lies behind the end of large streams.

    Raises:
        ValueError: the tables do not fit, or there are too many such places.
    """
    size = int(ole.sectorsize)
    found: list[tuple[int, int]] = []
    try:
        for number, following in enumerate(ole.fat[: stream.size_bytes // size]):
            place = (number + 1) * size
            if following != _FREE or not stream.read_at(place, size).strip(b"\0\xff"):
                continue
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + size)
            else:
                found.append((place, size))
        for entry in ole.direntries:
            is_large = entry is not None and entry.entry_type == 2 and not entry.is_minifat
            rest = int(entry.size) % size if is_large else 0
            if rest:
                last = _last(ole.fat, int(entry.isectStart), int(entry.size) // size)
                place = (last + 1) * size + rest
                if stream.read_at(place, size - rest).strip(b"\0\xff"):
                    found.append((place, size - rest))
    except _BROKEN as error:
        raise ValueError("its tables do not fit") from error
    if len(found) > _RESTS:
        raise ValueError("too many free places")
    return sorted(found)


def _left_over(ole: Any, place: Place) -> Iterator[Piece]:
    """The bytes that belong to no stream, each run of them as a stream of its own."""
    try:
        rests = _rests(ole, place.stream)
    except ValueError:
        yield KeepRaw()
        return
    for start, size in rests:
        yield Member(
            step=Step("ole", f"{_FREE_BYTES}{start})"),
            name="",
            chunks=place.stream.window(start, size).chunks,
            stored_bytes=size,
        )


def _last(fat: Any, sector: int, steps: int) -> int:
    for _ in range(min(steps, len(fat))):
        sector = int(fat[sector])
    return sector


def _text(ole: Any, place: Place) -> Iterator[Piece]:
    """What the raw streams do not show: encryption, and text joined over pieces."""
    if ole.exists("EncryptedPackage"):
        yield place.unread(
            UnreadReason.ENCRYPTED,
            "an office document with a password: open it in an office program, save it without",
        )
    for path in sorted(ole.listdir(streams=True, storages=False)):
        place.budget.check_time()
        if path[-1] == "WordDocument":
            yield from _word(ole, path, place)
        elif path[-1] in {"Workbook", "Book"}:
            yield from _excel(ole, path, place)


def _word(ole: Any, path: list[str], place: Place) -> Iterator[Piece]:
    document = _content(ole, path) or b""
    if word_text.is_encrypted(document):
        yield place.unread(UnreadReason.ENCRYPTED, "a password is needed for its text")
        return
    table = _content(ole, [*path[:-1], word_text.table_name(document)]) or b""
    try:
        rows = list(word_text.word_rows(document, table))
    except (ValueError, struct.error) as error:
        yield place.unread(
            UnreadReason.DAMAGED,
            f"old Word text was not joined: {error}; its streams were searched",
        )
        return
    yield from _views(rows, path, "text", "doc", document, place)


def _excel(ole: Any, path: list[str], place: Place) -> Iterator[Piece]:
    content = _content(ole, path) or b""
    if excel_cells.is_encrypted(content):
        yield place.unread(UnreadReason.ENCRYPTED, "a password is needed for its cells")
        return
    rows: list[Row] = []
    try:
        for row in excel_cells.cell_rows(content):
            rows.append(row)
            if len(rows) % 10_000 == 0:
                place.budget.check_time()
    except (struct.error, ValueError, IndexError) as error:
        yield place.unread(UnreadReason.DAMAGED, f"workbook records: {error}")
    yield from _views(rows, path, "table", "cells", content, place)


def _views(  # noqa: PLR0917  (a place in full)
    rows: list[Row], path: list[str], kind: str, name: str, content: bytes, place: Place
) -> Iterator[Item]:
    stream = Stream.of_bytes(content)
    inside = place.provenance.inside("ole", _shown(path)[0]).inside(kind, name)
    yield from view_rows(rows, inside, stream.sha256(), "text/plain")
