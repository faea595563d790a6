"""Ways to make exhibits and to look at what a reader gives."""

import gzip
import io
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chainlead.evidence import (
    Item,
    Limits,
    StreamRead,
    Unread,
    UnreadReason,
    open_exhibit,
    read_file,
)

ADDRESS = b"12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


class Seen:
    """Everything that one exhibit gave, with ways to ask for it."""

    def __init__(self, pieces: list[Item | StreamRead | Unread]) -> None:
        self.items = [p for p in pieces if isinstance(p, Item)]
        self.streams = [p for p in pieces if isinstance(p, StreamRead)]
        self.unread = [p for p in pieces if isinstance(p, Unread)]

    def holding(self, needle: bytes) -> list[Item]:
        return [item for item in self.items if needle in item.data]

    def places(self, needle: bytes) -> list[str]:
        return [str(item.provenance) for item in self.holding(needle)]

    def reasons(self) -> list[tuple[str, UnreadReason]]:
        return [(str(u.provenance), u.reason) for u in self.unread]


def _pieces(path: Path, limits: Limits) -> Iterator[Item | StreamRead | Unread]:
    for entry in open_exhibit(path, "E1").files():
        if isinstance(entry, Unread):
            yield entry
        else:
            yield from read_file(entry, limits)


@pytest.fixture
def read() -> Callable[..., Seen]:
    """Read a whole exhibit."""
    return lambda path, **limits: Seen(list(_pieces(path, Limits(**limits))))


@pytest.fixture
def address() -> bytes:
    return ADDRESS


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    """Members as pairs of name and content, in order; names may repeat."""

    def make(*members: tuple[str, bytes], comment: bytes = b"") -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = comment
            for name, content in members:
                archive.NameToInfo.clear()  # so that a name may occur twice
                archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, 8)
        return buffer.getvalue()

    return make


@pytest.fixture
def make_tar() -> Callable[..., bytes]:
    def make(*members: tuple[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for name, content in members:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    return make


@pytest.fixture
def make_gzip() -> Callable[[bytes], bytes]:
    return lambda content: gzip.compress(content, mtime=0)


@pytest.fixture
def make_wal_pair(tmp_path: Path) -> Callable[..., tuple[bytes, bytes]]:
    """A database whose last rows are only in its log: the bytes of both files."""

    def make(page_size: int = 4096) -> tuple[bytes, bytes]:
        path = tmp_path / f"making-{page_size}.db"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(f"PRAGMA page_size={page_size}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
        connection.execute("INSERT INTO notes VALUES (1, 'in the database')")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO notes VALUES (7, ?)", (ADDRESS.decode(),))
        connection.execute("BEGIN")
        connection.execute("UPDATE notes SET body = 'rolled back' WHERE id = 1")
        connection.execute("ROLLBACK")
        pair = path.read_bytes(), Path(f"{path}-wal").read_bytes()
        connection.close()
        for left in tmp_path.glob("making-*"):
            left.unlink()
        return pair

    return make
