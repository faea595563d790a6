"""`verify` on a pack: check the zip that was handed over, unpack it into a private folder, verify that.

Whoever made the zip may have wanted harm, so nothing of it is believed: names that are no names of a
case's files, links, packed or encrypted members, two members with one name, and sizes that add up to
more than the zip are named and end it before a byte is written. What lies beside the members (headers,
comments, bytes before and behind) is compared with the zip that `pack` writes of the same files.

Limits: the folder lies where temporary files go and is removed at the end; a kill leaves it there,
readable for its owner only. It holds what the zip holds, which is the case with its key.
"""

import errno
import hashlib
import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, cast

from chainlead.errors import CaseError, CaseNotFoundError, DiskFullError
from chainlead.workflow.pack import INSIDE, MANIFEST, write_zip
from chainlead.workflow.verify import Verification, verify

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_CHUNK = 1 << 20
_KIND_BITS = 0o170000
_PLAIN_KINDS = (0, 0o100000)
_ENCRYPTED = 0x1
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAFE = "The pack is as it was, and nothing of it stays unpacked."
_REWRITTEN = 4096
"""A header is written, and written again with its sums; so many bytes may differ in between."""
_BROKEN = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    struct.error,
)


def is_pack(path: Path) -> bool:
    """Whether it is a file, and begins or ends as a zip does."""
    try:
        return path.is_file() and zipfile.is_zipfile(path)
    except (OSError, ValueError):
        return False


def verify_pack(pack: Path, progress: Callable[[str], None] = lambda _step: None) -> Verification:
    """Check a pack and the case in it; the pack is only read.

    Raises:
        CaseNotFoundError: the zip cannot be opened at all.
        CaseError: the system does not let it be read or unpacked.
        DiskFullError: no room to unpack it.
    """
    done = Verification()
    progress("pack")
    with tempfile.TemporaryDirectory(prefix="chainlead-pack-") as name:
        try:
            with zipfile.ZipFile(pack) as zipped:
                done.notes.append(f"SHA-256 of the pack: {_sha256(pack)}")
                _unpack(zipped, pack.stat().st_size, Path(name), done)
        except _BROKEN as error:
            raise CaseNotFoundError(
                f"{pack} is no pack: {str(error).rstrip('.')}.",
                next_step="Compare its SHA-256 with the one that was told, and ask for the pack again.",
            ) from error
        except OSError as error:
            words = f"The pack could not be unpacked ({error.strerror or error})."
            if error.errno not in _NO_SPACE:
                raise CaseError(words, safe=_SAFE) from error
            raise DiskFullError(
                words, safe=_SAFE, next_step="Name a folder with more room in TMPDIR."
            ) from error
        if done.problems:
            done.notes.append("Not unpacked further: the pack has to be right first.")
            return done
        case = Path(name) / INSIDE
        checked = verify(case, progress)
        checked.notes = [*done.notes, *checked.notes]
        if not checked.problems:
            checked.notes.extend(_beside_members(pack, case))
        return checked


def _unpack(zipped: zipfile.ZipFile, size_bytes: int, folder: Path, done: Verification) -> None:
    members = zipped.infolist()
    _check_members(members, size_bytes, done)
    if done.problems:
        return
    manifest = _manifest(zipped, done)
    by_name = {member.filename: member for member in members}
    for name in sorted(manifest.keys() - by_name.keys()):
        done.add(name, f"{MANIFEST} names this file, and the pack does not hold it.")
    for name in sorted(by_name.keys() - manifest.keys() - {MANIFEST}):
        done.add(name, f"{MANIFEST} does not name this file.")
    for name in sorted(manifest.keys() & by_name.keys()):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            sha256 = _copy(zipped, by_name[name], target)
        except _BROKEN:
            sha256 = ""
        if sha256 != manifest[name]:
            done.add(name, f"Its bytes are not those that {MANIFEST} names.")


def _check_members(members: list[zipfile.ZipInfo], size_bytes: int, done: Verification) -> None:
    seen: set[str] = set()
    folders = {
        str(folder) for each in members for folder in PurePosixPath(each.orig_filename).parents
    }
    for member in members:
        shown = ascii(member.orig_filename)[1:-1]
        if not _is_name_of_case(member.orig_filename):
            done.add(shown, "This is no name of a file of a case.")
        elif member.filename in seen or member.filename in folders:
            done.add(shown, "The pack holds two files, or a file and a folder, with this name.")
        elif (member.external_attr >> 16) & _KIND_BITS not in _PLAIN_KINDS:
            done.add(shown, "It is a link or no plain file.")
        elif member.flag_bits & _ENCRYPTED:
            done.add(shown, "It is encrypted; `pack` encrypts nothing.")
        elif member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            done.add(shown, "It is compressed; `pack` stores files as they are.")
        seen.add(member.filename)
    total = sum(member.file_size for member in members)
    if total > size_bytes and not done.problems:
        done.add(
            "pack", f"Its files say that they are {total} bytes, and the zip has {size_bytes}."
        )


def _is_name_of_case(name: str) -> bool:
    path = PurePosixPath(name)
    if name == MANIFEST:
        return True
    plain = name.isascii() and name.isprintable() and "\\" not in name and ":" not in name
    plain = plain and str(path) == name and len(name) < 200 and path.parts[0] == INSIDE
    return plain and 2 <= len(path.parts) <= 8 and ".." not in path.parts


def _manifest(zipped: zipfile.ZipFile, done: Verification) -> Mapping[str, str]:
    try:
        text = zipped.read(MANIFEST).decode()
    except KeyError:
        done.add(MANIFEST, "The pack holds no list of its files.")
        return {}
    except _BROKEN:
        done.add(MANIFEST, "Its bytes changed since it was packed.")
        return {}
    listed: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        found = _LINE.fullmatch(line)
        if found is None or not _is_name_of_case(found.group(2)) or found.group(2) in listed:
            done.add(f"{MANIFEST}, line {number}", "It is not the digest and name of one file.")
        else:
            listed[found.group(2)] = found.group(1)
    return listed


def _copy(zipped: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    digest = hashlib.sha256()
    with zipped.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _beside_members(pack: Path, case: Path) -> Iterator[str]:
    """A sentence if the zip around the files is another than `pack` writes of them."""
    with pack.open("rb") as given:
        made = _Comparison(given)
        write_zip(case, cast("IO[bytes]", made))
        place = made.first_difference()
    if place is not None:
        yield (
            f"The files are right, but the zip around them is not the one that `pack` writes of them: "
            f"byte {place} differs. Its SHA-256 shows whether it is the zip that was handed over."
        )


class _Comparison(io.RawIOBase):
    """Takes what is written, and remembers only where it differs from a file."""

    def __init__(self, given: IO[bytes]) -> None:
        self._given = given
        self._size = given.seek(0, io.SEEK_END)
        self._position = self._end = 0
        self._differing: set[int] = set()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._end}
        self._position = base[whence] + offset
        return self._position

    def write(self, content: bytes) -> int:  # type: ignore[override]  # typeshed's Buffer is wider
        self._given.seek(self._position)
        there = self._given.read(len(content))
        end = self._position + len(content)
        self._differing -= {place for place in self._differing if self._position <= place < end}
        if there != content and len(self._differing) < _REWRITTEN:
            padded = there.ljust(len(content), b"\0")
            pairs = enumerate(zip(content, padded, strict=True), start=self._position)
            here = [place for place, (new, old) in pairs if new != old]
            short = [self._position + len(there)] if len(there) < len(content) else []
            self._differing.update([*here, *short][:_REWRITTEN])
        self._position = end
        self._end = max(self._end, end)
        return len(content)

    def first_difference(self) -> int | None:
        """The first place that differs, or where one of the two ends."""
        places = set(self._differing)
        if self._end != self._size:
            places.add(min(self._end, self._size))
        return min(places, default=None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
