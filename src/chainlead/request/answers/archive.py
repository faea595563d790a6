"""Zip archives of an answer, unpacked in memory in a locked-up process; nothing is written to disk.

Found in: answers from request portals (a table, PDFs and pictures in one file).
Proof: the central directory; each member's length and checksum.
Limits: no passwords (unpack such an archive by hand and import what is in it); members are hashed
and, unless they are pictures, read. Bounds on depth, number, size and ratio are counted while
unpacking, never taken from what the archive says. Spec: PKWARE APPNOTE 6.3.
"""

import hashlib
import io
import zipfile
import zlib

import msgspec

from chainlead.evidence import LockedWorkError, work_locked
from chainlead.request.answers.form import AnswerLimits, UnreadableError
from chainlead.request.answers.pictures import picture_kind

_CHUNK = 1 << 20
_HEAD = 1024
_OFFICE = ("[Content_Types].xml", "xl/workbook.xml", "mimetype", "word/document.xml")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError,
    RuntimeError, KeyError, IndexError, OverflowError, UnicodeError,
)  # fmt: skip


class Member(msgspec.Struct):
    """One file in an archive; without content where it was only hashed, or could not be read."""

    name: str
    sha256: str
    size_bytes: int
    content: bytes | None = None
    is_kept: bool = False
    note: str = ""


class _Unpacked(msgspec.Struct):
    members: list[Member]
    problem: str = ""


def is_archive(content: bytes) -> bool:
    """Whether the bytes are a zip archive that is not itself a document."""
    if content[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return False
    return not any(name.encode() in content[:4096] for name in _OFFICE) and not _is_office(content)


def _is_office(content: bytes) -> bool:
    tail = content[-(1 << 20) :]
    return b"xl/workbook.xml" in tail or b"[Content_Types].xml" in tail


def unpack(content: bytes, limits: AnswerLimits) -> list[Member]:
    """The members in the order of the archive.

    Raises:
        UnreadableError: no archive, locked with a password, or beyond a limit.
    """

    def work() -> bytes:
        try:
            return msgspec.msgpack.encode(_Unpacked(_members(content, limits)))
        except UnreadableError as error:
            return msgspec.msgpack.encode(_Unpacked([], str(error)))

    try:
        done = work_locked(
            work,
            memory_bytes=limits.memory_bytes + 2 * limits.total_bytes,
            seconds=limits.seconds,
            preload=("zipfile",),
        )
    except LockedWorkError as error:
        raise UnreadableError(error.detail) from error
    unpacked = msgspec.msgpack.decode(done, type=_Unpacked)
    if unpacked.problem:
        raise UnreadableError(unpacked.problem)
    return unpacked.members


def _members(content: bytes, limits: AnswerLimits) -> list[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except _BROKEN as error:
        raise UnreadableError(f"it is damaged ({type(error).__name__})") from error
    if len(entries) > limits.members:
        raise UnreadableError(f"it holds {len(entries)} files; at most {limits.members} are read")
    if entries and all(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("it is locked with a password; unpack it and import what is in it")
    members = []
    total = 0
    for entry in entries:
        member = _member(archive, entry, limits)
        total += member.size_bytes
        if total > limits.total_bytes:
            raise UnreadableError(f"unpacked it has more than {limits.total_bytes} bytes")
        members.append(member)
    return members


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: AnswerLimits) -> Member:
    name = entry.filename
    if entry.flag_bits & 1:
        return Member(name, "", 0, note="It is locked with a password; unpack it by hand.")
    state = hashlib.sha256()
    kept = bytearray()
    size = 0
    is_picture = False
    try:
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                if not size:
                    is_picture = bool(picture_kind(chunk[:_HEAD]))
                size += len(chunk)
                _check(name, size, entry.compress_size, limits)
                state.update(chunk)
                if not is_picture:
                    kept += chunk
    except _BROKEN as error:
        return Member(name, "", size, note=f"It is damaged ({type(error).__name__}).")
    if is_picture:
        note = "A picture or film: never opened; its name and digest are recorded."
        return Member(name, state.hexdigest(), size, is_kept=True, note=note)
    return Member(name, state.hexdigest(), size, bytes(kept))


def _check(name: str, size: int, packed: int, limits: AnswerLimits) -> None:
    if size > limits.file_bytes:
        raise UnreadableError(f"{name!r:.80} in it has more than {limits.file_bytes} bytes")
    if size > limits.ratio_floor_bytes and size > limits.ratio * max(packed, 1):
        raise UnreadableError(
            f"{name!r:.80} in it grows more than {limits.ratio} times when unpacked: "
            "an archive bomb, or a file to be asked for in another form"
        )
