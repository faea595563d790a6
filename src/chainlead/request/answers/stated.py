"""What a service states, row by row: read by its profile, with every doubt beside it.

A stated row is ASSERTED: its source is the service, its place the file's digest, sheet and row. It
is never evidence of a payment by itself; `ledger_check` compares it with the case's own ledger.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chainlead.codecs import lookup_address
from chainlead.request.answers.amounts import decimal_mark, read_amount
from chainlead.request.answers.layout import LaidRow, LaidSheet, lay
from chainlead.request.answers.moments import header_zone, is_day_first, read_moment
from chainlead.request.answers.profile import AnswerProfile, SheetProfile
from chainlead.request.answers.propose import propose_sheet, sheet_name
from chainlead.request.answers.reading import AnswerFile
from chainlead.request.answers.sheet import CellKind, Sheet
from chainlead.request.answers.words import find_direction, is_total_word, plain

TIMES = ("time", "registered_at", "kyc_at")
AMOUNTS = ("amount", "fee", "balance", "price")
UNMAPPED = "unmapped"
TOTAL = "total"
"""The kind of a row that sums up others: it is kept, and it is no row of its sheet's kind."""
_MOST_TOLD = 20
_TXID = re.compile(r"(?:0x)?[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about an answer that a person must know.

    Attributes:
        kind: short and stable, for counting: `mixed zones`, `formula`, `txid absent`, …
        sentence: what, in plain words.
        file: number of the file; 0: the answer as a whole.
        sheet: name of the sheet; empty: the whole file.
        row: number of the row in the file; 0: the whole sheet.
        column: our name of the column that it is about; empty: the whole row.
    """

    kind: str
    sentence: str
    file: int = 0
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(slots=True)
class StatedRow:
    """One row of an answer.

    Attributes:
        number: counted from 1 over the whole answer.
        file: number of its file; `sha256` is that file's digest.
        sheet, sheet_row: its place in the file, as a person sees it.
        kind: of its sheet; `unmapped` where the profile does not know the sheet.
        fields: our columns -> the text of the cell.
        others: headers without a meaning -> the text of the cell.
        direction: in, out, internal or empty.
        occurred_at: UTC; a day where the file gives a day only; None where it cannot be told.
        occurred_latest: the second reading of an ambiguous local time.
        zone: what was applied to the time.
        amount: plain decimal text; None where there is none or it cannot be told.
        is_binary_amount: the amount's cell is a spreadsheet's number (15 digits).
        check: what the case's ledger says (`ledger_check`); empty before it was asked.
        doubts: what a person must know of this row.
    """

    number: int
    file: int
    sha256: str
    sheet: str
    sheet_row: int
    kind: str
    fields: dict[str, str]
    others: dict[str, str] = field(default_factory=dict)
    direction: str = ""
    occurred_at: str | None = None
    occurred_latest: str | None = None
    zone: str = ""
    amount: str | None = None
    is_binary_amount: bool = False
    check: dict[str, Any] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, kind: str, sentence: str, column: str = "") -> None:
        """Keep a doubt about this row."""
        self.doubts.append(Doubt(kind, sentence, self.file, self.sheet, self.sheet_row, column))


@dataclass(frozen=True, slots=True)
class StatedSheet:
    """A sheet as it was understood: for the record and for what was not answered."""

    file: int
    name: str
    kind: str
    layout: str
    rows: int
    headers: Mapping[str, str]
    missing: tuple[str, ...]
    unmapped: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    """Everything that an answer states, and every doubt about it."""

    sheets: list[StatedSheet] = field(default_factory=list)
    rows: list[StatedRow] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_statement(files: Iterable[AnswerFile], profile: AnswerProfile, timezone: str) -> Statement:
    """Lay the profile over the files.

    Args:
        files: as read.
        profile: what the columns mean.
        timezone: chosen by a person; checked before.
    """
    made = Statement()
    for file in files:
        if file.note:
            kind = "not opened" if file.state == "kept" else "unread file"
            made.doubts.append(Doubt(kind, f"{file.name}: {file.note}", file.number))
        for sheet in file.sheets:
            _take(made, file, sheet, profile, timezone)
    known = {plain(sheet.name) for sheet in made.sheets}
    for part in profile.sheets:
        if "*" not in part.names and not known & {plain(name) for name in part.names}:
            made.doubts.append(
                Doubt(
                    "missing sheet",
                    f"The profile knows a sheet {part.names[0]!r} ({part.kind}); the answer has none.",
                )
            )
    return made


def _take(
    made: Statement, file: AnswerFile, sheet: Sheet, profile: AnswerProfile, timezone: str
) -> None:
    called = sheet_name(file, sheet)
    part = propose_sheet(sheet, called) if sheet.kind else profile.sheet(called)
    if part is None:
        if sheet.rows:
            made.doubts.append(
                Doubt(
                    "unknown sheet",
                    f"The profile does not know the sheet {called!r:.80}: its {len(sheet.rows)} rows "
                    "are kept without a meaning.",
                    file.number,
                    called,
                )
            )
        part = SheetProfile(names=(called,), kind=UNMAPPED, layout="lines")
    laid = lay(sheet, part)
    made.doubts += [Doubt("sheet", note, file.number, called) for note in sheet.notes]
    if laid.missing and part.layout == "table" and sheet.rows:
        names = ", ".join(repr(part.columns[name]) for name in laid.missing)
        made.doubts.append(
            Doubt("missing column", f"The sheet has no column {names}.", file.number, called)
        )
    if part.layout == "table" and not laid.header_row and sheet.rows:
        made.doubts.append(
            Doubt("no header", "No row holds the profile's headers.", file.number, called)
        )
    made.sheets.append(
        StatedSheet(
            file.number, called, part.kind, part.layout, len(laid.rows), dict(laid.headers),
            laid.missing, laid.unmapped, sheet.notes,
        )
    )  # fmt: skip
    reader = _Rows(part, laid, profile, timezone)
    for row in laid.rows:
        stated = StatedRow(
            len(made.rows) + 1, file.number, file.sha256, called, row.number, part.kind,
            {name: cell.text for name, cell in sorted(row.cells.items())},
            dict(sorted(row.others.items())),
        )  # fmt: skip
        if is_total(stated, laid):
            stated.kind = TOTAL
        reader.fill(stated, row)
        made.rows.append(stated)


class _Rows:
    """Fills rows of one sheet: what holds for a column is found out once."""

    def __init__(
        self, part: SheetProfile, laid: LaidSheet, profile: AnswerProfile, timezone: str
    ) -> None:
        self._part = part
        self._formats = profile.moments
        self._timezone = timezone
        self._zones = {
            name: part.zones.get(name) or header_zone(laid.headers.get(name, "")) for name in TIMES
        }
        self._day_first = {
            name: is_day_first(_texts(laid.rows, name, CellKind.TEXT)) for name in TIMES
        }
        self._marks = {
            name: profile.decimal or decimal_mark(_texts(laid.rows, name)) for name in AMOUNTS
        }
        self._directions = {plain(word): way for word, way in part.directions.items()}

    def fill(self, row: StatedRow, laid: LaidRow) -> None:
        """Time, amount, direction, and the doubts about each."""
        for name, cell in sorted(laid.cells.items()):
            if cell.kind is CellKind.FORMULA:
                row.doubt(
                    "formula",
                    f"The cell of {name} is a formula; the value that the file remembers was taken.",
                )
        for name in TIMES if row.kind != TOTAL else ():
            if name in laid.cells:
                self._time(row, name, laid.cells[name].text)
        for name in AMOUNTS:
            if name not in laid.cells:
                continue
            cell = laid.cells[name]
            mark = "." if cell.kind is CellKind.NUMBER else self._marks[name]
            read = read_amount(cell.text, mark)
            if read.number is None:
                row.doubt("amount", read.problem)
            elif name == "amount":
                row.amount = read.number.removeprefix("-")
                row.is_binary_amount = cell.kind is CellKind.NUMBER
                if read.symbol and not row.fields.get("asset") and row.kind == "crypto":
                    row.fields["asset"] = read.symbol
            if name == "amount" and (read.number or "").startswith("-") and not row.direction:
                row.direction = "out"
        self._direction(row)
        if self._part.layout == "lines":
            identify(row)
        if laid.is_shifted:
            row.doubt(
                "shifted",
                "The line has another number of columns than the header: its cells were not given a meaning.",
            )
        for name in ("address", "source_address"):
            text = row.fields.get(name, "")
            if text and row.kind in {"crypto", "deposit_addresses"} and not _is_address(text):
                row.doubt("address", f"{text!r:.100} is no address that is known here.")

    def _time(self, row: StatedRow, name: str, text: str) -> None:
        read = read_moment(
            text,
            chosen=self._timezone,
            column=self._zones[name],
            formats=self._formats,
            day_first=self._day_first[name],
        )
        for kind, sentence in read.problems:
            row.doubt(kind, sentence, name)
        if name == "time":
            row.occurred_at, row.occurred_latest, row.zone = read.moment, read.latest, read.zone
        elif read.moment:
            row.fields[f"{name}_utc"] = read.moment

    def _direction(self, row: StatedRow) -> None:
        said = row.fields.get("direction", "")
        way = self._directions.get(plain(said)) or find_direction(said) if said else ""
        if said and not way and row.kind in {"crypto", "fiat"} and not self._part.direction:
            row.doubt(
                "direction", f"{said!r:.60}: in or out? The profile must say it (directions)."
            )
        row.direction = way or self._part.direction or row.direction


def identify(row: StatedRow) -> None:
    """In a line of text: the one transaction id and the one address, if there is one of each."""
    words = {word.strip(",.;:()[]") for text in row.others.values() for word in text.split()}
    txids = [word for word in sorted(words) if _TXID.fullmatch(word)]
    addresses = [word for word in sorted(words - set(txids)) if _is_address(word)]
    if len(txids) == 1:
        row.fields["txid"] = txids[0]
    if len(addresses) == 1:
        row.fields["address"] = addresses[0]


def is_total(row: StatedRow, laid: LaidSheet) -> bool:
    """Whether a row sums up those above it: it says so first, and gives nothing that tells a row apart."""
    telling = {"txid", "address", "internal_id", "ip", "counter_customer_id"}
    if not laid.header_row or telling & set(row.fields):
        return False
    texts = [*row.fields.values(), *row.others.values()]
    return any(is_total_word(text) for text in texts)


def _texts(rows: Sequence[LaidRow], name: str, kind: CellKind | None = None) -> Iterator[str]:
    for row in rows:
        cell = row.cells.get(name)
        if cell is not None and (kind is None or cell.kind is kind):
            yield cell.text


def _is_address(text: str) -> bool:
    bare, _, _tag = text.partition(":")
    return lookup_address(text) is not None or lookup_address(bare) is not None


def counted(doubts: Iterable[Doubt]) -> list[tuple[str, int]]:
    """Kinds of doubts with their numbers, most frequent first."""
    numbers = Counter(doubt.kind for doubt in doubts)
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TOLD]
