"""Make the report of a case, and export it.

`build_report` is pure: tables, stored bytes and journal entries in, file bytes out. `verify` calls
it in a new process and compares. The act `report.export` names each file with its SHA-256; it
changes no table, so a second export of an unchanged case gives the same bytes.
"""

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chainlead import version
from chainlead.custody import Entry
from chainlead.model import moment_to_text
from chainlead.workflow.case import Case, Projection, content_entries, content_head

FOLDER = "reports"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: file names inside the case folder with their SHA-256."""

    folder: Path
    files: Mapping[str, str]
    content_sha256: str
    content_head: str


def versions() -> dict[str, str]:
    """What this run is made of: chainlead's build, Python, typesetter."""
    from chainlead.report import typst_version

    return {
        "chainlead": version(),
        "python": platform.python_version(),
        "typst": typst_version(),
    }


def build_report(
    projection: Projection,
    entries: tuple[Entry, ...],
    made_with: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """All files of the report, by name.

    Args:
        projection: the case's tables and stored bytes, as the entries left them.
        entries: the journal.
        made_with: versions that the report names; those of this run if left out.
    """
    return _made(projection, entries, made_with)[1]


def _made(
    projection: Projection, entries: tuple[Entry, ...], made_with: Mapping[str, str] | None
) -> tuple[str, dict[str, bytes]]:
    from chainlead.guide import glossary
    from chainlead.report import JournalState, Material, Term, build_bundle, report_files
    from chainlead.workflow.cluster_report import cluster_documents
    from chainlead.workflow.hidden_coins import hidden_coin_documents
    from chainlead.workflow.leads import find_leads
    from chainlead.workflow.patterns import trail_documents

    content = content_entries(entries)
    bundle = build_bundle(
        Material(
            store=projection.store,
            blobs=projection.blobs,
            journal=JournalState(
                entries=len(content),
                head=content_head(entries),
                first_at=moment_to_text(content[0].at) if content else "",
                last_at=moment_to_text(content[-1].at) if content else "",
            ),
            versions=made_with or versions(),
            leads=find_leads(projection.store, projection.blobs),
            clusters=tuple(cluster_documents(projection.store, projection.blobs)),
            patterns=tuple(trail_documents(projection.store, projection.blobs)),
            hidden_coins=tuple(hidden_coin_documents(entries, projection.blobs)),
            glossary=tuple(Term(word.term, word.meaning) for word in glossary()),
        )
    )
    return bundle["content_sha256"], report_files(bundle)


def export_report(case: Case) -> Exported:
    """Write the report into the case folder and note it in the journal.

    Raises:
        ReportError: a file could not be made.
        CaseDamagedError, BlobMissingError: the case is not what was written.
    """
    content, made = _made(case.projection, case.entries, None)
    folder = case.folder / FOLDER
    folder.mkdir(exist_ok=True)
    files = {f"{FOLDER}/{name}": hashlib.sha256(made[name]).hexdigest() for name in sorted(made)}
    for name, file_bytes in made.items():
        _write_whole(folder / name, file_bytes)
    head = content_head(case.entries)
    if not _already_noted(case.entries, files, head):
        case.act(
            "report.export",
            what={
                "files": files,
                "content_head": head,
                "content_sha256": content,
                "version": version(),
            },
        )
    return Exported(folder, files, content, head)


def _already_noted(entries: tuple[Entry, ...], files: Mapping[str, str], head: str) -> bool:
    last = next((entry for entry in reversed(entries) if entry.act == "report.export"), None)
    return last is not None and last.what["files"] == files and last.what["content_head"] == head


def _write_whole(path: Path, content: bytes) -> None:
    """All of the file or the file as it was; the name never shows half of it."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def apply_export(_projection: Projection, _entry: Entry) -> None:
    """`report.export`: the files are outside the tables; nothing to fill."""
