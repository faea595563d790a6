"""`tags import`: attribution files into the case; each file is one act with the file as its blob."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainlead.attribution import (
    Importer,
    Pack,
    Tag,
    lookup_importer,
    pack_id_of,
    parse_pack,
)
from chainlead.custody import Entry
from chainlead.errors import PackInvalidError
from chainlead.store import Row, Store
from chainlead.workflow.case import Case, Projection

_MOST_BYTES = 64 * 1024 * 1024
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file: `imported`, `known` (same content before), `refused` or `passed`.

    `passed` are files of a given folder that are no attribution files. `replaces` is the id of the
    older version of the same pack in the case; what the newer one no longer has is kept and marked.
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
    replaces: str = ""
    added_count: int = 0
    removed_count: int = 0


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
        importer, content, original = _content(path)
    except OSError as error:
        return ImportedFile(str(path), "refused", reason=f"{path.name}: {error.strerror}.")
    except PackInvalidError as error:
        return ImportedFile(str(path), "refused", reason=error.message)
    if importer is None and not named:
        return ImportedFile(str(path), "passed", reason="no attribution file")
    if importer is not None and (row := _known(case, importer, path.name, content)) is not None:
        return _known_file(path, row)
    try:
        pack = _parsed(path.name, content, importer.form if importer else "")
    except PackInvalidError as error:
        return ImportedFile(str(path), "refused", reason=error.message)
    known = case.store.lookup("packs", pack_id=pack.pack_id)
    if known is not None:
        return _known_file(path, known)
    what = {"name": pack.name, "form": pack.form, "pack_id": pack.pack_id, **original}
    case.act("tags.import", why=why, what=what, blobs={"pack": content})
    row = case.store.lookup("packs", pack_id=pack.pack_id)
    assert row is not None  # the act that was just applied wrote it
    return replace(_known_file(path, row), state="imported")


def _known(case: Case, importer: Importer, name: str, content: bytes) -> Row | None:
    """The pack's row if this very content was imported before; it need not be parsed again."""
    digest = hashlib.sha256(content).hexdigest()
    pack_id = pack_id_of(importer.form, importer.parameters(name), digest)
    return case.store.lookup("packs", pack_id=pack_id)


def _known_file(path: Path, row: Row) -> ImportedFile:
    changes = row["summary"].get("changes", {})
    return ImportedFile(
        path=str(path),
        state="known",
        form=row["form"],
        title=row["title"],
        tag_count=row["tag_count"],
        actor_count=row["actor_count"],
        flagged_count=row["flagged_count"],
        problems=tuple(row["summary"]["problems"]),
        replaces=row["summary"].get("replaces", ""),
        added_count=changes.get("added", 0),
        removed_count=changes.get("removed", 0),
    )


def _content(path: Path) -> tuple[Importer | None, bytes, dict[str, Any]]:
    """The importer, what is kept of the file, and, where that is a part, the whole file's digest.

    Raises:
        OSError: the file cannot be read.
        PackInvalidError: it is larger than its form may be, or a large form that is broken.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(0)
        importer = lookup_importer(path.name, head)
        if importer is not None and importer.is_large:
            kept = importer.condense(path.name, file)
            original = {"sha256": kept.sha256, "size_bytes": kept.size_bytes}
            return importer, kept.content, {"original": original}
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise PackInvalidError(f"{path.name} has more than {_MOST_BYTES} bytes; a pack may not.")
    return lookup_importer(path.name, content), content, {}


def apply_import(projection: Projection, entry: Entry) -> None:
    """`tags.import`: the file's blob, parsed again, into packs, tags and actors."""
    content = projection.blobs.get(entry.blobs["pack"])
    pack = _parsed(entry.what["name"], content, entry.what["form"])
    store = projection.store
    if store.lookup("packs", pack_id=pack.pack_id) is not None:
        return
    store.insert("packs", [_pack_row(pack, entry, _history(store, pack))])
    store.insert("tags", (_tag_row(tag) for tag in pack.tags))
    store.insert("actors", _actor_rows(pack))


@lru_cache(maxsize=1)
def _parsed(name: str, content: bytes, form: str) -> Pack:
    """The pack; kept for the applier that follows at once, so that each file is parsed once."""
    return parse_pack(name, content, form=form)


def _flagged(pack: Pack) -> int:
    return sum(1 for tag in pack.tags if not tag.is_address and tag.address)


def _history(store: Store, pack: Pack) -> dict[str, Any]:
    """Which older version this pack replaces, and what differs; empty where there is none.

    A version has the same form, file name, title and creator.
    """
    older = list(
        store.rows(
            "packs",
            order_by=["journal_seq"],
            form=pack.form,
            name=pack.name,
            title=pack.title,
            creator=pack.creator,
        )
    )
    if not older:
        return {}
    columns = ["currency", "canonical", "txid", "label", "actor", "category", "abuse"]
    pack_id = older[-1]["pack_id"]
    before = {
        tuple(row[column] for column in columns)
        for row in store.rows("tags", columns=columns, pack_id=pack_id)
    }
    after = {
        (tag.currency, tag.canonical, tag.txid, tag.label, tag.actor, tag.category, tag.abuse)
        for tag in pack.tags
    }
    changes = {"added": len(after - before), "removed": len(before - after)}
    return {"replaces": pack_id, "changes": changes}


def _pack_row(pack: Pack, entry: Entry, history: dict[str, Any] | None = None) -> dict[str, Any]:
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
        "summary": {"problems": list(pack.problems), "header": pack.header, **(history or {})},
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
