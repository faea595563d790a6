"""Saved views: pictures under a name, as they were when somebody kept them. `canvas.py` keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chainlead.errors import SubjectNotFoundError
from chainlead.model import moment_from_text
from chainlead.report import Canvas, HandFold, Narrowing, as_places
from chainlead.workflow.case import Case


@dataclass(frozen=True, slots=True)
class SavedView:
    """A picture under a name, so that it can be shown again as it was.

    Attributes:
        name: unique in the case.
        trace_id: which trace.
        rule: which rule, or `compare`.
        narrowing: what of it is drawn.
        show_unspent: whether every fold with unspent outputs is open.
        rules: in a comparison, the rules that are shown; all if empty.
        box: the part that was looked at (x, y, width, height), or None for all of it.
        canvas: places and opened folds as they were when it was saved.
        sha256: digest of all of this.
        who: who saved it.
        at: when, UTC.
        is_marked: whether the report draws it.
    """

    name: str
    trace_id: str
    rule: str
    narrowing: Narrowing
    show_unspent: bool
    rules: tuple[str, ...]
    box: tuple[int, int, int, int] | None
    canvas: Canvas
    sha256: str
    who: str
    at: datetime
    is_marked: bool


def kept_places(canvas: Canvas) -> dict[str, Any]:
    """What a view keeps of a picture, as JSON values."""
    kept: dict[str, Any] = {
        "moved": canvas.places,
        "opened": [[key, places] for key, places in canvas.opened.items()],
    }
    if canvas.hand_folds:
        kept["hand_folds"] = [fold.document() for fold in canvas.hand_folds]
    return kept


def list_views(case: Case) -> tuple[SavedView, ...]:
    """The saved views of the case, by name."""
    return tuple(_view(case, row) for row in case.store.rows("canvas_views"))


def get_view(case: Case, name: str) -> SavedView:
    """One saved view.

    Raises:
        SubjectNotFoundError: no such view.
    """
    row = case.store.lookup("canvas_views", name=name)
    if row is None:
        raise SubjectNotFoundError(f"The case has no saved view {name[:80]!r}.")
    return _view(case, row)


def _view(case: Case, row: Mapping[str, Any]) -> SavedView:
    document = row["document"]
    kept = msgspec.json.decode(case.blobs.get(document["places_sha256"]))
    box = document["box"]
    return SavedView(
        name=row["name"],
        trace_id=row["trace_id"],
        rule=row["rule"],
        narrowing=Narrowing.from_document(document["narrowing"]),
        show_unspent=document["show_unspent"],
        rules=tuple(document["rules"]),
        box=None if box is None else (box[0], box[1], box[2], box[3]),
        canvas=Canvas(
            places=as_places(kept["moved"]),
            opened={key: as_places(places) for key, places in kept["opened"]},
            hand_folds=tuple(map(HandFold.from_document, kept.get("hand_folds", ()))),
        ),
        sha256=row["sha256"],
        who=row["who"],
        at=moment_from_text(row["at"]),
        is_marked=case.store.lookup("canvas_marks", subject=f"view:{row['name']}") is not None,
    )
