"""Content-addressed files: each is named by the SHA-256 of its bytes and never changes."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from chainlead.errors import BlobMissingError, DiskFullError, StoreError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of write-once files, `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made with the first blob."""
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a blob with this digest lies or would lie.

        Raises:
            BlobMissingError: not a SHA-256, so no file can have this name.
        """
        if not _SHA256.fullmatch(sha256):
            raise BlobMissingError(f"{sha256!r} is not the name of a stored file.")
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep these bytes durably and return their SHA-256.

        Bytes that are already kept are not written again, unless the file was damaged.

        Raises:
            DiskFullError: no space; nothing half-written stays.
            StoreError: the disk refused; nothing half-written stays.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        part = target.with_name(f".{sha256}.part")
        try:
            if target.exists() and target.read_bytes() == content:
                return sha256
            self._make_folder(target.parent)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            if error.errno in _NO_SPACE:
                raise DiskFullError(
                    f"No space for {len(content)} bytes in {self.folder}.",
                    safe="Every act that was finished is kept.",
                ) from error
            raise StoreError(
                f"{self.folder} cannot be written to ({error.strerror}).",
                safe="Every act that was finished is kept.",
                next_step="Check the disk and the rights on the folder, then run it again.",
            ) from error
        return sha256

    def has(self, content: bytes) -> bool:
        """Whether there is a file for these bytes."""
        return self.path(hashlib.sha256(content).hexdigest()).exists()

    def discard(self, sha256: str) -> None:
        """Remove a blob that no act names, because the act could not be recorded."""
        self.path(sha256).unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """The bytes, after checking that they still have this digest.

        Raises:
            BlobMissingError: the file is gone, cannot be read, or its bytes changed.
        """
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissingError(f"The stored file {sha256} is missing.") from error
        except OSError as error:
            raise BlobMissingError(
                f"The stored file {sha256} cannot be read ({error.strerror})."
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobMissingError(
                f"The stored file {sha256} has other bytes than when it was written."
            )
        return content

    def names(self) -> Iterator[str]:
        """The digests of all blobs in the folder, sorted."""
        if self.folder.is_dir():
            for file in sorted(self.folder.glob("*/*")):
                if _SHA256.fullmatch(file.name):
                    yield file.name

    def sweep(self) -> None:
        """Remove half-written files that a crash left."""
        if self.folder.is_dir():
            for file in self.folder.glob("*/.*.part"):
                file.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(self.folder)
        _sync_folder(self.folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
