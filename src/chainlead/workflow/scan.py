"""Scan exhibits: read every file, record findings, the manifest and what could not be read.

Acts: `scan.begin` (which exhibit, how), one `scan.batch` for each group of files, before it one
`scan.part` for each part of a large file, `scan.finish` (digest and sums). Groups and parts follow
from the sorted list of files and from the files alone, never from time or from the number of
workers, so a scan that was killed and resumed leaves the same tables as one that ran through. The
only column that may differ is `exhibits.journal_seq`, which points into the journal as it is.
"""

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from chainlead.custody import Entry
from chainlead.errors import ExhibitChangedError, ExhibitNotFoundError
from chainlead.evidence import (
    NO_PASSWORDS,
    Cut,
    Exhibit,
    ExhibitFile,
    Journey,
    Limits,
    Passwords,
    Unread,
    changed_note,
    has_changed,
    hash_file,
    open_exhibit,
    readable_name,
)
from chainlead.model import Provenance
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.scan_messages import SetUp
from chainlead.workflow.scan_order import Job, read_in_order
from chainlead.workflow.scan_pool import get_pool
from chainlead.workflow.scan_rows import (
    PART_BYTES,
    SEPARATOR,
    Row,
    Rows,
    joined,
    location_of,
    unread_rows,
    with_note,
)
from chainlead.workflow.scan_summary import ExhibitScan, summarise
from chainlead.workflow.skip_hashes import describe_skip_list, with_skip_list

if TYPE_CHECKING:
    from chainlead.findings import Knowledge

BATCH_FILES = 64
BATCH_BYTES = 64 << 20
DEFAULT_WORKERS = 2

Progress = Callable[[int, int], None]
_Listed = ExhibitFile | Unread


@dataclass(frozen=True, slots=True)
class _Readers:
    """How files are read: none of it changes what is found in a file that nothing is wrong with."""

    limits: Limits
    workers: int
    passwords: Passwords


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan came to, exhibit by exhibit."""

    exhibits: tuple[ExhibitScan, ...] = field(default=())

    @property
    def has_unread(self) -> bool:
        """Whether anything could not be read."""
        return any(scan.unread for scan in self.exhibits)


def scan(
    case: Case,
    paths: Sequence[Path],
    *,
    names: Sequence[str] | None = None,
    limits: Limits | None = None,
    services: Sequence[str] = (),
    passwords: Passwords = NO_PASSWORDS,
    workers: int = DEFAULT_WORKERS,
    progress: Progress | None = None,
) -> ScanResult:
    """Scan exhibits into a case, or go on where a scan stopped.

    Args:
        case: open for writing.
        paths: files or folders.
        names: a name for each path; E1, E2, … in order of first scan if left out.
        limits: how far to go into each file.
        services: YAML texts with further services, in the form of `findings/data/services.yaml`;
            they are kept with the scan.
        passwords: tried on what is encrypted; never kept.
        workers: processes that read and search; 0 works in this process. The result is the same.
        progress: called with bytes done and bytes in all, for each exhibit.

    Raises:
        ExhibitNotFoundError: nothing is at a path; no exhibit was begun.
        ExhibitChangedError: an exhibit differs from what an unfinished scan has read of it.
        ConfigError: a text of services is not such a table; nothing was begun.
        ValueError: a name is taken, or there are not as many names as paths.
    """
    if services:
        from chainlead.findings import load_knowledge

        load_knowledge(tuple(services))
    if names is not None and len(names) != len(paths):
        raise ValueError("give one name for each exhibit")
    chosen = _choose_names(case, paths, names)
    opened = [open_exhibit(path, name) for path, name in zip(paths, chosen, strict=True)]
    done = [
        _scan_one(
            case,
            exhibit,
            _Readers(limits or Limits(), workers, passwords),
            services,
            progress or (lambda _done, _total: None),
        )
        for exhibit in dict.fromkeys(opened)
    ]
    return ScanResult(tuple(done))


def exhibit_path(case: Case, exhibit: str) -> Path:
    """Where an exhibit of this case lies, as it was given; its absolute path if that is gone.

    Raises:
        ExhibitNotFoundError: the case has no exhibit of this name.
    """
    for entry in reversed(case.entries):
        if entry.act == "scan.begin" and entry.what["exhibit"] == exhibit:
            absolute = Path(entry.what["absolute_path"])
            return absolute if absolute.exists() else Path(entry.what["path"])
    raise ExhibitNotFoundError(
        f"The case has no exhibit {exhibit}.", next_step="See its exhibits with `chainlead next`."
    )


def scan_knowledge(case: Case, exhibit: str) -> "Knowledge":
    """The tables that the scan of an exhibit looks into: the built-in ones and those given to it."""
    from chainlead.findings import load_knowledge

    begun = _acts(case, "scan.begin", exhibit)
    named = sorted(begun[-1].blobs.items()) if begun else []
    return load_knowledge(tuple(case.blobs.get(sha256).decode() for _name, sha256 in named))


def _choose_names(case: Case, paths: Sequence[Path], names: Sequence[str] | None) -> list[str]:
    begun = {e.what["absolute_path"]: e.what["exhibit"] for e in _acts(case, "scan.begin")}
    taken = {name: path for path, name in begun.items()}
    chosen: list[str] = []
    for number, path in enumerate(paths):
        absolute = _absolute(path)
        if absolute in begun:
            name = begun[absolute]
            if names is not None and names[number] != name:
                raise ValueError(f"{path} is exhibit {name} of this case already")
        elif names is not None:
            name = readable_name(names[number].strip())
            if not name or name in taken:
                raise ValueError(f"the exhibit name {name!r} is empty or taken")
        else:
            free = 1
            while f"E{free}" in taken:
                free += 1
            name = f"E{free}"
        begun[absolute] = name
        taken[name] = absolute
        chosen.append(name)
    return chosen


def _absolute(path: Path) -> str:
    return readable_name(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow links)


def _acts(case: Case, act: str, exhibit: str = "") -> list[Entry]:
    return [
        entry
        for entry in case.entries
        if entry.act == act and (not exhibit or entry.what["exhibit"] == exhibit)
    ]


def _scan_one(
    case: Case,
    exhibit: Exhibit,
    readers: _Readers,
    services: Sequence[str],
    progress: Progress,
) -> ExhibitScan:
    if _acts(case, "scan.finish", exhibit.name):
        return summarise(case, exhibit.name, "done before")
    listed = list(exhibit.files())
    total = sum(_size(entry) for entry in listed)
    listing = _listing_digest(listed)
    begun = _acts(case, "scan.begin", exhibit.name)
    limits = with_skip_list(case, exhibit.name, readers.limits)
    if not begun:
        listed_hashes = describe_skip_list(limits.skip_hashes) if limits.skip_hashes else None
        case.act(
            "scan.begin",
            what={
                "exhibit": exhibit.name,
                "path": readable_name(str(exhibit.path)),
                "absolute_path": _absolute(exhibit.path),
                "kind": exhibit.kind,
                "file_count": len(listed),
                "size_bytes": total,
                "listing_sha256": listing,
                "limits": {name: f"{value:g}" if isinstance(value, float) else value
                           for name, value in asdict(limits).items() if name != "skip_hashes"},
                **({"skip_hashes": listed_hashes} if listed_hashes else {}),
            },
            blobs={f"services_{n:04}": text.encode() for n, text in enumerate(services, start=1)},
        )  # fmt: skip
    elif begun[-1].what["listing_sha256"] != listing:
        raise ExhibitChangedError(
            f"The files of exhibit {exhibit.name} are not those that its scan began with.",
            safe="The finished part of the scan is kept.",
        )
    finished = _acts(case, "scan.batch", exhibit.name)
    begun_parts = [
        entry
        for entry in _acts(case, "scan.part", exhibit.name)
        if entry.what["batch"] == len(finished)
    ]
    batches = list(_batches(listed))
    digests = _check_unchanged(case, [*finished, *begun_parts], batches)
    done = sum(_size(entry) for batch in batches[: len(finished)] for entry in batch)
    progress(done, total)
    going_on = _going_on(begun_parts, batches, digests)
    jobs = [
        going_on.get(file.provenance, Job(file))
        for batch in batches[len(finished) :]
        for file in batch
        if isinstance(file, ExhibitFile)
    ]
    now = _Advance(progress, done, total)
    readers = replace(readers, limits=limits)
    with closing(_parts(case, exhibit.name, jobs, readers, now)) as parts:
        for number in range(len(finished), len(batches)):
            result = _read_batch(case, (exhibit.name, number), batches[number], parts, now)
            case.act(
                "scan.batch",
                what={
                    "exhibit": exhibit.name,
                    "batch": number,
                    "file_count": len(batches[number]),
                },
                blobs={"result": msgspec.json.encode(result, order="sorted")},
            )
        next(parts, None)  # lets the readers finish in peace
    _finish(case, exhibit)
    return summarise(case, exhibit.name, "scanned")


class _Advance:
    """Adds what is under way to what is done."""

    def __init__(self, progress: Progress, done: int, total: int) -> None:
        self._progress = progress
        self._done = done
        self._total = total
        self._shown = done

    def under_way(self, read: int) -> None:
        """So many bytes of unfinished files were read."""
        if read >= 0:
            self._show(min(self._done + read, self._total))

    def finish(self, size: int) -> None:
        """So many bytes more are done."""
        self._done += size
        self._show(self._done)

    def _show(self, done: int) -> None:
        self._shown = max(self._shown, done)
        self._progress(self._shown, self._total)


def _going_on(
    begun: Sequence[Entry], batches: Sequence[Sequence[_Listed]], digests: Mapping[Provenance, str]
) -> dict[Provenance, Job]:
    """The files of which some parts are kept."""
    jobs: dict[Provenance, Job] = {}
    for entry in begun:
        file = batches[entry.what["batch"]][entry.what["file"]]
        assert isinstance(file, ExhibitFile)
        cut = Cut.from_row(entry.what["cut"])
        jobs[file.provenance] = Job(file, cut, digests.get(file.provenance, ""))
    return jobs


def _parts(
    case: Case, exhibit: str, jobs: Sequence[Job], readers: _Readers, now: _Advance
) -> Generator[tuple[Job, Rows, Cut | None], None, None]:
    """The parts of all files in order, from workers or from this process."""
    if not jobs:
        return
    if readers.workers == 0:
        yield from _search_here(case, exhibit, jobs, readers, now)
        return
    begun = _acts(case, "scan.begin", exhibit)[-1]
    services = tuple(case.blobs.get(sha256).decode() for _, sha256 in sorted(begun.blobs.items()))
    set_up = SetUp(case.key, services, tuple(readers.passwords), readers.limits)
    pool = get_pool(readers.workers, set_up)
    yield from read_in_order(pool, jobs, readers.limits, now.under_way)


def _search_here(
    case: Case, exhibit: str, jobs: Sequence[Job], readers: _Readers, now: _Advance
) -> Iterator[tuple[Job, Rows, Cut | None]]:
    from chainlead.workflow.scan_parts import search_file

    knowledge = scan_knowledge(case, exhibit)
    for job in jobs:
        journey = Journey(
            start=job.start,
            cut_bytes=PART_BYTES,
            sha256=job.sha256,
            passwords=readers.passwords,
        )
        for rows, cut in search_file(
            job.file, readers.limits, journey,
            case_key=case.key, knowledge=knowledge, advance=now.under_way,
        ):  # fmt: skip
            yield job, rows, cut


def _read_batch(
    case: Case,
    batch: tuple[str, int],
    entries: Sequence[_Listed],
    parts: Iterator[tuple[Job, Rows, Cut | None]],
    now: _Advance,
) -> Rows:
    """The rows of a batch's files; parts before the last of a large file are acts of their own."""
    result: Rows = {"manifest": [], "findings": [], "unread": []}
    for place, entry in enumerate(entries):
        if isinstance(entry, Unread):
            result["unread"] += unread_rows([entry])
            continue
        for job, rows, cut in parts:
            assert job.file.provenance == entry.provenance
            if cut is None:
                for name, more in rows.items():
                    result[name] += more
                break
            what = {"exhibit": batch[0], "batch": batch[1], "file": place, "cut": cut.to_row()}
            encoded = msgspec.json.encode(rows, order="sorted")
            case.act("scan.part", what=what, blobs={"result": encoded})
        if has_changed(entry):  # also between parts that different workers read
            result["unread"] = with_note(result["unread"], changed_note(entry.provenance))
        now.finish(entry.size_bytes)
    return result


def _size(entry: _Listed) -> int:
    return entry.size_bytes if isinstance(entry, ExhibitFile) else 0


def _listing_digest(listed: Iterable[_Listed]) -> str:
    state = hashlib.sha256()
    for entry in listed:
        what = str(entry.size_bytes) if isinstance(entry, ExhibitFile) else entry.reason.value
        state.update(f"{what} {location_of(entry.provenance.steps)}\n".encode())
    return state.hexdigest()


def _batches(listed: Iterable[_Listed]) -> Iterator[list[_Listed]]:
    batch: list[_Listed] = []
    size = 0
    for entry in listed:
        if batch and (len(batch) >= BATCH_FILES or size + _size(entry) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += _size(entry)
    if batch:
        yield batch


def _check_unchanged(
    case: Case, finished: Sequence[Entry], batches: Sequence[Sequence[_Listed]]
) -> dict[Provenance, str]:
    """Hash again what was read before: a resumed scan must be a scan of one state."""
    digests: dict[Provenance, str] = {}
    for entry in finished:
        content = _content(case.projection, entry)
        known = {row["location"]: row["sha256"] for row in content["manifest"]}
        for file in batches[entry.what["batch"]]:
            location = location_of(file.provenance.steps)
            if not isinstance(file, ExhibitFile) or location not in known:
                continue
            digests[file.provenance] = hash_file(file)
            if digests[file.provenance] != known[location]:
                raise ExhibitChangedError(
                    f"{location} of exhibit {entry.what['exhibit']} is not what was scanned.",
                    safe="The finished part of the scan is kept.",
                )
    return digests


def _finish(case: Case, exhibit: Exhibit) -> None:
    """The exhibit's digest: a file's own SHA-256, or that of the sorted list of a folder's files."""
    lines: list[str] = []
    streams = size = 0
    sha256 = ""
    parts = _acts(case, "scan.part", exhibit.name)
    for entry in (*_acts(case, "scan.batch", exhibit.name), *parts):
        content = _content(case.projection, entry)
        streams += len(content["manifest"])
        for row in content["manifest"]:
            if SEPARATOR not in row["location"]:
                path = row["location"].removeprefix("file:")
                lines.append(f"{row['sha256']} {row['size_bytes']} {path}\n")
                size += row["size_bytes"]
                sha256 = row["sha256"]
    if exhibit.kind == "folder" or len(lines) != 1:
        sha256 = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    case.act(
        "scan.finish",
        what={
            "exhibit": exhibit.name,
            "sha256": sha256,
            "size_bytes": size,
            "file_count": len(lines),
            "stream_count": streams,
            "finding_count": case.store.count("findings", exhibit=exhibit.name),
            "unread_count": case.store.count("unread", exhibit=exhibit.name),
        },
    )


def _content(projection: Projection, entry: Entry) -> Rows:
    content: Rows = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    return content


def apply_begin(projection: Projection, entry: Entry) -> None:
    """`scan.begin`: the exhibit is known and its scan under way."""
    what = entry.what
    row = {
        "exhibit": what["exhibit"],
        "path": what["path"],
        "kind": what["kind"],
        "sha256": "",
        "size_bytes": what["size_bytes"],
        "file_count": what["file_count"],
        "state": "scanning",
        "journal_seq": entry.seq,
    }
    projection.store.insert("exhibits", [row], replace=True)


def apply_part(projection: Projection, entry: Entry) -> None:
    """`scan.part`: manifest, findings and unread of a part of a large file."""
    apply_batch(projection, entry)


def apply_batch(projection: Projection, entry: Entry) -> None:
    """`scan.batch`: manifest, findings and unread of some files."""
    content = _content(projection, entry)
    projection.store.insert("items", content["manifest"], replace=True)
    projection.store.insert("findings", content["findings"], replace=True)
    unread = [_with_known(projection, row) for row in content["unread"]]
    projection.store.insert("unread", unread, replace=True)


def _with_known(projection: Projection, row: Row) -> Row:
    """A later part of a file may have something to add about the same place."""
    key = {name: row[name] for name in ("exhibit", "location", "reason")}
    known = projection.store.lookup("unread", **key)
    return row if known is None else joined(known, row)


def apply_finish(projection: Projection, entry: Entry) -> None:
    """`scan.finish`: the exhibit's digest and sums."""
    row = projection.store.lookup("exhibits", exhibit=entry.what["exhibit"])
    assert row is not None
    sums = {name: entry.what[name] for name in ("sha256", "size_bytes", "file_count")}
    projection.store.insert("exhibits", [{**row, **sums, "state": "scanned"}], replace=True)
