"""Pictures give the text of their codes; what cannot be decoded is named; listed ones stay shut."""

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chainlead.evidence import UnreadReason
from chainlead.evidence.picture_decoder import PictureBounds, PictureDecoder
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


@pytest.fixture
def decoder() -> Iterator[PictureDecoder]:
    made = PictureDecoder()
    yield made
    made.close()


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
def test_a_turned_or_inverted_code_is_read(turn: int, decoder: PictureDecoder) -> None:
    from PIL import ImageOps

    turned = _code(LOWER, scale=6).rotate(turn, expand=True, fillcolor=255)
    for picture in (turned, ImageOps.invert(turned), ImageOps.mirror(turned)):
        assert [c.text for c in decoder.decode(_file(picture, "PNG")).codes] == [LOWER]


def test_a_small_code_in_a_large_photo_is_read_at_its_place(decoder: PictureDecoder) -> None:
    photo = Image.effect_noise((3000, 2000), 20)
    code = _code(LOWER, scale=5)
    photo.paste(code, (1700, 900))
    [found] = decoder.decode(_file(photo, "JPEG", quality=85)).codes
    assert found.text == LOWER
    for x, y in found.corners:
        assert 1700 <= x <= 1700 + code.size[0]
        assert 900 <= y <= 900 + code.size[1]


def test_a_code_on_transparent_ground_is_read(decoder: PictureDecoder) -> None:
    code = _code(LOWER)
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point(lambda value: 255 - value))
    made = io.BytesIO()
    clear.save(made, "PNG")
    assert [c.text for c in decoder.decode(made.getvalue()).codes] == [LOWER]


def test_every_page_is_looked_at(decoder: PictureDecoder) -> None:
    made = io.BytesIO()
    blank = Image.new("L", (200, 200), 255)
    blank.save(made, "TIFF", save_all=True, append_images=[_code("page two"), _code("page three")])
    codes = decoder.decode(made.getvalue()).codes
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
    form: str, decoder: PictureDecoder
) -> None:
    tall = Image.effect_noise((400, 1200), 60)
    tall.paste(_code(LOWER), (20, 20))
    content = _file(tall, form)
    seen = decoder.decode(content[: len(content) * 3 // 4])
    assert [reason for reason, _ in seen.problems] == [UnreadReason.DAMAGED]
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


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    decoder = PictureDecoder(PictureBounds(pixels=1_000_000))
    bomb = _file(Image.new("1", (3000, 3000), 1), "PNG")
    blocks = _file(Image.new("1", (1200, 1200), 1), "PNG")
    try:
        assert [reason for reason, _ in decoder.decode(bomb).problems] == [UnreadReason.TOO_LARGE]
        assert [reason for reason, _ in decoder.decode(blocks).problems] == [UnreadReason.TOO_LARGE]
    finally:
        decoder.close()


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


_FAKE = """
import sys
read = sys.stdin.buffer.read
def answer(text):
    sys.stdout.buffer.write(len(text).to_bytes(4, "big") + text); sys.stdout.buffer.flush()
answer(b'{"ready": true}')
while len(head := read(4)) == 4:
    picture = read(int.from_bytes(head, "big"))
    if picture == b"crash": sys.exit(9)
    if picture == b"hang":
        while True: pass
    if picture == b"lie": answer(b"{]")
    if picture == b"flood": sys.stdout.buffer.write(b"\\xff" * 4); sys.stdout.buffer.flush()
    answer(b'{"codes": [{"format": "f", "text": "t", "corners": [], "frame": 0}]}')
"""


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"crash", UnreadReason.CRASHED),
        (b"hang", UnreadReason.TOO_SLOW),
        (b"lie", UnreadReason.CRASHED),
        (b"flood", UnreadReason.CRASHED),
    ],
)
def test_a_worker_that_misbehaves_is_replaced(picture: bytes, reason: UnreadReason) -> None:
    fake = (sys.executable, "-I", "-c", _FAKE)
    decoder = PictureDecoder(PictureBounds(seconds=1.0), fake)
    try:
        assert [r for r, _ in decoder.decode(picture).problems] == [reason]
        assert [code.text for code in decoder.decode(b"fine").codes] == ["t"]
    finally:
        decoder.close()


def test_a_decoder_that_does_not_start_is_said_so() -> None:
    decoder = PictureDecoder(command=(sys.executable, "-I", "-c", "pass"))
    [(reason, detail)] = decoder.decode(b"x").problems
    assert reason is UnreadReason.UNSUPPORTED
    assert "started" in detail


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "open('/etc/hostname')",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.open('/etc/hostname', 0)",
    ],
)
def test_the_worker_can_open_nothing_once_it_has_started(act: str) -> None:
    import subprocess

    from chainlead.evidence import picture_decoder

    worker = Path(picture_decoder.__file__).with_name("picture_worker.py")
    program = (
        f"import sys, socket, os; sys.path.insert(0, {str(worker.parent)!r})\n"
        "import picture_worker\npicture_worker._give_up_rights(2 << 30)\n"
        f"try:\n    {act}\nexcept (PermissionError, OSError):\n    os.write(1, b'refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], check=False, capture_output=True, timeout=60
    )
    assert done.stdout == b"refused"


@pytest.mark.real
def test_at_least_as_many_real_codes_are_read_as_the_library_reads_at_its_best(
    shared_data: Path, decoder: PictureDecoder
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
            for code in decoder.decode(path.read_bytes()).codes
        ]
        if texts:
            ours.add(path)
        truth = path.with_suffix(".txt")
        if truth.exists() and truth.read_text("utf-8").strip() not in texts:
            wrong.append(path.name)
    assert len(files) == 78
    assert library - ours == set()
    assert wrong == []
