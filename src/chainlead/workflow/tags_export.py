"""`tags export`: the case's own findings as a TagPack, so that a partner's tools can read them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from chainlead.attribution import Tag, write_tagpack
from chainlead.custody import Entry
from chainlead.errors import AttributionError, ConfigError
from chainlead.store import Row
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.personal_data import require_reason

_OWN = "own.csv"
_KEPT_BY = "kept_by"


def export_tags(
    case: Case, file: Path, *, title: str, creator: str, with_unit: bool = False, why: str = ""
) -> int:
    """Write the case's own tags that are said still; how many they are. What others said stays here.

    Args:
        case: open for writing: an export is an act.
        file: the TagPack to write.
        title: of the pack.
        creator: who vouches for it.
        with_unit: tags that were taken over from the unit's folder too.
        why: the person's reason, for the journal.

    Raises:
        AttributionError: the case has no own tags.
        ConfigError: the file cannot be written.
        ReasonMissingError: the case requires a reason, and there is none.
    """
    tags = tuple(_own_tags(case, with_unit=with_unit))
    if not tags:
        raise AttributionError(
            "This case has no tags of its own to export.",
            next_step="Say who holds an address with `chainlead tags add`, or import own findings.",
        )
    why = require_reason(case, why, doing="tags are exported")
    content = write_tagpack(tags, title=title, creator=creator)
    case.act(
        "tags_export.made",
        why=why,
        what={"file": file.name, "tag_count": len(tags), "with_unit": with_unit},
        blobs={"pack": content},
    )
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written: {error.strerror}.", next_step="Choose another place."
        ) from error
    return len(tags)


def apply_made(projection: Projection, entry: Entry) -> None:
    """`tags_export.made`: what left the case stays in the journal and its blob; no table changes."""


def _own_tags(case: Case, *, with_unit: bool) -> Iterator[Tag]:
    packs = list(case.store.rows("packs", order_by=["journal_seq"], form=_OWN))
    replaced = {row["summary"].get("replaces") for row in packs}
    for pack in packs:
        if pack["pack_id"] not in replaced:
            rows = case.store.rows("tags", pack_id=pack["pack_id"])
            yield from _tags(rows, with_unit=with_unit)


def _tags(rows: Iterable[Row], *, with_unit: bool) -> Iterator[Tag]:
    for row in rows:
        if with_unit or row["detail"].get(_KEPT_BY) != "unit":
            detail = {key: value for key, value in row["detail"].items() if key != _KEPT_BY}
            fields = {key: value for key, value in row.items() if key not in {"pack_id", "detail"}}
            yield Tag(pack_sha256=row["pack_id"], detail=detail, **fields)
