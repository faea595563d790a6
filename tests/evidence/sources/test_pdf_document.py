import io
import shutil
import subprocess
import zlib

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject

from chainlead.evidence import (
    Item,
    Layer,
    StreamRead,
    Unread,
    UnreadReason,
    ordinary_way,
)


def shown(text):
    return b"BT /F1 12 Tf 50 700 Td " + text + b" ET"


def unread(found):
    return {p.reason for p in found if isinstance(p, Unread)}


def test_an_address_in_pieces_is_found_on_its_page(tmp_path, places, pieces, make_pdf, address):
    split = b"[(" + address[:9] + b") -2 (" + address[9:20] + b") 3 (" + address[20:] + b")] TJ"
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(shown(b"(first page) Tj"), shown(split)))
    assert places(path, address) == [("text:pdf", "page 2")]
    assert not unread(pieces(path))
    assert pieces(path)[0].media_type == "application/pdf"


def test_letters_placed_one_by_one_are_joined(tmp_path, places, make_pdf, address):
    single = b" ".join(
        b"1 0 0 1 %d 700 Tm (%c) Tj" % (50 + 16 * i, c) for i, c in enumerate(address)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(b"BT /F1 12 Tf " + single + b" ET"))
    assert places(path, address) == [("text:pdf", "page 1 (spaces left out)")]


def test_links_notes_fields_properties_and_outlines_are_read(tmp_path, pieces, address):
    a = address.decode()
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Subject": f"pay å {a}"})
    writer.add_outline_item(title=f"å {a}", page_number=0)
    for link in ({"/A": f"bitcoin:{a}"}, {"/Contents": f"å {a}"}):
        note = DictionaryObject({NameObject("/Type"): NameObject("/Annot")})
        if "/A" in link:
            action = DictionaryObject(
                {NameObject("/URI"): pypdf.generic.TextStringObject(link["/A"])}
            )
            note[NameObject("/A")] = action
        else:
            note[NameObject("/Contents")] = pypdf.generic.TextStringObject(link["/Contents"])
        page.setdefault(NameObject("/Annots"), pypdf.generic.ArrayObject()).append(note)
    path = tmp_path / "a.pdf"
    writer.write(path)
    views = [p for p in pieces(path) if isinstance(p, Item) and p.rows]
    rows = {row for v in views for at, row in v.rows if address in v.data[at:].partition(b"\n")[0]}
    assert rows >= {"page 1 link 1 /URI", "page 1 note 2 /Contents", "outline 1"}
    assert any(row.startswith("property") for row in rows)


def test_attachments_are_streams(tmp_path, places, make_zip, address):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("in.zip", make_zip(("a.txt", address)))
    writer.add_attachment("w.txt", address.decode().encode("utf-16-le"))
    path = tmp_path / "a.pdf"
    writer.write(path)
    assert [found for found in places(path, address) if found[0]] == [
        ("pdf:attachment in.zip › zip:a.txt", None), ("pdf:attachment w.txt", None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
def test_pictures_are_handed_on_as_streams(tmp_path, pieces, kind):
    picture = Image.new("RGB" if kind == "JPEG" else "1", (64, 64), 1)
    path = tmp_path / "a.pdf"
    picture.save(path, "PDF")
    found = [p for p in pieces(path) if isinstance(p, StreamRead)]
    assert [str(p.provenance)[18:] for p in found[1:]] == ["pdf:page 1 picture 1"]
    assert found[1].media_type.startswith("image")


def test_an_encrypted_file_opens_with_no_or_the_given_password_only(
    tmp_path, places, pieces, make_pdf, address
):
    for word, needed in (("", ()), ("right", ("right",))):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(shown(b"(" + address + b") Tj"))))
        writer.encrypt(word, "owner", algorithm="AES-256")
        path = tmp_path / "a.pdf"
        writer.write(path)
        assert ("text:pdf", "page 1") in places(path, address, *needed)
        if needed:
            assert unread(pieces(path)) == unread(pieces(path, "wrong")) == {UnreadReason.ENCRYPTED}


def test_a_file_without_its_index_is_still_read(tmp_path, places, make_pdf, address):
    split = b"[(" + address[:9] + b") -2 (" + address[9:] + b")] TJ"
    content = make_pdf(shown(split))
    path = tmp_path / "a.pdf"
    path.write_bytes(content[: content.index(b"xref")].replace(b"/Pages 2", b"/Pagez 2"))
    found = places(path, address)
    assert any(
        where.startswith("pdf:stream at ") and where.endswith("text:pdf") for where, _ in found
    )


def test_an_older_revision_is_read(tmp_path, places, make_pdf, address):
    old = make_pdf(shown(b"(" + address[:9] + b") Tj (" + address[9:] + b") Tj"))
    packed = zlib.compress(shown(b"(nothing) Tj"))
    place = len(old)
    new = old + b"11 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed
    new += b"\nendstream\nendobj\n"
    start = len(new)
    before = int(old.rsplit(b"startxref", 1)[1].split()[0])
    new += (
        b"xref\n11 1\n%010d 00000 n \ntrailer\n<< /Size 12 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (place, before, start)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(new)
    found = places(path, address)
    assert found
    assert all(where.startswith("pdf:stream at ") for where, _ in found)


def test_a_bomb_in_a_page_is_named(tmp_path, pieces, make_pdf):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(b"% " + b" " * (120 << 20)))
    found = pieces(path)
    assert unread(found) & {
        UnreadReason.DAMAGED,
        UnreadReason.RATIO,
        UnreadReason.CRASHED,
        UnreadReason.TOO_LARGE,
    }
    assert max(p.size_bytes for p in found if isinstance(p, StreamRead)) < 64 << 20


def test_an_object_stream_that_claims_millions_is_named(tmp_path, pieces, make_pdf):
    packed = zlib.compress(b"5 0 6 0 " + bytes(30 << 20))
    objects = {
        100: b"<< /Type /ObjStm /N 99999999 /First 8 /Length %d /Filter /FlateDecode >>\nstream\n"
        % len(packed)
        + packed
        + b"\nendstream"
    }
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(b"q Q", objects=objects, catalogue=b"/Names 5 0 R"))
    assert any(isinstance(p, Item) and p.layer is Layer.RAW for p in pieces(path))


def test_deep_arrays_are_named(tmp_path, pieces, make_pdf):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(b"q Q", catalogue=b"/Outlines " + b"[" * 200_000))
    assert unread(pieces(path))
    path.write_bytes(make_pdf(shown(b"[" * 100_000 + b"] TJ")))
    pieces(path)


def test_pages_that_contain_themselves_end(tmp_path, pieces, make_pdf):
    content = make_pdf(b"q Q", b"q Q").replace(b"[ 10 0 R 12 0 R ]", b"[ 2 0 R 12 0 R ]\n")
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    assert pieces(path)


def test_a_picture_of_too_many_pixels_is_named(tmp_path, pieces, make_pdf):
    packed = zlib.compress(bytes(1000))
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(packed)
        + packed
        + b"\nendstream"
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(
        make_pdf(b"/X Do", objects={100: picture}, page=b"/XObject << /X 100 0 R >> >>")
    )
    (note,) = [p for p in pieces(path) if isinstance(p, Unread)]
    assert "pixels" in note.detail


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_the_ordinary_way_reaches_the_page(tmp_path, pieces, make_pdf, address):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(shown(b"(one) Tj"), shown(b"(" + address + b") Tj")))
    (item,) = [p for p in pieces(path) if isinstance(p, Item) and address in p.data]
    lines = ordinary_way(
        item.provenance, None, 34, item.row, exhibit_path=str(path), is_folder=False
    )
    output = subprocess.run(
        ["bash", "-c", "\n".join(lines)], capture_output=True, check=True
    ).stdout
    assert address in output
    assert b"one" not in output


def test_cut_and_changed_files_are_survived(survives, make_pdf, address):
    survives(make_pdf(shown(b"(" + address + b") Tj"), shown(b"(x) Tj")), "a.pdf", 12)
