"""Pictures give the text of their codes; what cannot be decoded is named; listed ones stay shut."""

import base64
import hashlib
import io
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chainlead.evidence import UnreadReason
from chainlead.evidence.picture_codes import Code, Looked, look_for_codes
from chainlead.findings import scan_items

Image = pytest.importorskip("PIL.Image")
zxingcpp = pytest.importorskip("zxingcpp")

LOWER = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"  # BIP-173, mainnet


def _code(text: str, kind: str = "QRCode", scale: int = 4) -> Any:
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return Image.fromarray(made.to_image(scale=scale, add_quiet_zones=True))


def _file(picture: Any, form: str, **how: Any) -> bytes:
    made = io.BytesIO()
    picture.convert("RGB" if form != "GIF" else "P").save(made, form, **how)
    return made.getvalue()


def _texts(seen: Any) -> list[str]:
    return [i.data.decode() for i in seen.items if i.media_type == "qr-text"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_a_code_is_read_in_every_picture_format(
    form: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "x.bin").write_bytes(_file(_code(f"bitcoin:{LOWER}"), form))
    seen = read(tmp_path)
    assert _texts(seen) == [f"bitcoin:{LOWER}"]
    assert seen.unread == []
    [item] = [i for i in seen.items if i.media_type == "qr-text"]
    assert item.offset_bytes is None
    assert item.row is not None
    assert item.row.startswith("QRCode at ")
    assert str(item.provenance) == "E1 › file:x.bin › text:qr"


@pytest.mark.parametrize("kind", ["MicroQRCode", "Aztec", "DataMatrix", "PDF417", "RMQRCode"])
def test_other_kinds_of_code_are_read_too(
    kind: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    text = "r-1234" if kind == "MicroQRCode" else LOWER
    (tmp_path / "x.png").write_bytes(_file(_code(text, kind), "PNG"))
    assert _texts(read(tmp_path)) == [text]


def test_an_address_in_capitals_is_found_in_its_usual_form(
    tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "x.png").write_bytes(_file(_code(f"BITCOIN:{LOWER.upper()}"), "PNG"))
    found = scan_items(read(tmp_path).items, case_key=bytes(32))
    assert {LOWER} == {f.detail["canonical"] for f in found if f.kind == "address"}
    assert all("qr" in str(finding.provenance) for finding in found)


@pytest.mark.parametrize("turn", [0, 30, 90, 180, 200])
def test_a_turned_or_inverted_code_is_read(turn: int) -> None:
    from PIL import ImageOps

    turned = _code(LOWER, scale=6).rotate(turn, expand=True, fillcolor=255)
    for picture in (turned, ImageOps.invert(turned), ImageOps.mirror(turned)):
        assert [c.text for c in look_for_codes(_file(picture, "PNG")).codes] == [LOWER]


def test_a_small_code_in_a_large_photo_is_read_at_its_place() -> None:
    photo = Image.effect_noise((3000, 2000), 20)
    code = _code(LOWER, scale=5)
    photo.paste(code, (1700, 900))
    [found] = look_for_codes(_file(photo, "JPEG", quality=85)).codes
    assert found.text == LOWER
    for x, y in found.corners:
        assert 1700 <= x <= 1700 + code.size[0]
        assert 900 <= y <= 900 + code.size[1]


def test_a_code_on_transparent_ground_is_read() -> None:
    code = _code(LOWER)
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point(lambda value: 255 - value))
    made = io.BytesIO()
    clear.save(made, "PNG")
    assert [c.text for c in look_for_codes(made.getvalue()).codes] == [LOWER]


def test_every_page_is_looked_at() -> None:
    made = io.BytesIO()
    blank = Image.new("L", (200, 200), 255)
    blank.save(made, "TIFF", save_all=True, append_images=[_code("page two"), _code("page three")])
    codes = look_for_codes(made.getvalue()).codes
    assert [(c.text, c.frame) for c in codes] == [("page two", 1), ("page three", 2)]


def test_a_picture_without_code_is_no_unread(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "x.jpg").write_bytes(_file(Image.effect_noise((300, 200), 80), "JPEG"))
    seen = read(tmp_path)
    assert seen.unread == []
    assert _texts(seen) == []


def test_a_picture_is_still_searched_raw(
    tmp_path: Path, read: Callable[..., Any], address: bytes
) -> None:
    from PIL import PngImagePlugin

    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", address.decode())
    (tmp_path / "x.png").write_bytes(_file(_code("nothing"), "PNG", pnginfo=note))
    assert read(tmp_path).holding(address)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_a_cut_picture_is_damaged_and_its_upper_part_is_seen(
    form: str,
) -> None:
    tall = Image.effect_noise((400, 1200), 60)
    tall.paste(_code(LOWER), (20, 20))
    content = _file(tall, form)
    seen = look_for_codes(content[: len(content) * 3 // 4])
    assert seen.problem is not None
    assert seen.problem[0] is UnreadReason.DAMAGED
    if form in {"JPEG", "PNG", "GIF"}:
        assert [code.text for code in seen.codes] == [LOWER]


@pytest.mark.parametrize(
    "head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0"]
)
def test_noise_behind_a_signature_is_damaged(
    head: bytes, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "x").write_bytes(head + bytes(range(256)) * 4)
    assert read(tmp_path).reasons() == [("E1 › file:x", UnreadReason.DAMAGED)]


def test_a_picture_inside_an_archive_is_read(
    tmp_path: Path, read: Callable[..., Any], make_zip: Callable[..., bytes]
) -> None:
    inner = make_zip(("deep.png", _file(_code(LOWER), "PNG")))
    (tmp_path / "a.zip").write_bytes(make_zip(("b.zip", inner)))
    seen = read(tmp_path)
    assert _texts(seen) == [LOWER]
    assert seen.places(LOWER.encode()) == ["E1 › file:a.zip › zip:b.zip › zip:deep.png › text:qr"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_a_picture_in_a_database_is_read(
    form: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table t(id integer primary key, picture blob)")
        database.execute("insert into t(picture) values (?)", (_file(_code(LOWER), form),))
        database.commit()
    assert _texts(read(tmp_path)) == [LOWER]


def test_a_picture_in_a_pages_address_is_read(tmp_path: Path, read: Callable[..., Any]) -> None:
    content = base64.b64encode(_file(_code(LOWER), "PNG")).decode()
    page = f"<!doctype html><html><img src='data:image/png;base64,{content}'></html>"
    (tmp_path / "page.html").write_text(page)
    assert set(_texts(read(tmp_path))) == {LOWER}


@pytest.mark.parametrize("side", [1200, 3000])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    seen = look_for_codes(_file(Image.new("1", (side, side), 1), "PNG"), most_pixels=1_000_000)
    assert seen.problem is not None
    assert seen.problem[0] is UnreadReason.TOO_LARGE


def test_only_so_many_frames_are_looked_at() -> None:
    made = io.BytesIO()
    blank = Image.new("L", (200, 200), 255)
    blank.save(made, "TIFF", save_all=True, append_images=[blank, _code("page three")])
    seen = look_for_codes(made.getvalue(), most_frames=2)
    assert seen.codes == ()
    assert seen.problem == (
        UnreadReason.TOO_LARGE,
        "only the first 2 of its 3 frames were looked at",
    )


def test_a_picture_on_the_skip_list_is_not_decoded(
    tmp_path: Path, read: Callable[..., Any]
) -> None:
    shut, other = _file(_code("shut"), "PNG"), _file(_code("open"), "PNG")
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "1.png").write_bytes(shut)
    (tmp_path / "e" / "2.png").write_bytes(other)
    listed = tmp_path / "known.txt"
    listed.write_text(f"# known\n{'0' * 64}\n{hashlib.sha256(shut).hexdigest().upper()}  x\n")
    seen = read(tmp_path / "e", skip_hashes=str(listed))
    assert _texts(seen) == ["open"]
    assert seen.reasons() == [("E1 › file:1.png", UnreadReason.SKIPPED)]


def test_a_skip_list_that_is_gone_keeps_every_picture_shut(
    tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "1.png").write_bytes(_file(_code("shut"), "PNG"))
    seen = read(tmp_path / "e", skip_hashes=str(tmp_path / "gone"))
    assert _texts(seen) == []
    assert seen.reasons() == [("E1 › file:1.png", UnreadReason.NO_ACCESS)]


def test_a_large_picture_file_is_not_handed_over(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "x.png").write_bytes(_file(_code(LOWER), "PNG"))
    assert read(tmp_path, document_bytes=100).reasons() == [
        ("E1 › file:x.png", UnreadReason.TOO_LARGE)
    ]


def test_a_format_without_decoder_is_named(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "x.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    [note] = read(tmp_path).unread
    assert note.reason is UnreadReason.UNSUPPORTED
    assert "HEIC" in note.detail


def test_a_decoder_that_crashes_costs_this_picture_only(
    tmp_path: Path, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder is a process of its own: here it ends itself at the first of two pictures."""
    from chainlead.evidence.sources import picture

    real = picture.look_for_codes

    def crash(content: bytes) -> Any:
        if b"CRASH" in content:
            os.abort()
        return real(content)

    monkeypatch.setattr(picture, "look_for_codes", crash)
    (tmp_path / "1.png").write_bytes(_file(_code("one"), "PNG") + b"CRASH")
    (tmp_path / "2.png").write_bytes(_file(_code("two"), "PNG"))
    seen = read(tmp_path)
    assert _texts(seen) == ["two"]
    assert seen.reasons() == [("E1 › file:1.png", UnreadReason.CRASHED)]


def test_pixels_are_decoded_in_another_process(
    tmp_path: Path, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chainlead.evidence.sources import picture

    def tell(_content: bytes) -> Any:
        return Looked((Code("QRCode", f"pid {os.getpid()}", (), 0),))

    monkeypatch.setattr(picture, "look_for_codes", tell)
    (tmp_path / "1.png").write_bytes(_file(_code("one"), "PNG"))
    [text] = _texts(read(tmp_path))
    assert text.startswith("pid ")
    assert text != f"pid {os.getpid()}"


@pytest.mark.real
def test_at_least_as_many_real_codes_are_read_as_the_library_reads_at_its_best(
    shared_data: Path,
) -> None:
    files = sorted(
        path
        for path in (shared_data / "evidence" / "zxing-cpp").rglob("*")
        if path.suffix in {".png", ".webp"}
    )
    library: set[Path] = set()
    ours: set[Path] = set()
    wrong: list[str] = []
    for path in files:
        with Image.open(path) as picture:
            if zxingcpp.read_barcodes(picture.convert("RGB")):
                library.add(path)
        texts = [
            code.text.replace("\r\n", "\n").strip()
            for code in look_for_codes(path.read_bytes()).codes
        ]
        if texts:
            ours.add(path)
        truth = path.with_suffix(".txt")
        if truth.exists() and truth.read_text("utf-8").strip() not in texts:
            wrong.append(path.name)
    assert len(files) == 78
    assert library - ours == set()
    assert wrong == []
