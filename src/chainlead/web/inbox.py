"""The inbox of a case: a folder for what a person uploads. A file in it is kept, hashed, never run.

The body of an upload is read as it comes and goes straight to the disk. Its first part is the token
of the session's forms: before it has come and fits, nothing of a file is taken. The name that the
browser sends is only ever a name: it loses its folders and every sign that means something to a
system.
"""

import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from fastapi import HTTPException
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from chainlead.errors import DiskFullError, ExhibitNotFoundError
from chainlead.web.places import INBOX

MOST_BYTES = 4 << 30
"""A larger exhibit is given by its path: a browser is no way to carry a disk."""
SUMS = "SHA256SUMS"
_MOST_NAME = 120
_MOST_FIELD = 4_096
_MOST_HEADER = 8_192
_TOKEN, _FILE = "form_token", "file"
_SPECIAL = re.compile(r"[^\w.,()+@ -]", re.ASCII)
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file in the inbox."""

    path: Path
    sha256: str
    size_bytes: int


def plain_name(given: str) -> str:
    """A file name that is a name and nothing else, on every system and in every page."""
    last = given.replace("\\", "/").rpartition("/")[2]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "replace").decode()
    plain = re.sub(r"[ _]*_[ _]*", "_", _SPECIAL.sub("_", plain)).strip(" .-_")
    stem, dot, ending = plain.rpartition(".")
    short = f"{stem[: _MOST_NAME - 20]}{dot}{ending[:19]}" if dot else plain[:_MOST_NAME]
    if not short or short == SUMS or _DEVICES.match(short):
        return f"file_{short}".rstrip("_")
    return short


@dataclass
class _Part:
    """The part of the body that comes now."""

    name: str = ""
    file_name: str | None = None
    value: bytearray = field(default_factory=bytearray)


@dataclass
class Receiver:
    """Takes the parts of one body; `fields` are those that came before the file."""

    folder: Path
    token: str
    secret: str
    fields: dict[str, str] = field(default_factory=dict)
    done: Uploaded | None = None

    def __post_init__(self) -> None:
        """Nothing has come yet."""
        self._header_name, self._header_value = bytearray(), bytearray()
        self._part = _Part()
        self._is_own = False
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._size = 0

    async def take(self, kind: str, body: AsyncIterator[bytes]) -> Uploaded:
        """Read a body to its end.

        Raises:
            HTTPException: it is no upload of this session's page, or holds no file.
            DiskFullError: the disk does not take it; nothing of it stays.
            ExhibitNotFoundError: the inbox is no folder of the case.
        """
        main, options = parse_options_header(kind.encode("latin-1", "replace"))
        boundary = options.get(b"boundary", b"")
        if main != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise _not_own()
        try:
            parser = MultipartParser(boundary, self._callbacks())
            async for chunk in body:
                if chunk:
                    await run_in_threadpool(parser.write, chunk)
            parser.finalize()
        except FormParserError:
            raise HTTPException(400, "The upload was cut off, or is no form.") from None
        except OSError as error:
            raise DiskFullError(
                f"The upload could not be kept: {error.strerror}.",
                next_step="Make room on the disk, or give the file by its path.",
            ) from error
        finally:
            self._close()
        if not self._is_own:
            raise _not_own()
        if self.done is None:
            raise HTTPException(400, "Choose a file first.")
        return self.done

    def _callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_begin": self._begin_header,
            "on_header_field": self._on_header_name,
            "on_header_value": self._on_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._headers_done,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _begin_header(self) -> None:
        self._header_name, self._header_value = bytearray(), bytearray()

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._bound(len(self._header_name), _MOST_HEADER)

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._bound(len(self._header_value), _MOST_HEADER)

    def _end_header(self) -> None:
        if bytes(self._header_name).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._header_value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                self._part.file_name = options[b"filename"].decode("utf-8", "replace")

    def _headers_done(self) -> None:
        if not self._is_own and (self._part.name != _TOKEN or self._part.file_name is not None):
            raise _not_own()
        if self._part.name == _FILE and self._part.file_name:
            if self._file is not None or self.done is not None:
                raise HTTPException(400, "One file at a time.")
            self._open()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._size += end - start
            self._bound(self._size, MOST_BYTES)
            self._digest.update(data[start:end])
            self._file.write(data[start:end])
        elif self._part.name != _FILE:
            self._part.value += data[start:end]
            self._bound(len(self._part.value), _MOST_FIELD)

    def _end(self) -> None:
        if self._file is not None:
            self._keep()
            return
        value = self._part.value.decode("utf-8", "replace")
        if self._part.name == _TOKEN:
            if not hmac.compare_digest(value.encode(), self.token.encode()):
                raise _not_own()
            self._is_own = True
        elif self._part.name:
            self.fields[self._part.name] = value

    def _bound(self, size: int, most: int) -> None:
        if size > most:
            raise HTTPException(
                413, "That is more than an upload holds. Give the file by its path."
            )

    @property
    def _unfinished(self) -> Path:
        return self.folder / f".{self.secret}.part"

    def _open(self) -> None:
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            raise ExhibitNotFoundError(f"The case's {INBOX} is no folder.")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.fdopen(os.open(self._unfinished, flags, 0o600), "wb")

    def _keep(self) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        sha256 = self._digest.hexdigest()
        path = _free(self.folder, plain_name(self._part.file_name or ""), sha256)
        if path.exists():
            self._unfinished.unlink()
        else:
            self._unfinished.rename(path)
            with (self.folder / SUMS).open("a", encoding="ascii") as sums:
                sums.write(f"{sha256}  {path.name}\n")
        self.done = Uploaded(path, sha256, self._size)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        with suppress(OSError):
            self._unfinished.unlink(missing_ok=True)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each uploaded file, as it was when it came."""
    try:
        lines = (folder / SUMS).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _free(folder: Path, name: str, sha256: str) -> Path:
    """A path for the file: its name, with a number where another file has it; the same file's own."""
    known = digests(folder)
    stem, dot, ending = name.rpartition(".")
    for number in range(1, 10_000):
        tried = (
            name if number == 1 else f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
        )
        path = folder / tried
        if not os.path.lexists(path):
            return path
        if known.get(tried) == sha256 and path.is_file() and not path.is_symlink():
            return path
    raise HTTPException(400, "Too many files of this name were uploaded.")


def _not_own() -> HTTPException:
    return HTTPException(403, "This form was not made by this session. Load the page again.")
