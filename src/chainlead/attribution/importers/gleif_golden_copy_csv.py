"""GLEIF's golden copy: all legal entity identifiers as one CSV, also inside its zip.

Proof: none beyond the register. Limits: some three million rows, so that only the lines are kept
whose LEI or name the directory or another register names; a line that is missing says nothing.
Spec: https://www.gleif.org/en/lei-data/gleif-golden-copy (LEI-CDF 3.1, CSV: `Entity.LegalName` …).
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from chainlead.attribution.services.company_names import country_code, is_lei, said
from chainlead.attribution.services.register import (
    RegisterEntry,
    RegisterForm,
    RegisterReading,
    Wanted,
)
from chainlead.attribution.services.register_csv import Problems, day_of, header_of
from chainlead.errors import PackInvalidError

_LEI, _NAME = "lei", "entity.legalname"
_OTHER_NAME = "entity.otherentitynames.otherentityname."
_MOST_ROWS = 20_000_000
_MOST_BYTES = 40 * 1024**3
_MOST_KEPT = 200_000
_LONGEST_ROW = 400_000
_ZIP = b"PK\x03\x04"


class GleifGoldenCopyCsv(RegisterForm):
    """The wanted lines of the whole list."""

    form = "gleif.golden-copy"
    register = "gleif"
    keeper = "Global Legal Entity Identifier Foundation"

    def recognises(self, name: str, head: bytes) -> bool:
        """A CSV whose header has the names of the common data format, or its published zip."""
        if head.startswith(_ZIP):
            return "lei2-golden-copy" in name.lower() or "gleif" in name.lower()
        header = header_of(head)
        return _LEI in header and _NAME in header

    def read(self, name: str, file: BinaryIO, wanted: Wanted) -> RegisterReading:
        """Read line by line; only wanted lines are kept."""
        problems = Problems()
        entries: dict[str, RegisterEntry] = {}
        rows = _rows(name, _opened(name, file))
        header = next(rows)
        lei_at, name_at = header.index(_LEI), header.index(_NAME)
        row_count = 0
        for cells in rows:
            row_count += 1
            if row_count > _MOST_ROWS:
                raise PackInvalidError(f"{name} has more than {_MOST_ROWS} rows.")
            lei = cells[lei_at].strip().upper()
            if not wanted(lei, cells[name_at]):
                continue
            if entry := _entry(lei, dict(zip(header, cells, strict=True)), problems):
                entries[entry.key] = entry
            if len(entries) > _MOST_KEPT:
                raise PackInvalidError(f"{name}: more than {_MOST_KEPT} lines are wanted.")
        newest = max((e.updated for e in entries.values() if e.updated), default=None)
        return RegisterReading(
            self.register,
            self.form,
            newest,
            tuple(entries[key] for key in sorted(entries)),
            row_count,
            is_complete=False,
            problems=problems.sentences(),
        )


class _Bounded(io.RawIOBase):
    """A stream that stops with a named error instead of growing without end."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file, self._left = name, file, _MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a buffer of bytes
        part = self._file.read(len(buffer))
        self._left -= len(part)
        if self._left < 0:
            raise PackInvalidError(f"{self._name} has more than {_MOST_BYTES} bytes.")
        buffer[: len(part)] = part
        return len(part)


def _opened(name: str, file: BinaryIO) -> BinaryIO:
    """The CSV itself: the file, or the one CSV in its zip."""
    start = file.read(len(_ZIP))
    file.seek(0)
    if start != _ZIP:
        return file
    try:
        archive = zipfile.ZipFile(file)
        members = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
        if len(members) != 1:
            raise PackInvalidError(f"{name} holds {len(members)} CSV files; one is expected.")
        return archive.open(members[0])  # type: ignore[return-value]  # a readable binary stream
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PackInvalidError(f"{name} is no zip that can be read: {error}.") from error


def _rows(name: str, file: BinaryIO) -> Iterator[list[str]]:
    """The header, lower case, then each row with as many cells."""
    bounded = io.BufferedReader(_Bounded(name, file), 1024 * 1024)
    stream = io.TextIOWrapper(bounded, encoding="utf-8-sig", newline="")
    reader = csv.reader(_short_lines(name, stream))
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        if _LEI not in header or _NAME not in header:
            raise PackInvalidError(
                f"{name}, line 1: the columns LEI and Entity.LegalName are missing."
            )
        yield header
        for cells in reader:
            if len(cells) == len(header):
                yield cells
            elif cells:
                raise PackInvalidError(
                    f"{name}, line {reader.line_num}: {len(cells)} cells for {len(header)} columns."
                )
    except csv.Error as error:
        raise PackInvalidError(f"{name}, line {reader.line_num}: no CSV: {error}.") from error
    except UnicodeError as error:
        raise PackInvalidError(f"{name} is not UTF-8 text.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise PackInvalidError(f"{name} cannot be read to its end: {error}.") from error


def _short_lines(name: str, stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(_LONGEST_ROW):
        if len(line) >= _LONGEST_ROW:
            raise PackInvalidError(f"{name}: a line has more than {_LONGEST_ROW} characters.")
        yield line


def _entry(lei: str, row: dict[str, str], problems: Problems) -> RegisterEntry | None:
    name = said(row[_NAME])
    if not is_lei(lei) or not name:
        problems.note("a row has no valid LEI or no name and was left out")
        return None

    def text(column: str) -> str:
        return said(row.get(column))

    others = (
        said(row[column])
        for column in row
        if column.startswith(_OTHER_NAME) and column[-1].isdigit()
    )
    detail = {
        "registration": text("registration.registrationstatus"),
        "jurisdiction": text("entity.legaljurisdiction"),
        "headquarters": country_code(text("entity.headquartersaddress.country")),
        "registered_as": text("entity.registrationauthority.registrationauthorityentityid"),
        "expiration_reason": text("entity.entityexpirationreason"),
    }
    return RegisterEntry(
        key=lei,
        legal_name=name,
        lei=lei,
        seat=country_code(text("entity.legaladdress.country")),
        commercial_names=tuple(dict.fromkeys(other for other in others if other)),
        status=text("entity.entitystatus").lower(),
        since=day_of(text("entity.entitycreationdate"), problems, "Entity.EntityCreationDate"),
        until=day_of(text("entity.entityexpirationdate"), problems, "Entity.EntityExpirationDate"),
        updated=day_of(
            text("registration.lastupdatedate"), problems, "Registration.LastUpdateDate"
        ),
        detail={key: value for key, value in sorted(detail.items()) if value},
    )
