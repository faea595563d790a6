"""Decodes a picture and reads the codes in it: text, format and corners come out, pixels do not.

It is only called in a decoder's child process (see `sandbox.py` and the source `picture`), whose
limits hold for the native decoders too.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chainlead.evidence.item import UnreadReason

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF")
PRELOAD = (
    "PIL.Image", "PIL.ImageFile", "PIL.ImageOps", "PIL.PngImagePlugin", "PIL.JpegImagePlugin",
    "PIL.MpoImagePlugin", "PIL.GifImagePlugin", "PIL.BmpImagePlugin", "PIL.WebPImagePlugin",
    "PIL.TiffImagePlugin", "zxingcpp",
)  # fmt: skip
MOST_PIXELS = 120_000_000
MOST_FRAMES = 200
_KINDS = ("QRCode", "MicroQRCode", "RMQRCode", "Aztec", "AztecRune", "DataMatrix", "PDF417")
_DAMAGE = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
_SMALL_PIXELS = 1 << 20
_MIDDLE_PIXELS = 4 << 20
_LARGE_PIXELS = 32 << 20
_TEXT_CHARACTERS = 8192
_CODES = 256


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes:
        kind: its format's name.
        corners: in pixels of the picture; empty where the picture had to be turned to read it.
        frame: page or moment, from 0.
    """

    kind: str
    text: str
    corners: tuple[tuple[int, int], ...]
    frame: int


@dataclass(frozen=True, slots=True)
class Looked:
    """The codes of a picture, and why something of it was not seen, if so."""

    codes: tuple[Code, ...]
    problem: tuple[UnreadReason, str] | None = None


def look_for_codes(
    content: bytes, *, most_pixels: int = MOST_PIXELS, most_frames: int = MOST_FRAMES
) -> Looked:
    """The codes of all frames.

    Args:
        content: the picture file.
        most_pixels: of one frame; a larger picture is not decoded.
        most_frames: pages or moments that are looked at.
    """
    from PIL import Image, ImageFile  # noqa: PLC0415  (only in the process that decodes)

    Image.MAX_IMAGE_PIXELS = most_pixels  # Pillow refuses at twice this
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    codes: list[Code] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            problem = _frames(content, codes, most_pixels, most_frames)
    except MemoryError:
        problem = (UnreadReason.TOO_LARGE, "decoding it needs too much memory")
    except Image.DecompressionBombError:
        problem = (UnreadReason.TOO_LARGE, f"more than {most_pixels} pixels")
    except _DAMAGE as error:
        problem = (UnreadReason.DAMAGED, type(error).__name__)
        if not codes:
            codes.extend(_upper_part(content, most_pixels))
    return Looked(tuple(codes[:_CODES]), problem)


def _frames(
    content: bytes, codes: list[Code], most_pixels: int, most_frames: int
) -> tuple[UnreadReason, str] | None:
    from PIL import Image  # noqa: PLC0415

    pixels_left = 4 * most_pixels
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        count = getattr(picture, "n_frames", 1)
        for frame in range(count):
            if frame:
                picture.seek(frame)
            width, height = picture.size
            if width * height > most_pixels:
                return UnreadReason.TOO_LARGE, f"{width} x {height} pixels"
            if frame >= most_frames or pixels_left <= 0:
                detail = f"only the first {frame} of its {count} frames were looked at"
                return UnreadReason.TOO_LARGE, detail
            pixels_left -= width * height
            codes.extend(_read(picture, frame))
    return None


def _upper_part(content: bytes, most_pixels: int) -> list[Code]:
    """A cut picture may still show its upper part."""
    from PIL import Image, ImageFile  # noqa: PLC0415

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.size[0] * picture.size[1] <= most_pixels:
                    return _read(picture, 0)
    except (*_DAMAGE, MemoryError, Image.DecompressionBombError):
        pass
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return []


def _read(picture: Any, frame: int) -> list[Code]:
    import zxingcpp  # noqa: PLC0415

    kinds = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in _KINDS])
    binarizers = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)
    width, height = picture.size
    if width * height > _LARGE_PIXELS:
        picture.draft("L", (width // 2, height // 2))  # JPEG only: decodes at half the size
    found: dict[tuple[str, str], Code] = {}
    for view, scale in _views(picture, width):
        is_large = view.size[0] * view.size[1] > _MIDDLE_PIXELS
        for binarizer in binarizers[: 1 if is_large else 2]:
            for seen in zxingcpp.read_barcodes(
                view, formats=kinds, binarizer=binarizer, text_mode=zxingcpp.TextMode.Plain
            ):
                code = _described(seen, frame, scale)
                found.setdefault((code.kind, code.text), code)
        if found:
            break
    return list(found.values())


def _views(picture: Any, width: int) -> Iterator[tuple[Any, float]]:
    """The picture in grey; then, as long as nothing was found, in other ways."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    whole = _on_white(picture)
    grey = whole.convert("L")
    yield grey, width / grey.size[0]
    pixels = grey.size[0] * grey.size[1]
    if pixels > _MIDDLE_PIXELS:
        yield grey.reduce(3), 3 * width / grey.size[0]
    if pixels > _SMALL_PIXELS:
        return
    yield ImageOps.autocontrast(grey, cutoff=2), 1.0
    yield grey.resize((grey.size[0] * 2, grey.size[1] * 2), Image.Resampling.LANCZOS), 0.5
    yield grey.rotate(45, expand=True, fillcolor=255), 0.0
    if whole.mode == "RGB":
        yield from ((whole.getchannel(band), 1.0) for band in (0, 2))


def _on_white(picture: Any) -> Any:
    """Without transparency: what is not painted is white."""
    from PIL import Image  # noqa: PLC0415

    if picture.mode in {"1", "L"} and "transparency" not in picture.info:
        picture.load()
        return picture
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        return picture.convert("F").point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        paper.alpha_composite(clear)
        return paper.convert("RGB")
    return picture.convert("RGB")


def _described(seen: Any, frame: int, scale: float) -> Code:
    """A code with its place in pixels of the picture; without a place if `scale` is 0."""
    place = seen.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    corners = tuple((round(p.x * scale), round(p.y * scale)) for p in points) if scale else ()
    text = seen.text or seen.bytes.decode("latin-1")
    return Code(seen.format.name, text[:_TEXT_CHARACTERS], corners, frame)
