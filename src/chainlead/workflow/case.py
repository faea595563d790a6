"""One open case: its folder, journal, store, blobs and key. Every verb works through it.

An act is written in this order: blobs, journal entry (durable), tables. The tables are a
projection: what a crash left unapplied is applied when the case is opened again, and replaying
the whole journal over the blobs rebuilds every table. The act ``scan.batch`` is applied by
``apply_batch`` in ``workflow/scan.py``; the same holds for every ``<verb>.<step>``.
"""

import hashlib
import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, cast

from chainlead.config import checked_settings, current_user
from chainlead.custody import GENESIS, Clock, Entry, Journal, SystemClock, read_entries
from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    CaseExistsError,
    CaseNotFoundError,
    ChainleadError,
)
from chainlead.store import Blobs, Store
from chainlead.workflow.case_making import JOURNAL, KEY, nothing_half_made, read_key, write_key
from chainlead.workflow.case_place import (
    DATABASE,
    new_schema,
    place_of,
    server_place,
    sweep_places,
    write_store_file,
)
from chainlead.workflow.plain_files import require_plain_files
from chainlead.workflow.purged import erase_purged, live_entries, purge_point

BLOBS = "blobs"
KEY_BYTES = 32

_NOT_APPLIED = frozenset({"case.seal", "case.recover", "case.move_store"})
"""Acts about the case's own files: they change no table."""
_LOOKS = frozenset(
    {
        "report.export",
        "findings.export",
        "page.check",
        "personal_data.disclose",
        "personal_data.consult",
    }
)
"""Acts that tell of a look or an export: what the case says is the same after them."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What an applier may use: the tables to fill, the stored bytes, and the case's key."""

    store: Store
    blobs: Blobs
    key: bytes


class _Applier(Protocol):
    def __call__(self, projection: Projection, entry: Entry) -> None: ...


class BeforeAct(Protocol):
    """Looks at an act before it is done, and raises a named error to refuse it."""

    def __call__(self, act: str, what: Mapping[str, Any], /) -> None:
        """See the class."""


def apply_entry(projection: Projection, entry: Entry) -> None:
    """Write one act into the tables, once, with the mark that it is applied."""
    if entry.act in _NOT_APPLIED:
        return
    verb, _, step = entry.act.partition(".")
    try:
        module = importlib.import_module(f"chainlead.workflow.{verb}")
        applier = cast("_Applier", getattr(module, f"apply_{step}"))
    except (ImportError, AttributeError) as error:
        raise CaseDamagedError(
            f"Journal entry {entry.seq} is the act {entry.act!r}, which this chainlead does not know.",
            next_step="Open the case with the chainlead version that wrote it.",
        ) from error
    with projection.store.transaction():
        applier(projection, entry)
        marks = (("applied_seq", str(entry.seq)), ("applied_digest", entry.digest))
        rows = [{"name": name, "text": value} for name, value in marks]
        projection.store.insert("meta", rows, replace=True)


class Case:
    """An open case. Use it as a context manager; closing a written case seals it."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        key: bytes,
        journal: Journal | None,
        entries: tuple[Entry, ...],
    ) -> None:
        """Use `create`, `open_to_read` or `open_to_write` instead."""
        self.folder = folder
        self.store = store
        self.blobs = Blobs(folder / BLOBS)
        self.key = key
        self._journal = journal
        self._read_entries = entries
        self._dirty = False
        self._unapplied = False
        self._closed = False
        self.before_act: BeforeAct | None = None
        """Called with each act before anything of it is kept; it may refuse. See `concurrency.py`."""

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        key: bytes,
        settings: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        who: str = "",
        database: str = "",
    ) -> Self:
        """Make a case folder and open it for writing.

        Args:
            folder: a path that does not exist, or an empty folder.
            key: 32 random bytes; fingerprints of secrets are made under it.
            settings: values for `config.SETTINGS`.
            clock: where times come from; this machine's clock if left out.
            who: the person who works; the system's user if left out.
            database: URL of the PostgreSQL server that keeps the tables, as `config.database_url`
                gives it; a file in the folder keeps them if left out.

        Raises:
            CaseExistsError: the folder is not empty.
            ConfigError: a setting is wrong, or the URL is.
            CaseError: the folder cannot be made or written to; nothing was made.
            DiskFullError: no space; nothing was made.
            DatabaseAwayError, DatabaseRefusedError: the server cannot be used; nothing was made.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a case key is {KEY_BYTES} bytes")
        checked = checked_settings(settings or {})
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CaseExistsError(f"{folder} is not empty.")
        key_sha256 = hashlib.sha256(key).hexdigest()
        schema = new_schema(database, key_sha256) if database else ""
        with nothing_half_made(folder):
            write_key(folder, key)
            return cls._make(
                folder, key, clock=clock or SystemClock(), who=who or current_user(),
                server=(database, schema), what={"settings": checked, "key_sha256": key_sha256},
            )  # fmt: skip

    @classmethod
    def _make(
        cls,
        folder: Path,
        key: bytes,
        *,
        clock: Clock,
        who: str,
        server: tuple[str, str],
        what: Mapping[str, Any],
    ) -> Self:
        """Make journal and tables in a folder that holds the key."""
        database, schema = server
        journal = Journal(folder / JOURNAL, clock, who)
        try:
            if schema:
                write_store_file(folder, schema)
            place = server_place(database, schema) if schema else place_of(folder)
            case = cls(folder, Store.open(place, write=True), key, journal, ())
        except BaseException:
            journal.close()
            raise
        try:
            case.act("case.new", what=what)
        except BaseException:
            with suppress(ChainleadError):
                case.close()
            raise
        return case

    @classmethod
    def open_to_write(cls, folder: Path, *, clock: Clock | None = None, who: str = "") -> Self:
        """Open for writing, and finish what a crash left undone.

        Raises:
            CaseNotFoundError: no case there.
            CaseBusyError: another process writes to it.
            JournalDamagedError, CaseDamagedError: a file is not what was written.
        """
        _require_case(folder)
        journal = Journal(folder / JOURNAL, clock or SystemClock(), who or current_user())
        store = None
        try:
            place = place_of(folder)
            interrupted = place.was_interrupted()
            store = Store.open(place, write=True)
            case = cls(folder, store, read_key(folder), journal, ())
            case.blobs.sweep()
            sweep_places(folder)
            case._recover(journal.torn, interrupted=interrupted or store.was_upgraded)
        except BaseException:
            journal.close()
            if store is not None:
                store.close()
            raise
        return case

    @classmethod
    def open_to_read(cls, folder: Path) -> Self:
        """Open for reading. A case that a crash left unfinished is first brought up to date.

        Raises:
            CaseNotFoundError: no case there.
            JournalDamagedError, CaseDamagedError: a file is not what was written.
        """
        _require_case(folder)
        entries = tuple(read_entries(folder / JOURNAL))
        leftovers = _unnamed(Blobs(folder / BLOBS), entries)
        place = place_of(folder)
        interrupted = place.was_interrupted()
        if interrupted or leftovers or not entries or entries[-1].act != "case.seal":
            with suppress(CaseBusyError):  # a run is under way: show what it has finished
                cls.open_to_write(folder).close()
            entries = tuple(read_entries(folder / JOURNAL))
        store = Store.open(place)
        if _is_behind(
            store, entries
        ):  # the server lost its last moment, or older tables were put back
            store.close()
            with suppress(CaseBusyError):
                cls.open_to_write(folder).close()
            entries = tuple(read_entries(folder / JOURNAL))
            store = Store.open(place)
        return cls(folder, store, read_key(folder), None, entries)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Inside, the tables are read where a long look holds nobody up who wants to write."""
        store = self.store
        with store.apart() as apart:
            self.store = apart
            try:
                yield
            finally:
                self.store = store

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal, first entry to last; from the last purge on, where the case was purged."""
        return live_entries(self.history)

    @property
    def history(self) -> tuple[Entry, ...]:
        """The whole journal, with the acts whose content was purged."""
        return self._journal.entries if self._journal else self._read_entries

    @property
    def settings(self) -> dict[str, str]:
        """The case's settings as they are now."""
        return {row["name"]: row["text"] for row in self.store.rows("settings")}

    @property
    def who(self) -> str:
        """The person in whose name acts are recorded."""
        if self._journal is None:
            raise RuntimeError("this case is open for reading only")
        return self._journal.who

    def now(self) -> datetime:
        """The moment, from the case's clock: for dates that an act keeps."""
        if self._journal is None:
            raise RuntimeError("this case is open for reading only")
        return self._journal.now()

    def act(
        self,
        act: str,
        *,
        why: str = "",
        what: Mapping[str, Any] | None = None,
        blobs: Mapping[str, bytes] | None = None,
    ) -> Entry:
        """Do one act: keep its blobs, write it in the journal, apply it to the tables.

        Args:
            act: `<verb>.<step>`; `workflow/<verb>.py` has `apply_<step>(projection, entry)`.
            why: the person's reason, where one was given.
            what: parameters; JSON values only, no secret, no float.
            blobs: bytes to keep, under names that the applier uses.
        """
        if self._journal is None:
            raise RuntimeError("this case is open for reading only")
        if self._unapplied:
            raise CaseError(
                "The act before this one is recorded, but the tables do not hold it yet.",
                next_step="Run the command again: opening the case brings the tables up to date.",
            )
        if self.before_act is not None:
            self.before_act(act, what or {})
        self.store.prepare_to_write()
        kept: dict[str, str] = {}
        new: list[str] = []
        try:
            for name, content in (blobs or {}).items():
                if not self.blobs.has(content):
                    new.append(hashlib.sha256(content).hexdigest())
                kept[name] = self.blobs.put(content)
            entry = self._journal.append(act, why=why, what=what, blobs=kept)
        except ChainleadError:
            for sha256 in new:  # an act is recorded in full or not at all
                self.blobs.discard(sha256)
            raise
        self._dirty = self._unapplied = True
        apply_entry(self.projection, entry)
        self._unapplied = False
        return entry

    def erase(self, act: str, *, why: str, what: Mapping[str, Any]) -> Entry:
        """Do the act that erases the content of every act before it; see `workflow/purge.py`."""
        if self._journal is None:
            raise RuntimeError("this case is open for reading only")
        if self.before_act is not None:
            self.before_act(act, what)
        entry = self._journal.append(act, why=why, what=what)
        self._dirty = True
        self._finish_erasure()
        return entry

    def _finish_erasure(self) -> None:
        """Erase what the last purge names, and make the tables anew from it on."""
        point = purge_point(self.history)
        if not point:
            return
        erase_purged(self.folder, self.folder / BLOBS, self.history)
        mark = self.store.lookup("meta", name="applied_seq")
        if mark and int(mark["text"]) >= point:
            return
        self.store = self.store.start_anew()
        self.store.prepare_to_write()
        for entry in self.history[point:]:
            apply_entry(self.projection, entry)

    @property
    def projection(self) -> Projection:
        """What appliers and readers need of this case."""
        return Projection(self.store, self.blobs, self.key)

    def _recover(self, torn: bytes, *, interrupted: bool) -> None:
        self._finish_erasure()
        mark = self.store.lookup("meta", name="applied_seq")
        applied = int(mark["text"]) if mark else -1
        entries = self.history
        if applied >= len(entries):
            raise CaseDamagedError(
                f"The tables hold act {applied}, but the journal ends at {len(entries) - 1}: "
                "its end was cut.",
            )
        digest = self.store.lookup("meta", name="applied_digest")
        if digest and entries[applied].digest != digest["text"]:
            raise CaseDamagedError(f"Journal entry {applied} is not the one that the tables hold.")
        if not entries:
            raise CaseDamagedError(
                "The making of this case was interrupted; it holds nothing yet.",
                next_step="Remove the folder and make the case again.",
            )
        pending = [e for e in entries[applied + 1 :] if e.act not in _NOT_APPLIED]
        unfinished = _unnamed(self.blobs, entries)
        sealed = entries[-1].act == "case.seal"
        if sealed and not (pending or torn or unfinished or interrupted):
            return
        self.store.prepare_to_write()  # and with that any side file that a kill left is finished
        for entry in pending:
            apply_entry(self.projection, entry)
        assert self._journal is not None
        kept = {f"unfinished_{n:04}": sha256 for n, sha256 in enumerate(unfinished, start=1)}
        if torn:
            kept["torn"] = self.blobs.put(torn)
        what = {"applied_entries": len(pending), "torn_bytes": len(torn)}
        self._journal.append("case.recover", what=what, blobs=kept)
        self._dirty = True

    def close(self) -> None:
        """Close; a case that was written to is sealed with the digest of its database."""
        if self._closed:
            return
        self._closed = True
        if self._journal is None:
            self.store.close()
            return
        try:
            if self._unapplied:  # the tables wait for the next opening
                self.store.close(settle=True)
                return
            seal = self.store.seal()
            if self._dirty and seal is not None:
                self._journal.append("case.seal", what=seal)
        finally:
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def apply_new(projection: Projection, entry: Entry) -> None:
    """`case.new`: the settings."""
    rows = [{"name": name, "text": value} for name, value in entry.what["settings"].items()]
    projection.store.insert("settings", rows)


def apply_set(projection: Projection, entry: Entry) -> None:
    """`case.set`: one setting changed."""
    projection.store.insert("settings", [dict(entry.what)], replace=True)


def set_setting(case: Case, name: str, value: str, *, why: str = "") -> None:
    """Change one setting of the case.

    Raises:
        ConfigError: no such setting, or a value that it cannot have.
    """
    checked_settings({name: value})
    case.act("case.set", why=why, what={"name": name, "text": value})


def content_entries(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries that changed what the case says: without seals, recoveries, exports and looks."""
    return tuple(e for e in entries if e.act not in _NOT_APPLIED and e.act not in _LOOKS)


def content_head(entries: tuple[Entry, ...]) -> str:
    """The digest of the last entry that changed what the case says."""
    content = content_entries(entries)
    return content[-1].digest if content else GENESIS


def _require_case(folder: Path) -> None:
    if not (folder / JOURNAL).is_file() or not (folder / KEY).is_file():
        raise CaseNotFoundError(f"{folder} holds no case.")
    require_plain_files(folder)


def _is_behind(store: Store, entries: tuple[Entry, ...]) -> bool:
    mark = store.lookup("meta", name="applied_seq")
    last = next((e.seq for e in reversed(entries) if e.act not in _NOT_APPLIED), -1)
    return last > (int(mark["text"]) if mark else -1)


def _unnamed(blobs: Blobs, entries: tuple[Entry, ...]) -> list[str]:
    """Stored files of acts that a crash kept from being recorded."""
    named = {sha256 for entry in entries for sha256 in entry.blobs.values()}
    return [sha256 for sha256 in blobs.names() if sha256 not in named]


__all__ = [
    "DATABASE", "JOURNAL", "KEY", "Case", "Projection", "apply_entry", "content_entries",
    "content_head",
]  # fmt: skip
