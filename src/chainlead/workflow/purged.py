"""What a purge left: from which act on a case can be replayed, and which files must be gone.

A purge keeps the journal whole, so every digest stays; the stored files that its earlier acts name, the
files that they exported, what was uploaded before, and the tables that they filled are erased. What comes after the purge is
replayed on empty tables. Limits: erased means unlinked; copies, packs and a disk's old blocks are
for the unit to deal with.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from chainlead.custody import Entry
from chainlead.model import moment_to_text
from chainlead.workflow.plain_files import require_inside

PURGE = "purge.done"
INBOX = "inbox"
"""The folder of a case for files that a person uploaded; no act names them."""


def purge_point(entries: Sequence[Entry]) -> int:
    """The place of the last purge in the journal; 0 where nothing was purged."""
    found = (place for place in range(len(entries) - 1, -1, -1) if entries[place].act == PURGE)
    return next(found, 0)


def live_entries(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The acts whose content is still there: all of them, or those from the last purge on."""
    return entries[purge_point(entries) :]


def exported_files(entries: Iterable[Entry]) -> dict[str, str]:
    """Path inside the case folder to SHA-256, as the newest of these entries say.

    Raises:
        CaseDamagedError: an entry names something outside the case.
    """
    files: dict[str, str] = {}
    for entry in entries:
        if entry.act in {"report.export", "request.draft", "seal.done"}:
            files.update(require_inside(entry.what.get("files", {}), entry.seq))
    return files


def purged_blobs(entries: tuple[Entry, ...]) -> Mapping[str, int]:
    """SHA-256 of each stored file that has to be gone, with the act that stored it last."""
    point = purge_point(entries)
    kept = {sha256 for entry in entries[point:] for sha256 in entry.blobs.values()}
    return {
        sha256: entry.seq
        for entry in entries[:point]
        for sha256 in entry.blobs.values()
        if sha256 not in kept
    }


def purged_files(entries: tuple[Entry, ...]) -> frozenset[str]:
    """Paths inside the case folder of the exported files that have to be gone."""
    point = purge_point(entries)
    return frozenset(exported_files(entries[:point])) - frozenset(exported_files(entries[point:]))


def uploaded_before_purge(folder: Path, entries: tuple[Entry, ...]) -> list[Path]:
    """The files of the inbox that lay there when the case was purged last."""
    point = purge_point(entries)
    inbox = folder / INBOX
    if not point or inbox.is_symlink() or not inbox.is_dir():
        return []
    at = entries[point].at.timestamp()
    return [path for path in inbox.iterdir() if path.lstat().st_mtime <= at]


def erase_purged(folder: Path, blobs: Path, entries: tuple[Entry, ...]) -> int:
    """Unlink what a purge has to erase and is still there; returns how many files that were."""
    paths = [blobs / sha256[:2] / sha256 for sha256 in purged_blobs(entries)]
    paths += [folder / name for name in purged_files(entries)]
    paths += uploaded_before_purge(folder, entries)
    gone = 0
    for path in sorted(set(paths)):
        if path.is_file() or path.is_symlink():
            path.unlink()
            gone += 1
    parents = {parent for path in paths for parent in path.parents if parent.is_relative_to(folder)}
    for parent in sorted(parents - {folder, blobs}, reverse=True):  # the deepest first
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
    return gone


def purge_sentences(entries: Iterable[Entry]) -> tuple[str, ...]:
    """One sentence for each purge: when, by whom, why, and how much went."""
    return tuple(
        f"Act {entry.seq} purged the case on {moment_to_text(entry.at)}: ordered by "
        f"{entry.what['ordered_by']}, confirmed by {entry.who}. {entry.what['blob_count']} stored and "
        f"{entry.what['file_count']} exported files and all tables were erased. Reason given: {entry.why!r}. "
        "The acts before it stand in the journal with their digests; their content cannot be shown "
        "or made again."
        for entry in entries
        if entry.act == PURGE
    )
