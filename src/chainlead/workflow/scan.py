"""Scan exhibits: read every file, record findings, the manifest and what could not be read.

Acts: `scan.begin` (which exhibit, how), one `scan.batch` for each group of files, `scan.finish`
(digest and sums). The groups follow from the sorted list of files alone, never from time, so a
scan that was killed and resumed leaves the same tables as one that ran through. The only column
that may differ is `exhibits.journal_seq`, which points into the journal as it is.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from chainlead.custody import Entry
from chainlead.errors import ExhibitChangedError, ExhibitNotFoundError
from chainlead.evidence import (
    Exhibit,
    ExhibitFile,
    Item,
    Limits,
    StreamRead,
    Unread,
    hash_file,
    open_exhibit,
    read_file,
    readable_name,
)
from chainlead.model import Step
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.skip_hashes import describe_skip_list, with_skip_list

if TYPE_CHECKING:
    from chainlead.findings import Knowledge

BATCH_FILES = 64
BATCH_BYTES = 64 << 20
_DETAIL_CHARACTERS = 2_000
_SEPARATOR = " › "

Progress = Callable[[int, int], None]
_Listed = ExhibitFile | Unread
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExhibitScan:
    """What a scan of one exhibit came to.

    Attributes:
        state: `scanned`, or `done before` when there was nothing left to do.
        findings: number of findings by certainty, then kind.
        unread: number of unread things by reason.
    """

    exhibit: str
    path: str
    kind: str
    sha256: str
    state: str
    file_count: int
    size_bytes: int
    findings: Mapping[str, Mapping[str, int]]
    unread: Mapping[str, int]


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
        _scan_one(case, exhibit, limits or Limits(), services, progress or _quiet)
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


def _quiet(_done: int, _total: int) -> None:
    """No progress wanted."""


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
    case: Case, exhibit: Exhibit, limits: Limits, services: Sequence[str], progress: Progress
) -> ExhibitScan:
    if _acts(case, "scan.finish", exhibit.name):
        return _summary(case, exhibit.name, "done before")
    listed = list(exhibit.files())
    total = sum(_size(entry) for entry in listed)
    listing = _listing_digest(listed)
    begun = _acts(case, "scan.begin", exhibit.name)
    limits = with_skip_list(case, exhibit.name, limits)
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
    batches = list(_batches(listed))
    _check_unchanged(case, finished, batches)
    done = sum(_size(entry) for batch in batches[: len(finished)] for entry in batch)
    progress(done, total)
    for number in range(len(finished), len(batches)):
        batch = batches[number]
        content = _read_batch(case, batch, limits, _after(progress, done, total))
        case.act(
            "scan.batch",
            what={"exhibit": exhibit.name, "batch": number, "file_count": len(batch)},
            blobs={"result": msgspec.json.encode(content, order="sorted")},
        )
        done += sum(_size(entry) for entry in batch)
        progress(done, total)
    _finish(case, exhibit)
    return _summary(case, exhibit.name, "scanned")


def _after(progress: Progress, base: int, total: int) -> Callable[[int], None]:
    return lambda read: progress(base + read, total)


def _further(advance: Callable[[int], None], base: int) -> Callable[[int], None]:
    return lambda read: advance(base + read)


def _size(entry: _Listed) -> int:
    return entry.size_bytes if isinstance(entry, ExhibitFile) else 0


def _listing_digest(listed: Iterable[_Listed]) -> str:
    state = hashlib.sha256()
    for entry in listed:
        what = str(entry.size_bytes) if isinstance(entry, ExhibitFile) else entry.reason.value
        state.update(f"{what} {_location(entry.provenance.steps)}\n".encode())
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
) -> None:
    """Hash again what was read before: a resumed scan must be a scan of one state."""
    for entry in finished:
        content = _content(case.projection, entry)
        known = {row["location"]: row["sha256"] for row in content["manifest"]}
        for file in batches[entry.what["batch"]]:
            location = _location(file.provenance.steps)
            if not isinstance(file, ExhibitFile) or location not in known:
                continue
            if hash_file(file) != known[location]:
                raise ExhibitChangedError(
                    f"{location} of exhibit {entry.what['exhibit']} is not what was scanned.",
                    safe="The finished part of the scan is kept.",
                )


def _read_batch(
    case: Case, batch: Sequence[_Listed], limits: Limits, advance: Callable[[int], None]
) -> dict[str, list[_Row]]:
    from chainlead.findings import scan_items

    knowledge = scan_knowledge(case, batch[0].provenance.exhibit)
    manifest: list[_Row] = []
    findings: dict[str, _Row] = {}
    unread: list[Unread] = []
    done = 0
    for entry in batch:
        if isinstance(entry, Unread):
            unread.append(entry)
            continue
        notes: list[StreamRead | Unread] = []
        items = _items(read_file(entry, limits), notes, entry, _further(advance, done))
        for finding in scan_items(items, case_key=case.key, knowledge=knowledge):
            findings.setdefault(finding.finding_id, finding.to_row())
        manifest.extend(_manifest_row(note) for note in notes if isinstance(note, StreamRead))
        unread.extend(note for note in notes if isinstance(note, Unread))
        done += entry.size_bytes
        advance(done)
    return {
        "manifest": manifest,
        "findings": list(findings.values()),
        "unread": _unread_rows(unread),
    }


def _items(
    pieces: Iterator[Item | StreamRead | Unread],
    notes: list[StreamRead | Unread],
    file: ExhibitFile,
    advance: Callable[[int], None],
) -> Iterator[Item]:
    for piece in pieces:
        if not isinstance(piece, Item):
            notes.append(piece)
            continue
        yield piece
        if piece.provenance == file.provenance and piece.offset_bytes is not None:
            advance(min(piece.offset_bytes + len(piece.data), file.size_bytes))


def _location(steps: Iterable[Step]) -> str:
    return _SEPARATOR.join(map(str, steps))


def _manifest_row(read: StreamRead) -> _Row:
    return {
        "exhibit": read.provenance.exhibit,
        "location": _location(read.provenance.steps),
        "media_type": read.media_type,
        "sha256": read.sha256,
        "size_bytes": read.size_bytes,
    }


def _unread_rows(unread: Iterable[Unread]) -> list[_Row]:
    """One row for each place and reason; several details of one are joined."""
    rows: dict[tuple[str, str], _Row] = {}
    for piece in unread:
        location = _location(piece.provenance.steps)
        key = (location, piece.reason.value)
        row = rows.get(key)
        if row is None:
            rows[key] = {
                "exhibit": piece.provenance.exhibit,
                "location": location,
                "reason": piece.reason.value,
                "detail": piece.detail[:_DETAIL_CHARACTERS],
                "steps": piece.provenance.as_list(),
            }
        elif piece.detail not in row["detail"] and len(row["detail"]) < _DETAIL_CHARACTERS:
            row["detail"] = f"{row['detail']}; {piece.detail}"[:_DETAIL_CHARACTERS]
    return list(rows.values())


def _finish(case: Case, exhibit: Exhibit) -> None:
    """The exhibit's digest: a file's own SHA-256, or that of the sorted list of a folder's files."""
    lines: list[str] = []
    counts: Counter[str] = Counter()
    size = 0
    sha256 = ""
    for entry in _acts(case, "scan.batch", exhibit.name):
        content = _content(case.projection, entry)
        for name in ("manifest", "findings", "unread"):
            counts[name] += len(content[name])
        for row in content["manifest"]:
            if _SEPARATOR not in row["location"]:
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
            "stream_count": counts["manifest"],
            "finding_count": counts["findings"],
            "unread_count": counts["unread"],
        },
    )


def _summary(case: Case, exhibit: str, state: str) -> ExhibitScan:
    row = case.store.lookup("exhibits", exhibit=exhibit)
    assert row is not None
    by_certainty: dict[str, Counter[str]] = {}
    for found in case.store.rows("findings", columns=("certainty", "kind"), exhibit=exhibit):
        by_certainty.setdefault(found["certainty"], Counter())[found["kind"]] += 1
    return ExhibitScan(
        exhibit=exhibit,
        path=row["path"],
        kind=row["kind"],
        sha256=row["sha256"],
        state=state,
        file_count=row["file_count"],
        size_bytes=row["size_bytes"],
        findings={name: dict(sorted(by_certainty[name].items())) for name in sorted(by_certainty)},
        unread=case.store.group_counts("unread", "reason", exhibit=exhibit),
    )


def _content(projection: Projection, entry: Entry) -> dict[str, list[_Row]]:
    content: dict[str, list[_Row]] = msgspec.json.decode(
        projection.blobs.get(entry.blobs["result"])
    )
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


def apply_batch(projection: Projection, entry: Entry) -> None:
    """`scan.batch`: manifest, findings and unread of some files."""
    content = _content(projection, entry)
    projection.store.insert("items", content["manifest"], replace=True)
    projection.store.insert("findings", content["findings"], replace=True)
    projection.store.insert("unread", content["unread"], replace=True)


def apply_finish(projection: Projection, entry: Entry) -> None:
    """`scan.finish`: the exhibit's digest and sums."""
    row = projection.store.lookup("exhibits", exhibit=entry.what["exhibit"])
    assert row is not None
    sums = {name: entry.what[name] for name in ("sha256", "size_bytes", "file_count")}
    projection.store.insert("exhibits", [{**row, **sums, "state": "scanned"}], replace=True)
