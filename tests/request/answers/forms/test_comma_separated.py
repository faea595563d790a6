"""CSV: encodings are proved or named, separators found, nothing is guessed in silence."""

import codecs

import pytest

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.comma_separated import (
    CommaSeparated,
    decode_text,
    find_separator,
)

LIMITS = AnswerLimits()
TEXT = "Tidpunkt;Belopp;Adress\n2024-02-02 10:00;0,04;Åsögatan 1\n"


def read(content: bytes, **hints: str) -> list[tuple[str, ...]]:
    sheet = CommaSeparated().read(content, ReadingHints(**hints), LIMITS)[0]
    return [row.texts for row in sheet.rows]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        b"sep=;\r\n" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
    ],
)
def test_every_usual_encoding_gives_the_same_cells(content: bytes) -> None:
    assert read(content) == [
        ("Tidpunkt", "Belopp", "Adress"),
        ("2024-02-02 10:00", "0,04", "Åsögatan 1"),
    ]


def test_windows_1252_is_said() -> None:
    assert "Windows-1252" in decode_text(TEXT.encode("cp1252"))[1][0]


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman", "cp437"])
def test_another_code_page_is_a_named_error_and_readable_once_named(encoding: str) -> None:
    content = TEXT.replace("Åsögatan", "Gårdsvägen").encode(encoding)
    with pytest.raises(UnreadableError, match="--encoding"):
        decode_text(content)
    assert "Gårdsvägen" in decode_text(content, encoding)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "no-such-encoding", "hex", "utf-16"])
def test_a_wrong_named_encoding_is_a_named_error(encoding: str) -> None:
    with pytest.raises(UnreadableError, match="not text in"):
        decode_text(b"\xc3\x28 an odd number of bytes", encoding)


def test_text_that_was_decoded_wrongly_before_is_said() -> None:
    twice = "Namn;Ort\nÅsa;Gävle\n".encode().decode("cp1252").encode()
    assert "mutilated" in decode_text(twice)[1][0]


def test_control_codes_are_a_named_error() -> None:
    with pytest.raises(UnreadableError, match="line 2 holds the control code 0x00"):
        decode_text(b"a,b\n\x00,2\n")


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('"a;b";c\n"x;y";z\n', ";"),
        ("One line of a letter, with a comma.\nAnother line.\nA third line.\n", ""),
    ],
)
def test_the_separator_is_the_one_that_makes_even_lines(text: str, separator: str) -> None:
    assert find_separator(text) == separator


def test_a_letter_becomes_lines() -> None:
    assert read(b'Dear Sir,\nthis "account" is closed.\nIt was empty.\nKastell\n') == [
        ("Dear Sir,",),
        ('this "account" is closed.',),
        ("It was empty.",),
        ("Kastell",),
    ]


def test_a_broken_quote_is_a_named_error_with_its_line() -> None:
    with pytest.raises(UnreadableError, match="line 3 is no CSV"):
        read(b'a,b\n1,2\n3,"x"y\n')


def test_rows_keep_their_number_and_empty_ones_are_left_out() -> None:
    sheet = CommaSeparated().read(b"a,b\n,\n1,2\n", ReadingHints(), LIMITS)[0]
    assert [row.number for row in sheet.rows] == [1, 3]


@pytest.mark.parametrize(
    "limits", [AnswerLimits(rows=2), AnswerLimits(columns=1), AnswerLimits(cells=3)]
)
def test_a_huge_table_is_a_named_error(limits: AnswerLimits) -> None:
    with pytest.raises(UnreadableError, match="more than"):
        CommaSeparated().read(b"a,b\n1,2\n3,4\n", ReadingHints(), limits)
