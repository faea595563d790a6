"""Where a sheet's header is and what its rows say: the profile laid over the sheet.

Nothing is dropped: a column without a meaning is kept under its own header.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chainlead.request.answers.profile import SheetProfile
from chainlead.request.answers.sheet import Cell, Sheet, SheetRow
from chainlead.request.answers.words import plain

_HEADER_WITHIN = 40


@dataclass(frozen=True, slots=True)
class LaidRow:
    """One row: the cells with a meaning, and the others under their own header.

    `is_shifted` says that its cells cannot be told apart by their header, so none has a meaning.
    """

    number: int
    cells: Mapping[str, Cell]
    others: Mapping[str, str]
    is_shifted: bool = False


@dataclass(frozen=True, slots=True)
class LaidSheet:
    """A sheet with its profile.

    Attributes:
        header_row: the header's number in the file; 0 where there is none.
        headers: our column -> the header as the file has it, of those that were found.
        missing: our columns whose header is not in the sheet.
        unmapped: headers without a meaning.
    """

    header_row: int
    headers: Mapping[str, str]
    missing: tuple[str, ...]
    unmapped: tuple[str, ...]
    rows: tuple[LaidRow, ...]


def find_header(sheet: Sheet, wanted: set[str]) -> SheetRow | None:
    """The first row that holds the most of these plain headers."""
    best: SheetRow | None = None
    most = 0
    for row in sheet.rows[:_HEADER_WITHIN]:
        hits = len(wanted & {plain(text) for text in row.texts if text})
        if hits > most:
            best, most = row, hits
    return best


def lay(sheet: Sheet, part: SheetProfile) -> LaidSheet:
    """The sheet as the profile reads it."""
    match part.layout:
        case "fields":
            return _fields(sheet, part)
        case "lines":
            rows = tuple(
                LaidRow(row.number, {}, {"text": " ".join(t for t in row.texts if t)})
                for row in sheet.rows
            )
            return LaidSheet(0, {}, (), (), rows)
        case _:
            return _table(sheet, part)


def _table(sheet: Sheet, part: SheetProfile) -> LaidSheet:
    wanted = {plain(header): name for name, header in part.columns.items()}
    header = find_header(sheet, set(wanted))
    if header is None:
        rows = tuple(LaidRow(row.number, {}, _numbered(row)) for row in sheet.rows)
        return LaidSheet(0, {}, tuple(sorted(part.columns)), (), rows)
    places: dict[int, str] = {}
    titles: dict[int, str] = {}
    for index, text in enumerate(header.texts):
        name = wanted.get(plain(text)) if text else None
        if name is not None and name not in places.values():
            places[index] = name
        titles[index] = text or f"column {index + 1}"
    rows = tuple(
        LaidRow(row.number, {}, _numbered(row), is_shifted=True)
        if sheet.is_ragged and len(row.cells) != len(header.cells)
        else _row(row, places, titles)
        for row in sheet.rows
        if row.number > header.number and row.texts != header.texts
    )
    found = {places[index]: header.texts[index] for index in places}
    unmapped = tuple(text for i, text in enumerate(header.texts) if text and i not in places)
    missing = tuple(sorted(set(part.columns) - set(found)))
    return LaidSheet(header.number, found, missing, unmapped, rows)


def _row(row: SheetRow, places: Mapping[int, str], titles: Mapping[int, str]) -> LaidRow:
    cells = {places[i]: cell for i, cell in enumerate(row.cells) if i in places and cell.text}
    others: dict[str, str] = {}
    for index, cell in enumerate(row.cells):
        if index not in places and cell.text:
            title = titles.get(index, f"column {index + 1}")
            others[title if title not in others else f"{title} ({index + 1})"] = cell.text
    return LaidRow(row.number, cells, others)


def _numbered(row: SheetRow) -> dict[str, str]:
    return {f"column {i}": cell.text for i, cell in enumerate(row.cells, 1) if cell.text}


def _fields(sheet: Sheet, part: SheetProfile) -> LaidSheet:
    """Labels and values: a new record begins where a label with a meaning comes again."""
    wanted = {plain(header): name for name, header in part.columns.items()}
    found: dict[str, str] = {}
    unmapped: dict[str, None] = {}
    rows = []
    for group in _records(sheet, wanted):
        cells: dict[str, Cell] = {}
        others: dict[str, str] = {}
        for label, value, _ in group:
            name = wanted.get(plain(label))
            if name is not None:
                found.setdefault(name, label)
            if not value.text:
                continue
            if name is not None and name not in cells:
                cells[name] = value
            else:
                unmapped[label] = None
                others[label] = value.text
        if cells or others:
            rows.append(LaidRow(group[0][2], cells, others))
    missing = tuple(sorted(set(part.columns) - set(found)))
    return LaidSheet(0, found, missing, tuple(unmapped), tuple(rows))


def _records(sheet: Sheet, wanted: Mapping[str, str]) -> Iterator[list[tuple[str, Cell, int]]]:
    group: list[tuple[str, Cell, int]] = []
    seen: set[str] = set()
    for row in sheet.rows:
        label, value = _label_and_value(row)
        name = wanted.get(plain(label), "")
        if name == "" or name not in seen:
            group.append((label, value, row.number))
            seen.add(name)
            continue
        if name == next((wanted[plain(each[0])] for each in group if plain(each[0]) in wanted), ""):
            yield group
            group, seen = [], set()
        group.append((label, value, row.number))
        seen.add(name)
    if group:
        yield group


def _label_and_value(row: SheetRow) -> tuple[str, Cell]:
    filled = [cell for cell in row.cells if cell.text]
    first = filled[0].text
    if len(filled) == 1:
        label, mark, value = first.partition(":")
        return (label.strip(), Cell(value.strip())) if mark else (first, Cell(""))
    rest = filled[1] if len(filled) == 2 else Cell(" ".join(cell.text for cell in filled[1:]))
    return first.rstrip(":").strip(), rest
