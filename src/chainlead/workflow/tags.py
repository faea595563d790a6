"""`tags import`: attribution files into the case; each file is one act with the file as its blob."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainlead.attribution import Pack, Tag, lookup_importer, parse_pack
from chainlead.custody import Entry
from chainlead.errors import PackInvalidError
from chainlead.workflow.case import Case, Projection

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file: `imported`, `known` (same content before), `refused` or `passed`.

    `passed` are files of a given folder that are no attribution files.
    """

    path: str
    state: str
    form: str = ""
    title: str = ""
    tag_count: int = 0
    actor_count: int = 0
    flagged_count: int = 0
    problems: tuple[str, ...] = ()
    reason: str = ""


def import_tags(case: Case, paths: Iterable[Path], *, why: str = "") -> Iterator[ImportedFile]:
    """Import files and folders, one act per file; a bad file is refused and the others go on.

    Args:
        case: open for writing.
        paths: files, or folders whose files are all looked at, in order of their names.
        why: the person's reason, for the journal.

    Yields:
        One record per file, in order.
    """
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    yield _import_file(case, file, why=why, named=False)
        else:
            yield _import_file(case, path, why=why, named=True)


def _import_file(case: Case, path: Path, *, why: str, named: bool) -> ImportedFile:
    try:
        size_bytes = path.stat().st_size
        content = path.read_bytes() if size_bytes <= _MOST_BYTES else b""
    except OSError as error:
        return ImportedFile(str(path), "refused", reason=f"{path.name}: {error.strerror}.")
    if size_bytes > _MOST_BYTES:
        reason = f"{path.name} has {size_bytes} bytes; a pack may have {_MOST_BYTES}."
        return ImportedFile(str(path), "refused", reason=reason)
    importer = lookup_importer(path.name, content)
    if importer is None and not named:
        return ImportedFile(str(path), "passed", reason="no attribution file")
    try:
        pack = _parsed(path.name, content, importer.form if importer else "")
    except PackInvalidError as error:
        return ImportedFile(str(path), "refused", reason=error.message)
    known = case.store.lookup("packs", pack_id=pack.pack_id) is not None
    if not known:
        what = {"name": pack.name, "form": pack.form, "pack_id": pack.pack_id}
        case.act("tags.import", why=why, what=what, blobs={"pack": content})
    return ImportedFile(
        path=str(path),
        state="known" if known else "imported",
        form=pack.form,
        title=pack.title,
        tag_count=len(pack.tags),
        actor_count=len(pack.actors),
        flagged_count=_flagged(pack),
        problems=pack.problems,
    )


def apply_import(projection: Projection, entry: Entry) -> None:
    """`tags.import`: the file's blob, parsed again, into packs, tags and actors."""
    content = projection.blobs.get(entry.blobs["pack"])
    pack = _parsed(entry.what["name"], content, entry.what["form"])
    store = projection.store
    if store.lookup("packs", pack_id=pack.pack_id) is not None:
        return
    store.insert("packs", [_pack_row(pack, entry)])
    store.insert("tags", (_tag_row(tag) for tag in pack.tags))
    store.insert("actors", _actor_rows(pack))


@lru_cache(maxsize=1)
def _parsed(name: str, content: bytes, form: str) -> Pack:
    """The pack; kept for the applier that follows at once, so that each file is parsed once."""
    return parse_pack(name, content, form=form)


def _flagged(pack: Pack) -> int:
    return sum(1 for tag in pack.tags if not tag.is_address and tag.address)


def _pack_row(pack: Pack, entry: Entry) -> dict[str, Any]:
    return {
        "pack_id": pack.pack_id,
        "sha256": pack.sha256,
        "name": pack.name,
        "form": pack.form,
        "title": pack.title,
        "creator": pack.creator,
        "tag_count": len(pack.tags),
        "actor_count": len(pack.actors),
        "flagged_count": _flagged(pack),
        "summary": {"problems": list(pack.problems), "header": pack.header},
        "journal_seq": entry.seq,
    }


def _tag_row(tag: Tag) -> dict[str, Any]:
    return {
        "pack_id": tag.pack_sha256,
        "tag_number": tag.tag_number,
        "chain": tag.chain,
        "currency": tag.currency,
        "address": tag.address,
        "canonical": tag.canonical,
        "is_address": tag.is_address,
        "txid": tag.txid,
        "label": tag.label,
        "actor": tag.actor,
        "category": tag.category,
        "abuse": tag.abuse,
        "confidence": tag.confidence,
        "source": tag.source,
        "lastmod": tag.lastmod,
        "detail": tag.detail,
    }


def _actor_rows(pack: Pack) -> Iterator[dict[str, Any]]:
    for actor in pack.actors:
        yield {
            "pack_id": actor.pack_sha256,
            "actor": actor.actor,
            "label": actor.label,
            "uri": actor.uri,
            "categories": list(actor.categories),
            "jurisdictions": list(actor.jurisdictions),
            "aliases": list(actor.aliases),
            "detail": actor.detail,
        }
