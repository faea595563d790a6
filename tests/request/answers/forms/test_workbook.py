"""XLSX: cells as stored; nothing is worked out, run or fetched, and everything odd is said."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.workbook import Workbook
from chainlead.request.answers.sheet import CellKind, Sheet

LIMITS = AnswerLimits()


def read(content: bytes, limits: AnswerLimits = LIMITS) -> list[Sheet]:
    return Workbook().read(content, ReadingHints(), limits)


def test_cells_are_texts_with_what_the_file_says_they_are(
    make_workbook: Callable[..., bytes],
) -> None:
    content = make_workbook(
        {"A": [["id", 0.04, 4_000_000, datetime(2024, 2, 2, 10, 30), True], ["", "", "last"]]}
    )
    first, second = read(content)[0].rows
    assert [(cell.text, cell.kind) for cell in first.cells] == [
        ("id", CellKind.TEXT),
        ("0.04", CellKind.NUMBER),
        ("4000000", CellKind.NUMBER),
        ("2024-02-02 10:30:00", CellKind.MOMENT),
        ("true", CellKind.TEXT),
    ]
    assert (second.number, second.texts) == (2, ("", "", "last"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-8, "0.00000001"),
        (1e15, "1000000000000000"),
        (2.0, "2"),
    ],
)
def test_a_number_is_written_without_an_exponent(
    make_workbook: Callable[..., bytes], value: float, text: str
) -> None:
    got = read(make_workbook({"A": [[value]]}))[0].rows[0].cells[0].text
    assert got == text or abs(float(got) - value) < 1e-15  # the writer keeps 16 digits
    assert "e" not in got.lower()


def test_a_formula_is_not_worked_out(make_workbook: Callable[..., bytes]) -> None:
    def edit(book: Any) -> None:
        book.worksheets()[0].write_formula(0, 1, "=1+1", None, "7")
        book.worksheets()[0].write_formula(1, 1, '=cmd|"/c calc"!A1', None, "")

    sheet = read(make_workbook({"A": [["x"], ["y"]]}, edit=edit))[0]
    cell = sheet.rows[0].cells[1]
    assert (cell.text, cell.kind) == ("7", CellKind.FORMULA)
    assert "2 cells are formulas; none was worked out" in " ".join(sheet.notes)


def test_hidden_sheets_and_rows_are_read_and_said(make_workbook: Callable[..., bytes]) -> None:
    content = make_workbook({"A": [["x"], ["y"]], "B": [["z"]]}, hidden=["B"], hidden_rows=[1])
    shown, hidden = read(content)
    assert "hidden rows" in " ".join(shown.notes)
    assert "hidden in the workbook" in " ".join(hidden.notes)
    assert hidden.rows[0].texts == ("z",)


@pytest.mark.parametrize(
    ("member", "content", "words"),
    [
        ("xl/vbaProject.bin", b"macro", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>", "links to 1 other"),
        ("xl/externalLinks/externalLink1.xml", b"<x:ddeLink ddeService='cmd'/>", "DDE"),
        ("xl/connections.xml", b"<connections/>", "data connections"),
        ("xl/media/image1.png", b"\x89PNG", "1 pictures: never opened"),
        ("xl/embeddings/oleObject1.bin", b"x", "embedded files"),
    ],
)
def test_what_could_run_or_call_is_reported_and_left_alone(
    make_workbook: Callable[..., bytes],
    add_member: Callable[..., bytes],
    member: str,
    content: bytes,
    words: str,
) -> None:
    made = add_member(make_workbook({"A": [["x"]]}), {member: content})
    assert words in " ".join(read(made)[0].notes)


def test_a_workbook_with_entities_is_refused(
    make_workbook: Callable[..., bytes], add_member: Callable[..., bytes]
) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    with pytest.raises(UnreadableError, match="entities"):
        read(add_member(make_workbook({"A": [["x"]]}), {"xl/odd.xml": bomb}))


def test_an_archive_bomb_is_refused(
    make_workbook: Callable[..., bytes], add_member: Callable[..., bytes]
) -> None:
    made = add_member(make_workbook({"A": [["x"]]}), {"xl/big.xml": bytes(8 << 20)})
    with pytest.raises(UnreadableError, match="huge when unpacked"):
        read(made)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (AnswerLimits(rows=2), "longer than 2 rows"),
        (AnswerLimits(columns=2), "columns"),
        (AnswerLimits(cells=4), "4 cells"),
        (AnswerLimits(sheets=1), "2 sheets"),
    ],
)
def test_a_huge_sheet_is_a_named_error(
    make_workbook: Callable[..., bytes], limits: AnswerLimits, words: str
) -> None:
    content = make_workbook({"A": [["a", "b", "c"]] * 3, "B": [["x"]]})
    with pytest.raises(UnreadableError, match=words):
        read(content, limits)


def test_a_row_far_down_costs_no_memory_and_is_a_named_error(
    make_workbook: Callable[..., bytes],
) -> None:
    def edit(book: Any) -> None:
        book.worksheets()[0].write(1_048_575, 0, "far")

    with pytest.raises(UnreadableError, match="longer than"):
        read(make_workbook({"A": [["x"]]}, edit=edit))


def test_old_and_locked_workbooks_have_names() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    with pytest.raises(UnreadableError, match="save it as XLSX"):
        read(ole)
    with pytest.raises(UnreadableError, match="password"):
        read(ole + "EncryptedPackage".encode("utf-16-le"))


def test_a_damaged_workbook_is_a_named_error(make_workbook: Callable[..., bytes]) -> None:
    content = make_workbook({"A": [["x"]]})
    with pytest.raises(UnreadableError, match="damaged"):
        read(content[: len(content) // 2])


def test_a_long_account_number_kept_as_a_number_is_said(
    make_workbook: Callable[..., bytes],
) -> None:
    sheet = read(make_workbook({"A": [["account"], [50000000058398257466]]}))[0]
    assert "Row 2 holds a number of more than 15 digits" in " ".join(sheet.notes)


def test_it_tells_a_workbook_from_another_zip(
    make_workbook: Callable[..., bytes], make_zip: Callable[..., bytes]
) -> None:
    assert Workbook().matches(make_workbook({"A": [["x"]]}), "answer")
    assert not Workbook().matches(
        make_zip({"a.csv": b"x"}, compression=zipfile.ZIP_STORED), "a.zip"
    )
