"""7-Zip archives: the members one after the other, solid or not.

Found in: downloads, backups, mail attachments.
Proof: the signature; the header's and each member's CRC-32 are checked.
Limits: encrypted members are read only with a password that a person gave; BCJ2 and other rare
methods are reported; links are listed; an archive behind a program (self-extracting) is not seen.
Spec: 7zFormat.txt of the 7-Zip project; unpacked by py7zr.
"""

import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, climbs_out, readable_name
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_CHUNK = 1 << 18
_HEADER_BYTES = 32
_DIRECTORY_BYTES = 64 << 20
_DICTIONARY_BYTES = 512 << 20
_AES = b"\x06\xf1\x07\x01"
_LZMA = b"\x03\x01\x01"
_LZMA2 = b"\x21"
_PPMD = b"\x03\x04\x01"
_HARDEST_KEY = 24  # 2^24 rounds of SHA-256: the most that 7-Zip itself accepts
_TEST_BYTES = 16 << 20
_EMPTY_TURNS = 100_000
_BROKEN = (
    lzma.LZMAError, zlib.error, EOFError, OSError, ValueError, struct.error, KeyError, IndexError,
    OverflowError, TypeError, AttributeError, AssertionError, RuntimeError, MemoryError,
    UnboundLocalError,
)  # fmt: skip


class SevenZip(Source):
    """A 7-Zip archive."""

    name = "7z"
    media_type = "application/x-7z-compressed"
    rank = 10
    replaces_raw = True
    risky: ClassVar[bool] = True
    preload: ClassVar[tuple[str, ...]] = ("py7zr",)

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The signature."""
        return head.startswith(_SIGNATURE)

    def read(self, place: Place) -> Iterator[Piece]:
        """The members, folder by folder."""
        if _has_more(place.stream):
            yield KeepRaw()
        archive = _open(place)
        with archive:
            try:
                parts = _parts(archive)
                infos = list(archive.files)
            except _BROKEN as error:
                raise _damaged(error) from error
            names = UniqueNames()
            for info in infos:
                if info.is_directory:
                    continue
                shown, is_second = names.claim(readable_name(info.filename))
                yield from _notes(info.filename, shown, is_second=is_second, place=place)
                part = parts.get(id(info.folder)) if info.folder is not None else None
                place.budget.check_time()
                yield from _member(info, shown, part, place)


@dataclass(slots=True)
class _Part:
    """A folder of the archive: one packed stream, which holds its members end to end."""

    archive: Any
    folder: Any
    start: int
    packed_bytes: int
    given: int = 0
    """How many of its unpacked bytes the members before took."""
    unpacker: Any = None
    position: int = 0
    reached: int = 0
    broken: StopReadingError | None = None

    @property
    def is_encrypted(self) -> bool:
        """Whether a password is needed."""
        return any(coder["method"] == _AES for coder in self.folder.coders)

    def chunks(
        self, begin: int, size_bytes: int, checksum: int | None, budget: Budget
    ) -> Iterator[bytes]:
        """One member; those before it that nobody wanted are unpacked and dropped."""
        if self.unpacker is None or self.reached > begin:
            self.restart()
        while self.reached < begin:
            budget.check_time()
            self._next(min(_CHUNK, begin - self.reached))
        found = 0
        while self.reached < begin + size_bytes:
            chunk = self._next(min(_CHUNK, begin + size_bytes - self.reached))
            found = zlib.crc32(chunk, found)
            yield chunk
        if checksum is not None and found != checksum:
            raise StopReadingError(UnreadReason.DAMAGED, "its checksum is wrong")

    def restart(self) -> None:
        """Unpack from the folder's start."""
        self.reached, self.position, self.broken = 0, self.start, None
        _refuse_costly(self.folder)
        self.unpacker = _guarded(
            lambda: self.folder.get_decompressor(self.packed_bytes, reset=True)
        )

    def _next(self, wanted: int) -> bytes:
        if self.broken is not None:
            raise StopReadingError(self.broken.reason, self.broken.detail)
        try:
            chunk: bytes = _guarded(lambda: self._unpack(wanted))
        except StopReadingError as error:
            self.broken = error
            raise
        return chunk

    def _unpack(self, wanted: int) -> bytes:
        file = self.archive.fp
        for _ in range(_EMPTY_TURNS):
            file.seek(self.position)
            chunk = bytes(self.unpacker.decompress(file, wanted))
            moved, self.position = file.tell() - self.position, file.tell()
            if chunk:
                self.reached += len(chunk)
                return chunk
            if not moved:
                break
        raise EOFError("cut short")


def _guarded(work: Callable[[], Any]) -> Any:
    """The library's errors as ours."""
    from py7zr.exceptions import (  # noqa: PLC0415  (loaded for such archives only)
        ArchiveError,
        PasswordRequired,
        UnsupportedCompressionMethodError,
    )

    try:
        return work()
    except PasswordRequired as error:
        raise StopReadingError(UnreadReason.ENCRYPTED, "a password is needed") from error
    except UnsupportedCompressionMethodError as error:
        raise StopReadingError(
            UnreadReason.UNSUPPORTED, "its method is not known here; `7z x` may unpack it"
        ) from error
    except MemoryError as error:
        raise StopReadingError(
            UnreadReason.TOO_LARGE, "asks for more memory than there is to be unpacked"
        ) from error
    except (ArchiveError, *_BROKEN) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> StopReadingError:
    words = readable_name(str(error))[:120] or type(error).__name__
    return StopReadingError(UnreadReason.DAMAGED, f"7z: {words}")


def _has_more(stream: Stream) -> bool:
    """Whether bytes follow the end of the archive."""
    head = stream.read_at(0, _HEADER_BYTES)
    if len(head) < _HEADER_BYTES:
        return True
    offset, size = struct.unpack_from("<QQ", head, 12)
    return bool(offset + size + _HEADER_BYTES < stream.size_bytes)


def _open(place: Place) -> Any:
    """The archive's directory, with the first password that opens it where it needs one."""
    import py7zr  # noqa: PLC0415  (loaded for such archives only)

    head = place.stream.read_at(0, _HEADER_BYTES)
    if len(head) == _HEADER_BYTES and struct.unpack_from("<Q", head, 20)[0] > _DIRECTORY_BYTES:
        raise StopReadingError(UnreadReason.TOO_LARGE, "its directory is larger than any real one")

    def opened(word: str | None) -> Any:
        # the library takes any seekable reader
        return _guarded(lambda: py7zr.SevenZipFile(place.stream.open(), password=word))

    try:
        archive = opened(None)
    except StopReadingError as error:
        if error.reason is not UnreadReason.ENCRYPTED:
            raise
        archive = None
    if archive is not None and not archive.password_protected:
        return archive
    for word in place.passwords:
        place.budget.check_time()
        try:
            with_word = opened(word)
            if all(_fits(part, place.budget) for part in _parts(with_word).values()):
                return with_word
        except StopReadingError as error:
            if error.everything:
                raise
    if archive is None:
        raise StopReadingError(UnreadReason.ENCRYPTED, "a password is needed, even for its names")
    return archive


def _fits(part: _Part, budget: Budget) -> bool:
    """Whether the password given unpacks the first bytes of this folder, as far as they tell."""
    if not part.is_encrypted:
        return True
    info = next((info for info in part.archive.files if info.folder is part.folder), None)
    if info is None:
        return True
    size = min(info.uncompressed, _TEST_BYTES)
    checksum = info.crc32 if size == info.uncompressed else None
    try:
        for _ in part.chunks(0, size, checksum, budget):
            budget.check_time()
    except StopReadingError as error:
        if error.everything:
            raise
        return False
    return True


def _parts(archive: Any) -> dict[int, _Part]:
    """Each folder with the place and size of its packed bytes."""
    streams = archive.header.main_streams
    if streams is None:
        return {}
    found: dict[int, _Part] = {}
    positions = streams.packinfo.packpositions
    number = 0
    for folder in streams.unpackinfo.folders:
        inputs = max((int(coder.get("numinstreams", 1)) for coder in folder.coders), default=1)
        start, end = positions[number], positions[number + inputs]
        found[id(folder)] = _Part(archive, folder, archive.afterheader + start, end - start)
        number += inputs
    return found


def _refuse_costly(folder: Any) -> None:
    """A header may ask for gigabytes of dictionary, or for years of key stretching."""
    for coder in folder.coders:
        method, properties = coder["method"], coder.get("properties") or b""
        wanted = 0
        if method in {_LZMA, _PPMD} and len(properties) >= 5:
            wanted = struct.unpack_from("<I", properties, 1)[0]
        elif method == _LZMA2 and properties:
            bits = properties[0]
            wanted = (2 | (bits & 1)) << (bits // 2 + 11) if bits < 40 else 0xFFFFFFFF
        elif method == _AES and properties and properties[0] & 0x3F > _HARDEST_KEY:
            raise StopReadingError(UnreadReason.TOO_SLOW, "its key would take hours to make")
        if wanted > _DICTIONARY_BYTES:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, f"asks for {wanted} bytes of memory to be unpacked"
            )


def _notes(name: str, shown: str, *, is_second: bool, place: Place) -> Iterator[Unread]:
    provenance = place.provenance.inside("7z", shown)
    if climbs_out(name):
        yield Unread(
            provenance, UnreadReason.CLIMBS_OUT, "its content was searched; never unpack it"
        )
    if is_second:
        yield Unread(
            provenance, UnreadReason.DUPLICATE_NAME, "another member before it has this name"
        )


def _member(info: Any, shown: str, part: _Part | None, place: Place) -> Iterator[Piece]:
    provenance = place.provenance.inside("7z", shown)
    size = int(info.uncompressed or 0)
    if info.emptystream or part is None:
        yield Unread(provenance, UnreadReason.EMPTY, "0 bytes")
        return
    begin = part.given
    part.given += size
    if info.is_symlink or info.is_junction:
        yield Unread(provenance, UnreadReason.LINK, "link inside an archive")
        return
    if part.is_encrypted and part.folder.password is None:
        yield Unread(provenance, UnreadReason.ENCRYPTED, "a password is needed")
        return
    whole = max(int(part.folder.get_unpack_size()), 1)
    yield Member(
        step=Step("7z", shown),
        name=info.filename.rpartition("/")[2],
        chunks=lambda: part.chunks(begin, size, info.crc32, place.budget),
        stored_bytes=max(part.packed_bytes * size // whole, 1),
    )
