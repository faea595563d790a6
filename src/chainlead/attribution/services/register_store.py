"""The unit's snapshots of registers: each content once, by its digest, with what changed and when.

Layout, below the unit's folder: `registers/<register>/originals/<sha256>` (the file as it came, if it
is small), `snapshots/<sha256>.json` (its entries) and `history/<number>.json` (one per import that
changed something: when, by whom, from which file, what was added, removed and changed).
A file with the same entries changes nothing. Nothing is ever overwritten.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from chainlead.attribution.services.register import (
    HEAD_BYTES,
    RegisterEntry,
    RegisterForm,
    RegisterReading,
    Wanted,
    entry_document,
    entry_from_document,
    lookup_register_form,
)
from chainlead.errors import AttributionError, PackInvalidError
from chainlead.model import moment_to_text

_KEPT_WHOLE_BYTES = 16 * 1024 * 1024
_PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that a new snapshot has differently: `added`, `removed` or `changed`."""

    kind: str
    key: str
    name: str
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a register.

    Attributes:
        number: counts the imports that changed something, from 1.
        content_sha256: of the entries; `source_sha256` is of the file.
        changes: against the snapshot that was current before.
    """

    register: str
    form: str
    number: int
    imported_at: str
    by: str
    source_name: str
    source_sha256: str
    content_sha256: str
    as_of: date | None
    entry_count: int
    problems: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RegisterImport:
    """What became of a file: `imported`, `known` (the same entries), or `older` (kept, not current)."""

    state: str
    snapshot: Snapshot
    row_count: int
    problems: tuple[str, ...]


class RegisterStore:
    """All snapshots below one folder."""

    def __init__(self, folder: Path) -> None:
        """Use the unit's folder; it is made at the first import."""
        self._folder = folder / "registers"

    def registers(self) -> tuple[str, ...]:
        """Names of the registers that were imported, sorted."""
        if not self._folder.is_dir():
            return ()
        return tuple(
            sorted(each.name for each in self._folder.iterdir() if (each / "history").is_dir())
        )

    def history(self, register: str) -> tuple[Snapshot, ...]:
        """All snapshots of a register, in the order they came.

        Raises:
            AttributionError: a file of the history cannot be read.
        """
        files = sorted((self._folder / register / "history").glob("*.json"))
        return tuple(_snapshot(file) for file in files)

    def current(self, register: str, *, day: date | None = None) -> Snapshot | None:
        """The snapshot that speaks for the newest day, or for the newest day up to a given one."""
        known = [
            each
            for each in self.history(register)
            if day is None or (each.as_of is not None and each.as_of <= day)
        ]
        return max(known, key=lambda each: (each.as_of or date.min, each.number), default=None)

    def entries(self, snapshot: Snapshot) -> tuple[RegisterEntry, ...]:
        """The entries of a snapshot.

        Raises:
            AttributionError: the file is missing, or its bytes are not those that were written.
        """
        path = self._folder / snapshot.register / "snapshots" / f"{snapshot.content_sha256}.json"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise AttributionError(
                f"The snapshot {path.name} of {snapshot.register} cannot be read: {error.strerror}.",
                next_step="Restore it from a copy of the unit's folder, or import the register again.",
            ) from error
        if hashlib.sha256(content).hexdigest() != snapshot.content_sha256:
            raise AttributionError(
                f"The snapshot {path.name} of {snapshot.register} is not what was written.",
                next_step="Restore it from a copy of the unit's folder.",
            )
        return tuple(entry_from_document(each) for each in msgspec.json.decode(content))

    def add(
        self, path: Path, *, imported_at: datetime, by: str, wanted: Wanted | None = None
    ) -> RegisterImport:
        """Import a file.

        Args:
            path: a file of a form that is known.
            imported_at: this moment, aware.
            by: who imports.
            wanted: for registers that are too long to keep whole; all lines if left out.

        Raises:
            PackInvalidError: the file is of no known form, or does not follow it.
        """
        try:
            with path.open("rb") as file:
                form, reading, digest, original = _read(path.name, file, wanted or _everything)
        except OSError as error:
            raise PackInvalidError(f"{path.name} cannot be read: {error.strerror}.") from error
        return self._keep(
            path.name, form, reading, digest, original, imported_at=imported_at, by=by
        )

    def _keep(
        self,
        name: str,
        form: RegisterForm,
        reading: RegisterReading,
        digest: str,
        original: bytes | None,
        *,
        imported_at: datetime,
        by: str,
    ) -> RegisterImport:
        before = self.current(form.register)
        old = {each.key: each for each in self.entries(before)} if before else {}
        new = {each.key: each for each in reading.entries}
        if not reading.is_complete:
            new = {**old, **{k: e for k, e in new.items() if k not in old or _is_newer(e, old[k])}}
        content = _encode([entry_document(new[key]) for key in sorted(new)])
        content_sha256 = hashlib.sha256(content).hexdigest()
        problems = reading.problems
        is_older = (
            before is not None
            and reading.is_complete
            and (reading.as_of or date.min) < (before.as_of or date.min)
        )
        for known in self.history(form.register):
            if known.content_sha256 == content_sha256 and (known == before or is_older):
                return RegisterImport("known", known, reading.row_count, problems)
        snapshot = Snapshot(
            register=form.register,
            form=form.form,
            number=0,
            imported_at=moment_to_text(imported_at),
            by=by,
            source_name=name,
            source_sha256=digest,
            content_sha256=content_sha256,
            as_of=reading.as_of if reading.is_complete else _latest(reading.as_of, before),
            entry_count=len(new),
            problems=problems,
            changes=tuple(_changes(old, new)) if before else (),
        )
        room = self._folder / form.register
        if original is not None:
            _write_once(room / "originals" / digest, original)
        _write_once(room / "snapshots" / f"{content_sha256}.json", content)
        kept = _append(room / "history", snapshot)
        return RegisterImport(
            "older" if is_older else "imported", kept, reading.row_count, problems
        )


def _read(
    name: str, file: BinaryIO, wanted: Wanted
) -> tuple[RegisterForm, RegisterReading, str, bytes | None]:
    head = file.read(HEAD_BYTES)
    form = lookup_register_form(name, head)
    if form is None:
        raise PackInvalidError(
            f"{name} is no file of a register that is known.",
            next_step="docs/howto/import-registers.md lists the registers and their files.",
        )
    file.seek(0)
    digest = hashlib.sha256()
    size_bytes = 0
    while part := file.read(_PART):
        digest.update(part)
        size_bytes += len(part)
    file.seek(0)
    original = file.read() if size_bytes <= _KEPT_WHOLE_BYTES else None
    stream: BinaryIO = io.BytesIO(original) if original is not None else file
    stream.seek(0)
    return form, form.read(name, stream, wanted), digest.hexdigest(), original


def _everything(lei: str, legal_name: str) -> bool:  # noqa: ARG001  (the shape of Wanted)
    return True


def _is_newer(entry: RegisterEntry, known: RegisterEntry) -> bool:
    return (entry.updated or date.min) >= (known.updated or date.min)


def _latest(as_of: date | None, before: Snapshot | None) -> date | None:
    days = [day for day in (as_of, before.as_of if before else None) if day]
    return max(days, default=None)


def _changes(old: dict[str, RegisterEntry], new: dict[str, RegisterEntry]) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            yield Change("removed", key, old[key].legal_name, {})
        elif key not in old:
            yield Change("added", key, new[key].legal_name, {})
        elif old[key] != new[key]:
            before, after = entry_document(old[key]), entry_document(new[key])
            differing = {
                name: (before.get(name), after.get(name))
                for name in sorted(before.keys() | after.keys())
                if before.get(name) != after.get(name)
            }
            yield Change("changed", key, new[key].legal_name, differing)


def _encode(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"


def _write_once(path: Path, content: bytes) -> None:
    """Write beside the place, then move there: a crash leaves no half file."""
    if not path.exists():
        _written_beside(path, content).replace(path)


def _written_beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    return Path(part.name)


def _append(folder: Path, snapshot: Snapshot) -> Snapshot:
    """The next number that is free: two imports at once get two numbers, and nobody reads half."""
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*.json")))
    while True:
        number += 1
        numbered = replace(snapshot, number=number)
        place = folder / f"{number:06d}.json"
        part = _written_beside(place, _encode(numbered))
        try:
            place.hardlink_to(part)
        except FileExistsError:
            continue
        finally:
            part.unlink()
        return numbered


def _snapshot(file: Path) -> Snapshot:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Snapshot)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise AttributionError(
            f"{file.name} of the history of {file.parent.parent.name} cannot be read: {error}.",
            next_step="Restore it from a copy of the unit's folder.",
        ) from error
