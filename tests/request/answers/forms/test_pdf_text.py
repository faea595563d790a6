"""PDF: the text of its pages as rows; pictures and scripts stay shut."""

from collections.abc import Callable

import pytest

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.pdf_text import PdfText
from chainlead.request.answers.sheet import Sheet

TABLE = [
    (40, 800, "Statement of account"),
    (40, 780, "Time"), (200, 780, "Amount"), (320, 780, "Reference"),
    (40, 765, "2024-02-02"), (200, 765, "0.04"), (320, 765, "INS-1"),
]  # fmt: skip


def read(content: bytes, limits: AnswerLimits | None = None) -> Sheet:
    return PdfText().read(content, ReadingHints(), limits or AnswerLimits())[0]


def test_columns_are_cells(make_pdf: Callable[..., bytes]) -> None:
    rows = [row.texts for row in read(make_pdf(TABLE)).rows]
    assert rows == [
        ("Statement of account",),
        ("Time", "Amount", "Reference"),
        ("2024-02-02", "0.04", "INS-1"),
    ]


def test_a_pdf_without_text_is_a_named_error_and_no_picture_is_opened(
    make_pdf: Callable[..., bytes],
) -> None:
    with pytest.raises(UnreadableError, match="its pages are pictures: never opened"):
        read(make_pdf([]))


def test_a_page_without_text_between_others_is_said(make_pdf: Callable[..., bytes]) -> None:
    assert "Pages without text" in " ".join(read(make_pdf(TABLE, [])).notes)


def test_a_script_is_said_and_not_run(make_pdf: Callable[..., bytes]) -> None:
    made = make_pdf(TABLE, extra="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    assert "was not run" in " ".join(read(made).notes)


def test_damage_and_too_many_pages_have_names(make_pdf: Callable[..., bytes]) -> None:
    with pytest.raises(UnreadableError, match="damaged"):
        read(b"%PDF-1.7\n1 0 obj\n<<\n")
    with pytest.raises(UnreadableError, match="2 pages"):
        read(make_pdf(TABLE, TABLE), AnswerLimits(pages=1))


def test_a_row_with_an_empty_cell_is_not_given_a_wrong_meaning(
    make_pdf: Callable[..., bytes],
) -> None:
    from chainlead.request import propose_profile, read_answer, read_statement

    withdrawals = [
        (40, 800, "Date UTC"), (160, 800, "Coin"), (220, 800, "Amount"), (300, 800, "Fee"),
        (40, 785, "2024-02-02 10:00"), (160, 785, "BTC"), (220, 785, "0.5"), (300, 785, "0.1"),
        (40, 770, "2024-02-03 10:00"), (160, 770, "BTC"), (300, 770, "0.2"),
    ]  # fmt: skip
    files = read_answer([("withdrawals.pdf", make_pdf(withdrawals))])
    whole, shifted = read_statement(files, propose_profile(files), "UTC").rows
    assert (whole.amount, whole.fields["fee"]) == ("0.5", "0.1")
    assert (shifted.amount, shifted.fields) == (None, {})
    assert [doubt.kind for doubt in shifted.doubts] == ["shifted"]
    assert list(shifted.others.values()) == ["2024-02-03 10:00", "BTC", "0.2"]
