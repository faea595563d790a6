"""The child process that looks at pictures: bytes in, text of codes out, nothing else.

It is started by `picture_decoder.py` as a script of its own, so that it imports nothing of this
package. Before the first picture it loads its decoders and then gives up what it does not need:
no descriptor beyond its three pipes can be opened any more (so no file and no socket, whoever
asks, C code included), no file can grow, no process can be started, memory and processor time end
at a limit. Pixels stay in this process; an answer holds text, format, corners and counts.

Request: length (4 bytes, big-endian), then the picture. Answer: length, then JSON.
"""

import io
import json
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF")
_KINDS = ("QRCode", "MicroQRCode", "RMQRCode", "Aztec", "AztecRune", "DataMatrix", "PDF417")
_DENIED = ("socket.", "subprocess.", "os.", "shutil.", "tempfile.", "ctypes.", "open", "pty.")
_DAMAGE = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
_SMALL_PIXELS = 1 << 20
_MIDDLE_PIXELS = 4 << 20
_LARGE_PIXELS = 32 << 20
_TEXT_CHARACTERS = 8192
_CODES = 256


def main() -> None:
    """Serve until the pipe closes. Arguments: memory bytes, CPU seconds, pixels, frames."""
    memory_bytes, cpu_seconds, max_pixels, max_frames = (int(word) for word in sys.argv[1:5])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    eye = _Eye(max_pixels, max_frames)
    eye.warm_up()
    _give_up_rights(memory_bytes)
    _send(answers, {"ready": True})
    while len(head := requests.read(4)) == 4:
        content = requests.read(int.from_bytes(head, "big"))
        _allow_cpu(cpu_seconds)
        _send(answers, eye.look(content))


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    encoded = json.dumps(answer).encode("ascii")
    answers.write(len(encoded).to_bytes(4, "big") + encoded)
    answers.flush()


def _give_up_rights(memory_bytes: int) -> None:
    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event.startswith(_DENIED):
            raise PermissionError(f"{event} is not for pictures")

    sys.addaudithook(refuse)
    try:
        import resource  # noqa: PLC0415  (not on every system)
    except ImportError:
        return
    bounds = (
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (getattr(resource, "RLIMIT_NPROC", None), 0),
        (getattr(resource, "RLIMIT_AS", None), memory_bytes),
    )
    for kind, bound in bounds:
        if kind is not None:
            resource.setrlimit(kind, (bound, bound))


def _allow_cpu(seconds: int) -> None:
    """So much processor time for the next picture; the system ends the process after that."""
    try:
        import resource  # noqa: PLC0415  (not on every system)
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    bound = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))


class _Eye:
    """Decodes one picture after the other and reads the codes in it."""

    def __init__(self, max_pixels: int, max_frames: int) -> None:
        import zxingcpp  # noqa: PLC0415  (only in this process)
        from PIL import (  # noqa: PLC0415
            BmpImagePlugin,
            GifImagePlugin,
            Image,
            ImageFile,
            ImageOps,
            JpegImagePlugin,
            MpoImagePlugin,
            PngImagePlugin,
            TiffImagePlugin,
            WebPImagePlugin,
        )

        self._plugins = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin,
                         PngImagePlugin, TiffImagePlugin, WebPImagePlugin)  # fmt: skip
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = max_pixels  # Pillow refuses at twice this
        self._max_pixels = max_pixels
        self._max_frames = max_frames
        self._image, self._file, self._ops, self._zxing = Image, ImageFile, ImageOps, zxingcpp
        self._binarizers = (
            zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
        )  # fmt: skip
        kinds = [getattr(zxingcpp.BarcodeFormat, name) for name in _KINDS]
        self._kinds = zxingcpp.BarcodeFormats(kinds)

    def warm_up(self) -> None:
        """Run each decoder once, so that whatever it loads is loaded."""
        blank = self._image.new("L", (32, 32), 255)
        for name in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"):
            made = io.BytesIO()
            blank.save(made, name)
            self.look(made.getvalue())

    def look(self, content: bytes) -> dict[str, Any]:
        """Codes of all frames; `problem` says why something was not seen."""
        self._file.LOAD_TRUNCATED_IMAGES = False
        codes: list[dict[str, Any]] = []
        frame = 0
        problem: dict[str, str] = {}
        try:
            frame, problem = self._frames(content, codes)
        except MemoryError:
            problem = {"kind": "memory", "detail": "decoding it needs too much memory"}
        except self._image.DecompressionBombError:
            problem = {"kind": "pixels", "detail": f"more than {self._max_pixels} pixels"}
        except _DAMAGE as error:
            problem = {"kind": "damaged", "detail": type(error).__name__}
            self._look_at_the_rest(content, codes)
        return {"codes": codes[:_CODES], "frames": frame, "problem": problem}

    def _frames(self, content: bytes, codes: list[dict[str, Any]]) -> tuple[int, dict[str, str]]:
        frame = 0
        with self._image.open(io.BytesIO(content), formats=FORMATS) as picture:
            count = getattr(picture, "n_frames", 1)
            pixels_left = 4 * self._max_pixels
            while True:
                pixels = picture.size[0] * picture.size[1]
                if pixels > self._max_pixels:
                    detail = f"{picture.size[0]} x {picture.size[1]} pixels"
                    return frame, {"kind": "pixels", "detail": detail}
                pixels_left -= pixels
                codes.extend(self._read(picture, frame))
                frame += 1
                if frame >= count:
                    return frame, {}
                if frame >= self._max_frames or pixels_left <= 0:
                    detail = f"only the first {frame} of its {count} frames were looked at"
                    return frame, {"kind": "frames", "detail": detail}
                picture.seek(frame)

    def _look_at_the_rest(self, content: bytes, codes: list[dict[str, Any]]) -> None:
        """A cut picture may still show its upper part."""
        if codes:
            return
        self._file.LOAD_TRUNCATED_IMAGES = True
        try:
            with self._image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.size[0] * picture.size[1] <= self._max_pixels:
                    codes.extend(self._read(picture, 0))
        except (*_DAMAGE, MemoryError, self._image.DecompressionBombError):
            pass

    def _read(self, picture: Any, frame: int) -> list[dict[str, Any]]:
        width = picture.size[0]
        if picture.size[0] * picture.size[1] > _LARGE_PIXELS:
            picture.draft("L", (picture.size[0] // 2, picture.size[1] // 2))
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for view, scale in self._views(picture, width):
            is_large = view.size[0] * view.size[1] > _MIDDLE_PIXELS
            for binarizer in self._binarizers[: 1 if is_large else 2]:
                for code in self._zxing.read_barcodes(
                    view, formats=self._kinds, binarizer=binarizer,
                    text_mode=self._zxing.TextMode.Plain,
                ):  # fmt: skip
                    shown = _described(code, frame, scale)
                    found.setdefault((shown["format"], shown["text"]), shown)
            if found:
                break
        return list(found.values())

    def _views(self, picture: Any, width: int) -> Iterator[tuple[Any, float]]:
        """The picture in grey; then, as long as nothing was found, in other ways."""
        whole = _on_white(self._image, picture)
        grey = whole.convert("L")
        yield grey, width / grey.size[0]
        pixels = grey.size[0] * grey.size[1]
        if pixels > _SMALL_PIXELS:
            if pixels > _MIDDLE_PIXELS:
                yield grey.reduce(3), 3 * width / grey.size[0]
            return
        larger = (grey.size[0] * 2, grey.size[1] * 2)
        yield self._ops.autocontrast(grey, cutoff=2), 1.0
        yield grey.resize(larger, self._image.Resampling.LANCZOS), 0.5
        yield grey.rotate(45, expand=True, fillcolor=255), 0.0
        if whole.mode == "RGB":
            yield from ((whole.getchannel(band), 1.0) for band in (0, 2))


def _on_white(image: Any, picture: Any) -> Any:
    """Without transparency: what is not painted is white."""
    if picture.mode in {"1", "L"} and "transparency" not in picture.info:
        picture.load()
        return picture
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        return picture.convert("F").point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = image.new("RGBA", clear.size, (255, 255, 255, 255))
        paper.alpha_composite(clear)
        return paper.convert("RGB")
    return picture.convert("RGB")


def _described(code: Any, frame: int, scale: float) -> dict[str, Any]:
    """Text and place of a code, in pixels of the picture; no place if `scale` is 0."""
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return {
        "format": code.format.name,
        "text": (code.text or code.bytes.decode("latin-1"))[:_TEXT_CHARACTERS],
        "corners": [[round(p.x * scale), round(p.y * scale)] for p in points] if scale else [],
        "frame": frame,
    }


if __name__ == "__main__":
    main()
