"""Files and archives of an answer: read, kept shut, or unread with a reason; never a crash."""

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest

from chainlead.errors import AnswerFileError
from chainlead.request import AnswerLimits, read_answer

CSV = b"txid;amount\nx;1\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


def test_an_archive_gives_its_tables_and_keeps_its_pictures_shut(
    make_zip: Callable[..., bytes],
) -> None:
    content = make_zip({"a/rows.csv": CSV, "kyc/passport.png": PNG, "selfie.txt": JPEG})
    archive, table, *pictures = read_answer([("answer.zip", content)])
    assert (archive.form, archive.sha256) == ("zip", hashlib.sha256(content).hexdigest())
    assert (table.name, table.state, table.parent) == ("a/rows.csv", "read", 1)
    assert [(p.state, p.sheets, p.sha256) for p in pictures] == [
        ("kept", (), hashlib.sha256(PNG).hexdigest()),
        ("kept", (), hashlib.sha256(JPEG).hexdigest()),
    ]


@pytest.mark.parametrize(
    "content",
    [
        PNG, JPEG, b"GIF89a", b"II*\0", b"RIFF0000WEBP", b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypisom",
        b"BM\0\0\0\0\0\0\0\0", b"\x1a\x45\xdf\xa3", b"  <svg xmlns=''>", b"8BPS",
    ],
)  # fmt: skip
def test_a_picture_or_film_is_never_opened_whatever_it_is_called(content: bytes) -> None:
    (file,) = read_answer([("rows.csv", content)])
    assert (file.state, file.sheets) == ("kept", ())
    assert "never opened" in file.note


@pytest.mark.parametrize(
    "name", ["Passport scan.pdf", "körkort.pdf", "id_card_front.pdf", "Selfie.PDF"]
)
def test_a_document_named_like_an_identity_document_is_never_opened(
    make_pdf: Callable[..., bytes], name: str
) -> None:
    (file,) = read_answer([(name, make_pdf([(40, 800, "secret")]))])
    assert (file.state, file.sheets) == ("kept", ())


def test_a_table_about_identities_is_read() -> None:
    assert read_answer([("identity check.csv", CSV)])[0].state == "read"


def test_a_given_file_that_cannot_be_read_is_an_error_with_its_name() -> None:
    with pytest.raises(AnswerFileError, match=r"odd\.bin: It is of no form that is read"):
        read_answer([("odd.bin", b"\x00\x01\x02")])


def test_a_member_that_cannot_be_read_does_not_take_the_others_with_it(
    make_zip: Callable[..., bytes],
) -> None:
    _, odd, table = read_answer([("a.zip", make_zip({"odd.bin": b"\0\1\2", "rows.csv": CSV}))])
    assert (odd.state, table.state) == ("unread", "read")
    assert "no form that is read" in odd.note


def test_archives_in_archives_are_followed_so_far(make_zip: Callable[..., bytes]) -> None:
    content = make_zip({"rows.csv": CSV})
    for _ in range(4):
        content = make_zip({"inner.zip": content, "rows.csv": CSV})
    files = read_answer([("a.zip", content)])
    assert files[-1].state == "read"
    assert any("archive inside 3 archives" in file.note for file in files)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (AnswerLimits(file_bytes=1 << 20), "more than 1048576 bytes"),
        (AnswerLimits(ratio_floor_bytes=1 << 10), "grows more than 200 times"),
        (AnswerLimits(total_bytes=1 << 20, file_bytes=1 << 30), "more than 1048576 bytes"),
        (AnswerLimits(members=1), "2 files"),
    ],
)
def test_a_bomb_is_a_named_error(
    make_zip: Callable[..., bytes], limits: AnswerLimits, words: str
) -> None:
    content = make_zip({"big.csv": bytes(3 << 20), "rows.csv": CSV})
    with pytest.raises(AnswerFileError, match=words):
        read_answer([("a.zip", content)], limits=limits)


def test_a_locked_archive_says_what_to_do() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rows.csv", CSV)
    content = bytearray(buffer.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(AnswerFileError, match="password; unpack it and import what is in it"):
        read_answer([("a.zip", bytes(content))])


def test_a_damaged_archive_is_a_named_error(make_zip: Callable[..., bytes]) -> None:
    content = make_zip({"rows.csv": CSV * 100})
    with pytest.raises(AnswerFileError, match="damaged"):
        read_answer([("a.zip", content[:-30])])


def test_a_name_that_climbs_out_is_only_a_name(make_zip: Callable[..., bytes]) -> None:
    _, file = read_answer([("a.zip", make_zip({"../../etc/x\x1b[31m.csv": CSV}))])
    assert "\x1b" not in file.name
    assert file.state == "read"


def test_no_cell_steers_a_terminal_or_turns_the_reading_direction() -> None:
    content = (
        b'{"odd\\u001b[31m": [{"name": "a\\u202eb\\nc", "half": "\\ud800", "path": "C:\\\\x"}]}'
    )
    (file,) = read_answer([("x.json", content)])
    (sheet,) = file.sheets
    assert sheet.name == "odd\\u001b[31m"
    assert sheet.rows[1].texts == ("\\ud800", "a\\u202eb c", "C:\\x")
