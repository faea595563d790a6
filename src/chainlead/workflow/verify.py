"""Re-perform a case from its journal and stored bytes, and compare every byte with what is there.

Checked in this order: the folder holds what the journal says and nothing else; the journal is
sound and sealed; each stored file has the bytes that its name says; the database is the sealed
one; replaying the journal, from its last purge on, gives the same tables; each trace and draft,
made again, gives the same bytes; the report, made again, gives the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from chainlead import version
from chainlead.custody import Entry, audit_journal, read_entries, read_holder
from chainlead.errors import CaseDamagedError, ChainleadError
from chainlead.store import Blobs, Store, file_seal, long_pass, tables_seal
from chainlead.workflow.case import BLOBS, JOURNAL, KEY, Projection, apply_entry
from chainlead.workflow.case_place import DATABASE, STORE, place_of, schema_of
from chainlead.workflow.plain_files import first_special
from chainlead.workflow.purged import (
    exported_files,
    live_entries,
    purge_sentences,
    purged_blobs,
    purged_files,
)

LOCK = "journal.lock"
REPORTS = "reports"
BUNDLE = "report.json"

ProgressFunction = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was written: where, and what."""

    place: str
    sentence: str


@dataclass(slots=True)
class Verification:
    """What was checked, and every problem found, in the order of the checks."""

    problems: list[Problem] = field(default_factory=list)
    entries: int = 0
    blobs: int = 0
    reperformed: int = 0
    report_files: int = 0
    head: str = ""
    notes: list[str] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(place, sentence))


def verify(folder: Path, progress: ProgressFunction = lambda _step: None) -> Verification:
    """Check the case folder; reads only.

    Raises:
        CaseNotFoundError: there is no journal at all.
    """
    done = Verification()
    try:
        _verify(folder, done, progress)
    except OSError as error:
        named = Path(str(error.filename or folder))
        place = named.name if named.is_relative_to(folder) else str(named)
        done.add(place, f"It cannot be read ({error.strerror}), so the case could not be checked.")
    return done


def _verify(folder: Path, done: Verification, progress: ProgressFunction) -> None:
    special = first_special(folder)
    if special:
        done.add(special, "It is a link or no plain file; nothing of the case was read.")
        return
    progress("journal")
    entries = _check_journal(folder, done)
    progress("files")
    live = live_entries(entries)
    _check_inventory(folder, entries, done)
    _check_key(folder, entries, done)
    _check_blobs(folder, live, done)
    _check_seal(folder, entries, done)
    _check_exported(folder, live, done)
    try:
        done.notes.extend(purge_sentences(entries))
    except (KeyError, TypeError) as error:
        done.add(JOURNAL, f"A purge in it has not the form of one: {error!r}.")
    if done.problems:
        done.notes.append("Not re-performed: the files above have to be right first.")
        return
    progress("replay")
    _reperform(folder, entries, done)


def _check_journal(folder: Path, done: Verification) -> tuple[Entry, ...]:
    path = folder / JOURNAL
    audit = audit_journal(path)
    done.head = audit.head
    done.entries = audit.sound_entries
    if audit.damage:
        done.add(f"{JOURNAL}, line {audit.damage.line}", audit.damage.sentence)
        return ()
    entries = tuple(read_entries(path))
    try:
        exported_files(entries)
    except CaseDamagedError as error:
        done.add(JOURNAL, error.message)
        return ()
    if not entries:
        done.add(JOURNAL, "The journal is empty.")
    elif entries[-1].act != "case.seal":
        done.add(
            f"{JOURNAL}, line {len(entries)}",
            "The last entry is no seal: the end was cut, or a run was interrupted. "
            "Any command that opens the case brings it up to date and seals it.",
        )
    return entries


def _check_inventory(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    if not entries:
        return
    live = live_entries(entries)
    tables = STORE if (folder / STORE).exists() else DATABASE
    known = {JOURNAL, LOCK, tables, KEY, *exported_files(live)}
    known |= {f"{BLOBS}/{name[:2]}/{name}" for entry in live for name in entry.blobs.values()}
    purged = {f"{BLOBS}/{name[:2]}/{name}" for name in purged_blobs(entries)}
    purged |= purged_files(entries)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if name in purged:
            done.add(
                name,
                f"Act {entries[len(entries) - len(live)].seq} purged this file, and it is still there. "
                "Any command that opens the case for writing erases it.",
            )
        elif name not in known:
            done.add(
                name,
                "No journal entry names this file. If a run was interrupted, any command that opens "
                "the case tidies up; otherwise it was put there by somebody.",
            )
    for name in (LOCK, tables, KEY):
        if not (folder / name).is_file():
            done.add(name, "The file is missing.")
    lock = folder / LOCK
    if lock.is_file() and lock.stat().st_size and read_holder(lock) is None:
        done.add(LOCK, "The lock file is empty or says who writes; this one holds something else.")


def _check_key(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    path = folder / KEY
    if entries and path.is_file() and _sha256(path) != entries[0].what.get("key_sha256"):
        done.add(KEY, "These are not the bytes that journal entry 0 names.")


def _check_blobs(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    blobs = Blobs(folder / BLOBS)
    named = {
        sha256: (entry.seq, name)
        for entry in reversed(entries)
        for name, sha256 in entry.blobs.items()
    }
    for sha256, (seq, name) in sorted(named.items(), key=lambda pair: pair[1]):
        path = blobs.path(sha256)
        place = f"{BLOBS}/{sha256[:2]}/{sha256}"
        if not path.is_file():
            done.add(place, f"The file is missing; journal entry {seq} stored it as {name!r}.")
        elif _sha256(path) != sha256:
            done.add(place, f"Its bytes changed since journal entry {seq} stored it as {name!r}.")
        done.blobs += 1


def _check_seal(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    try:
        schema = schema_of(folder)
    except CaseDamagedError as error:
        done.add(STORE, error.message)
        return
    seal = next((entry for entry in reversed(entries) if entry.act == "case.seal"), None)
    if seal is None or "tables_sha256" in seal.what:
        return  # rows are compared when they are replayed
    if schema:
        done.add(
            STORE,
            f"Journal entry {seal.seq} sealed {DATABASE}, and this file says that the tables are on a "
            "server.",
        )
        return
    path = folder / DATABASE
    if not path.is_file():
        return
    if path.stat().st_size != seal.what["size_bytes"]:
        done.add(DATABASE, f"It has another size than journal entry {seal.seq} sealed.")
    elif file_seal(path)["case_db_sha256"] != seal.what["case_db_sha256"]:
        done.add(DATABASE, f"Its bytes changed since journal entry {seal.seq} sealed it.")


def _check_exported(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    for name, sha256 in sorted(exported_files(entries).items()):
        path = folder / name
        if not path.is_file():
            done.add(name, "The exported file is missing.")
        elif _sha256(path) != sha256:
            done.add(name, "Its bytes changed since it was exported.")


def _reperform(folder: Path, entries: tuple[Entry, ...], done: Verification) -> None:
    blobs = Blobs(folder / BLOBS)
    key = (folder / KEY).read_bytes()
    live = live_entries(entries)
    first = len(entries) - len(live)
    export = next((entry for entry in reversed(live) if entry.act == "report.export"), None)
    with Store.in_memory() as store:
        projection = Projection(store, blobs, key)
        for number, entry in enumerate(live, start=first):
            place = f"{JOURNAL}, line {number + 1} ({entry.act})"
            try:
                apply_entry(projection, entry)
                made = tuple(_make_again(projection, entry))
            except ChainleadError as error:
                done.add(place, f"It cannot be done again: {error.message}")
                return
            except Exception as error:  # noqa: BLE001  (anybody may have written this journal)
                done.add(place, _malformed(error))
                return
            for name, content in made:
                done.reperformed += 1
                expected = entry.blobs.get(name) or entry.what.get("files", {}).get(name)
                if hashlib.sha256(content).hexdigest() == expected:
                    continue
                made_by = entry.what.get("version")
                if made_by == version():
                    done.add(place, f"Done again, {name!r} has other bytes.")
                else:
                    done.notes.append(
                        f"{place}: chainlead {made_by} made {name!r}; this is {version()}, and it "
                        "makes other bytes. Run that version to do it again."
                    )
            if entry is export:
                try:
                    _check_report(folder, projection, entries[first:number], entry, done)
                except ChainleadError as error:
                    done.add(place, f"The report cannot be made again: {error.message}")
                except Exception as error:  # noqa: BLE001  (anybody may have written this report)
                    done.add(place, _malformed(error))
        _check_tables(folder, entries, store, done)
    if export is None:
        done.notes.append("No report was exported yet; `chainlead report CASE` makes one.")


def _malformed(error: Exception) -> str:
    return (
        "It cannot be done again: what it holds has not the form of such an act "
        f"({type(error).__name__})."
    )


def _make_again(projection: Projection, entry: Entry) -> Iterator[tuple[str, bytes]]:
    if entry.act == "trace.run":
        from chainlead.workflow.trace import retrace

        yield "result", retrace(projection, entry)
    elif entry.act == "trace_accounts.run":
        from chainlead.workflow.trace_accounts import retrace_accounts

        yield "result", retrace_accounts(projection, entry)
    elif entry.act == "match.run":
        from chainlead.workflow.match import rematch

        yield "result", rematch(projection, entry)
    elif entry.act == "request.draft":
        from chainlead.workflow.request import redraft

        yield from sorted(redraft(projection, entry).items())
    elif entry.act == "answers.import":
        from chainlead.workflow.answers import reimport

        yield "result", reimport(projection, entry)
    elif entry.act == "answer_resume.run":
        from chainlead.workflow.answer_resume import resume_again

        yield "result", resume_again(projection, entry)


def _check_tables(
    folder: Path, entries: tuple[Entry, ...], replayed: Store, done: Verification
) -> None:
    place = place_of(folder)
    with Store.open(place) as kept, long_pass():
        before, after = kept.table_digests(), replayed.table_digests()
    for table in sorted(before):
        if before[table] != after[table]:
            done.add(f"{place.name}, table {table}", "Replaying the journal gives other rows.")
    seal = next((entry for entry in reversed(entries) if entry.act == "case.seal"), None)
    sealed = seal.what.get("tables_sha256") if seal else None
    if seal and sealed and tables_seal(before)["tables_sha256"] != sealed:
        done.add(place.name, f"Its rows are not those that journal entry {seal.seq} sealed.")


def _check_report(
    folder: Path,
    projection: Projection,
    before: tuple[Entry, ...],
    export: Entry,
    done: Verification,
) -> None:
    made_by = export.what.get("version")
    if made_by != version():
        done.notes.append(
            f"The report was made by chainlead {made_by}, this is {version()}: "
            "its bytes are as exported, but were not made again. Run that version to do so."
        )
        return
    from chainlead.workflow.report import build_report

    bundle = msgspec.json.decode((folder / REPORTS / BUNDLE).read_bytes())
    made = build_report(projection, before, bundle["versions"])
    for name, content in sorted(made.items()):
        done.report_files += 1
        if hashlib.sha256(content).hexdigest() != export.what["files"].get(f"{REPORTS}/{name}"):
            done.add(f"{REPORTS}/{name}", "Made again, the file has other bytes.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
