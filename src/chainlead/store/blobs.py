"""Content-addressed files: each is named by the SHA-256 of its bytes and never changes."""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from chainlead.errors import BlobMissingError, DiskFullError


class Blobs:
    """A folder of write-once files, `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made with the first blob."""
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a blob with this digest lies or would lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep these bytes durably and return their SHA-256.

        Raises:
            DiskFullError: no space; nothing half-written stays.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{sha256}.part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DiskFullError(
                    f"No space for {len(content)} bytes in {self.folder}."
                ) from error
            raise
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes, after checking that they still have this digest.

        Raises:
            BlobMissingError: the file is gone or its bytes changed.
        """
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissingError(f"The stored file {sha256} is missing.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobMissingError(
                f"The stored file {sha256} has other bytes than when it was written."
            )
        return content

    def names(self) -> Iterator[str]:
        """The digests of all blobs in the folder, sorted."""
        if self.folder.is_dir():
            for file in sorted(self.folder.glob("*/*")):
                if not file.name.startswith("."):
                    yield file.name

    def sweep(self) -> None:
        """Remove half-written files that a crash left."""
        if self.folder.is_dir():
            for file in self.folder.glob("*/.*.part"):
                file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
