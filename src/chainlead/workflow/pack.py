"""`pack`: the whole case folder as one zip that anybody can open and check.

The zip is deterministic: the folder `case` with its names sorted, no times, no compression, and
beside it MANIFEST.sha256 in the form that `sha256sum -c` reads. The same case gives the same bytes. Packing is no act: it writes nothing
into the case, so that the pack of a case is the case as it was last sealed. The pack holds the
case's key, because without it the case cannot be replayed; hand it over as you would the case.

The tables of a case on a team's server are in the zip as `case.db`, made from them: whoever gets it
needs no server, and the last seal, which is over the rows, holds for that file too. `journal.lock`
is empty in it.

Limits: stored, not compressed, because compressors differ between machines.
"""

import errno
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chainlead.config import current_user
from chainlead.custody import Journal, SystemClock
from chainlead.errors import CaseBusyError, CaseDamagedError, DiskFullError, ReportError
from chainlead.store import SqliteFile, Store, copy_tables
from chainlead.workflow.case import BLOBS, JOURNAL, Case
from chainlead.workflow.case_place import DATABASE, STORE, place_of, schema_of

MANIFEST = "MANIFEST.sha256"
INSIDE = "case"
LOCK = "journal.lock"
_CHUNK = 1 << 20
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Packed:
    """The zip, its SHA-256 and size, and how many files of the case it holds."""

    path: Path
    sha256: str
    size_bytes: int
    file_count: int


def pack_case(folder: Path, target: Path | None = None, *, replace: bool = False) -> Packed:
    """Write the case as one zip.

    Args:
        folder: the case folder. A case that a crash left unfinished is first brought up to date.
        target: the zip; beside the case folder, named like it, if left out.
        replace: overwrite an existing file that has other bytes.

    Raises:
        CaseNotFoundError: no case there.
        CaseBusyError: another process writes to it.
        CaseDamagedError: the folder holds something that is no plain file, or a stored file changed.
        ReportError: the target exists or lies inside the case.
        DiskFullError: no space for the zip; nothing half-written stays.
    """
    Case.open_to_read(folder).close()
    home = folder.resolve()
    zip_path = target or home.with_name(f"{home.name}.zip")
    if zip_path.resolve().is_relative_to(home):
        raise ReportError(
            "A pack cannot lie inside the case that it packs.",
            next_step="Give another place with --out.",
        )
    if not zip_path.parent.is_dir():
        raise ReportError(
            f"The pack could not be written to {zip_path}: No such file or directory.",
            next_step="Give a place that exists and that you may write to with --out.",
        )
    part = zip_path.with_name(f".{zip_path.name}.part")
    tables = SqliteFile(zip_path.with_name(f".{zip_path.name}.db.part"))
    try:
        with _held(home):
            count = _write(home, part, _fetched(home, tables))
        if zip_path.exists() and not replace and _sha256(zip_path) != _sha256(part):
            raise ReportError(
                f"{zip_path} exists and holds something else; it stays as it is.",
                next_step="Give another place with --out, or overwrite it with --replace.",
            )
        part.replace(zip_path)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.EROFS, errno.EISDIR}:
            raise ReportError(
                f"The pack could not be written to {zip_path}: {error.strerror}.",
                next_step="Give a place that exists and that you may write to with --out.",
            ) from error
        raise DiskFullError(f"The pack could not be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # what could not be made there need not be removed
            part.unlink(missing_ok=True)
            tables.erase()
    return Packed(zip_path, _sha256(zip_path), zip_path.stat().st_size, count)


@contextmanager
def _held(home: Path) -> Iterator[None]:
    """Nobody writes meanwhile: by the journal's lock, or, where nobody may write here, by a look at it."""
    journal = home / JOURNAL
    if os.access(journal, os.W_OK):
        with Journal(journal, SystemClock(), current_user()):
            yield
        return
    before = _sha256(journal)
    yield
    if _sha256(journal) != before:
        raise CaseBusyError(f"Another run writes to {home}; nothing was packed.")


def _fetched(home: Path, target: SqliteFile) -> Path | None:
    """The tables as a file, where the case keeps them on a server."""
    if not schema_of(home):
        return None
    target.erase()
    assert target.path
    with Store.open(place_of(home)) as source, Store.open(target, write=True) as copy:
        copy_tables(source, copy)
        copy.close(settle=True)
    return target.path


def _named(home: Path, tables: Path | None) -> list[tuple[str, Path]]:
    """Every file of the pack by its name, sorted."""
    files = dict(_files(home))
    if tables:
        del files[STORE]
        files[DATABASE] = tables
    return sorted(files.items())


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the case, by its name inside the folder."""
    for path in sorted(home.rglob("*"), key=lambda path: path.relative_to(home).as_posix()):
        name = path.relative_to(home).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise CaseDamagedError(f"{name} is no plain file; a case holds only plain files.")
        if path.is_file():
            yield name, path


def _write(home: Path, part: Path, tables: Path | None) -> int:
    with part.open("wb") as raw:
        count = write_zip(home, raw, tables)
        raw.flush()
        os.fsync(raw.fileno())
    return count


def write_zip(home: Path, raw: IO[bytes], tables: Path | None = None) -> int:
    """Write the zip of a case into a file that can seek; returns how many files it holds.

    Args:
        home: the case folder.
        raw: where it goes.
        tables: a file that holds the tables, where the case keeps them on a server.

    Raises:
        CaseDamagedError: the folder holds something that is no plain file, or a stored file changed.
    """
    lines: list[str] = []
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as made:
        for name, path in _named(home, tables):
            inside = f"{INSIDE}/{name}"
            digest = _add(made, inside, path) if name != LOCK else _add_empty(made, inside)
            if name.startswith(f"{BLOBS}/") and path.name != digest:
                raise CaseDamagedError(f"{name} is not the file that was stored.")
            lines.append(f"{digest}  {inside}\n")
        made.writestr(_entry(MANIFEST), "".join(lines))
    return len(lines)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def _add(made: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    entry = _entry(name)
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, made.open(entry, "w") as member:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _add_empty(made: zipfile.ZipFile, name: str) -> str:
    made.writestr(_entry(name), b"")
    return hashlib.sha256(b"").hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
