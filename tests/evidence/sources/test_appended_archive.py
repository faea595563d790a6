"""What hides an archive behind itself is read, and so is the archive."""

import io
import os
import zipfile
import zlib

import pytest
from PIL import Image

from chainlead.evidence import Item, Limits, Unread, open_exhibit, ordinary_way, read_file

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.fixture
def read(tmp_path):
    def pieces(content: bytes, name: str = "file.bin", limits: Limits | None = None):
        folder = tmp_path / "seized"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        found = []
        for file in open_exhibit(folder, "E1").files():
            found += list(read_file(file, limits or Limits()))
        return found

    return pieces


def zipped(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", text * 40)
    return made.getvalue()


def picture(form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (32, 32), (9, 99, 199)).save(made, form)
    return made.getvalue()


def seven(tmp_path, text: str) -> bytes:
    import py7zr

    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.writestr(text * 40, "note.txt")
    return (tmp_path / "a.7z").read_bytes()


def places(pieces):
    return {
        " ".join(map(str, piece.provenance.steps))
        for piece in pieces
        if isinstance(piece, Item) and ADDRESS.encode() in piece.data
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP"])
def test_a_zip_behind_a_picture_is_read_and_the_picture_is_looked_at(read, form):
    shown = picture(form)
    pieces = read(shown + zipped(ADDRESS))
    assert any(f"span:@{len(shown)}+" in place and "note.txt" in place for place in places(pieces))
    sources = {
        str(piece.provenance.steps[1]) for piece in pieces if len(piece.provenance.steps) > 1
    }
    assert any(step.startswith("span:@0+") for step in sources)
    assert not [piece for piece in pieces if isinstance(piece, Unread)]


@pytest.mark.parametrize("head", [b"MZ" + os.urandom(4_000), picture("JPEG"), b"%PDF-1.4\n%%EOF\n"])
def test_a_7z_behind_something_else_is_read(read, tmp_path, head):
    found = places(read(head + seven(tmp_path, ADDRESS)))
    assert any("7z:note.txt" in place for place in found)


PAGES = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n"
END = b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def test_what_a_pdf_holds_before_its_end_is_not_behind_it(read, tmp_path):
    for archive in (zipped("x"), seven(tmp_path, "x")):
        held = PAGES + b"2 0 obj <<>> stream\n" + archive + b"\nendstream endobj\n" + END
        steps = {str(step) for piece in read(held, "a.pdf") for step in piece.provenance.steps}
        assert not [step for step in steps if step.startswith("span:")]


def test_a_small_archive_behind_a_pdf_is_read(read, tmp_path):
    assert len(places(read(PAGES + END + zipped(ADDRESS), "a.pdf"))) == 1
    assert len(places(read(PAGES + END + seven(tmp_path, ADDRESS), "a.pdf"))) == 1


def test_a_zip_that_holds_the_end_of_a_pdf_in_its_comment_is_read(read):
    made = io.BytesIO(zipped(ADDRESS))
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = END
    assert len(places(read(PAGES + made.getvalue(), "a.pdf"))) == 1


def test_a_zip_whose_places_count_from_the_start_of_the_file_is_read(read):
    """As `zip -A` leaves a self-extracting archive."""
    made = io.BytesIO(picture("PNG"))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", ADDRESS * 40)
    assert any("zip:note.txt" in place for place in places(read(made.getvalue())))


def test_a_signature_that_proves_nothing_is_left_alone(read):
    fake = (
        b"7z\xbc\xaf\x27\x1c"
        + bytes(40)
        + b"Rar!\x1a\x07\0"
        + bytes(40)
        + b"Rar!\x1a\x07\1\0"
        + bytes(40)
    )
    for head in (b"MZ" + bytes(500), picture("JPEG")):
        pieces = read(head + fake + b"PK\x05\x06" + bytes(30))
        assert not [piece for piece in pieces if "span" in str(piece.provenance.steps)]


def test_a_rar_is_known_by_its_first_block():
    from chainlead.evidence.sources.appended_archive import _is_rar

    body = b"\x73\0\0\x0d\0" + bytes(6)
    old = b"Rar!\x1a\x07\0" + (zlib.crc32(body) & 0xFFFF).to_bytes(2, "little") + body
    header = b"\x05\x01\x05\0\0\0"
    new = b"Rar!\x1a\x07\1\0" + zlib.crc32(header).to_bytes(4, "little") + header
    for good in (old, new):
        assert _is_rar(good + bytes(30))
        assert not _is_rar(good[:10] + bytes([good[10] ^ 1]) + good[11:] + bytes(30))
        assert not _is_rar(good[:9])


def test_ordinary_tools_cut_it_out(read):
    pieces = read(picture("JPEG") + zipped(ADDRESS))
    (item,) = [
        p for p in pieces if isinstance(p, Item) and str(p.provenance.steps[-1]) == "zip:note.txt"
    ][:1]
    lines = ordinary_way(item.provenance, 0, 10, None)
    start = len(picture("JPEG"))
    assert any(
        line.startswith(f"tail -c +{start + 1} EXHIBIT/file.bin | head -c") for line in lines
    )
