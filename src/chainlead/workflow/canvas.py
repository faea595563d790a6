"""What persons do to a picture and beside it: places by hand, opened folds, notes, marks, saved views.

Each is an act of the journal, and each can be taken back with `undo`. A place and an opened fold
belong to one trace under one rule (or to `compare`, which draws all rules); a note and a mark belong
to the thing, under whatever rule it is drawn.
"""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CanvasError, SubjectNotFoundError, UnknownRuleError
from chainlead.model import moment_from_text, moment_to_text
from chainlead.report import (
    COMPARE,
    Canvas,
    Narrowing,
    Note,
    Place,
    Shown,
    as_places,
    canonical_json,
    opened_places,
    trace_named,
)
from chainlead.workflow.canvas_subjects import (
    checked_subject,
    require_fold,
    require_nodes,
    things_of,
)
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.hand_fold_rows import hand_folds_of
from chainlead.workflow.no_secret import refuse_secret
from chainlead.workflow.saved_views import SavedView, get_view, kept_places

LONGEST_NOTE = 4_000
LONGEST_NAME = 80
MOST_NOTES = 5_000
MOST_VIEWS = 200
MOST_MOVED = 1_500
FARTHEST = 200_000
_LEAST_PLACE = -50_000


def canvas_of(case: Case, trace_id: str = "", rule: str = "") -> Canvas:
    """Places and folds of one picture, with all notes and marks of the case.

    Args:
        case: open for reading or writing.
        trace_id: which trace; without it only notes and marks.
        rule: one of its rules, or `compare`.
    """
    store = case.store
    where: dict[str, Any] = {"trace_id": trace_id, "rule": rule}
    return Canvas(
        places={
            row["node_key"]: (row["x"], row["y"]) for row in store.rows("canvas_places", **where)
        },
        opened={
            row["fold_key"]: as_places(row["places"])
            for row in store.rows("canvas_folds", order_by=["journal_seq", "fold_key"], **where)
        },
        notes=list_notes(case),
        marked=frozenset(row["subject"] for row in store.rows("canvas_marks")),
        hand_folds=hand_folds_of(store, case.blobs, trace_id, rule) if trace_id else (),
    )


def move_nodes(
    case: Case, trace_id: str, rule: str, places: Mapping[str, Place], *, why: str = ""
) -> None:
    """Put nodes where a person wants them; they stay there until they are moved or reset.

    Args:
        case: open for writing.
        trace_id: which trace.
        rule: one of its rules, or `compare`.
        places: node key to x and y in points.
        why: a reason, where there is one.

    Raises:
        SubjectNotFoundError: no such trace or node.
        UnknownRuleError: the trace has no such rule.
        CanvasError: too many at once, or too far away.
    """
    if not places or len(places) > MOST_MOVED:
        raise CanvasError(f"Between 1 and {MOST_MOVED} nodes are moved at once.")
    for key, point in places.items():
        if not all(type(at) is int and _LEAST_PLACE <= at <= FARTHEST for at in point):
            raise CanvasError(f"The place of {key[:120]!r} is not on the picture.")
    _require_rule(case, trace_id, rule)
    require_nodes(case, trace_id, places)
    what = {
        "trace_id": trace_id,
        "rule": rule,
        "places": {key: list(places[key]) for key in sorted(places)},
    }
    case.act("canvas.move", why=why, what=what)


def reset_places(
    case: Case, trace_id: str, rule: str, keys: Collection[str] = (), *, why: str = ""
) -> int:
    """Let nodes stand again where the layout puts them; all of the picture if none is named.

    Returns:
        How many had been moved.

    Raises:
        CanvasError: none of them had been moved.
    """
    rows = case.store.rows("canvas_places", columns=["node_key"], trace_id=trace_id, rule=rule)
    moved = sorted(row["node_key"] for row in rows if not keys or row["node_key"] in keys)
    if not moved:
        raise CanvasError("Nothing was moved here: every node stands where the layout puts it.")
    case.act("canvas.reset", why=why, what={"trace_id": trace_id, "rule": rule, "keys": moved})
    return len(moved)


def open_fold(
    case: Case,
    trace_id: str,
    rule: str,
    fold_key: str,
    *,
    why: str = "",
    document: Mapping[str, Any] | None = None,
) -> None:
    """Draw what a fold holds, around the place of its badge; nothing else moves, then or later.

    Args:
        case: open for writing.
        trace_id: which trace.
        rule: one of its rules, or `compare`.
        fold_key: the fold, as `data-fold` has it.
        why: a reason, where there is one.
        document: the trace as the report's bundle has it; read from the case if left out.

    Raises:
        SubjectNotFoundError: no such trace or fold.
        UnknownRuleError: the trace has no such rule.
        CanvasError: it is open already, or too much would be drawn.
    """
    _require_rule(case, trace_id, rule)
    require_fold(case, trace_id, fold_key)
    if case.store.lookup("canvas_folds", trace_id=trace_id, rule=rule, fold_key=fold_key):
        raise CanvasError("This fold is open already.")
    trace = document or trace_named(case.store, case.blobs, trace_id)
    assert trace is not None
    found = opened_places(trace, rule, Shown(canvas_of(case, trace_id, rule)), fold_key)
    places = {key: list(found[key]) for key in sorted(found)}
    what = {"trace_id": trace_id, "rule": rule, "fold_key": fold_key, "places": places}
    case.act("canvas.open_fold", why=why, what=what)


def close_fold(case: Case, trace_id: str, rule: str, fold_key: str, *, why: str = "") -> None:
    """Draw the badge again in place of what it holds.

    Raises:
        CanvasError: it is not open.
    """
    where = {"trace_id": trace_id, "rule": rule, "fold_key": fold_key}
    if case.store.lookup("canvas_folds", **where) is None:
        raise CanvasError(f"The fold {fold_key[:120]!r} is not open.")
    case.act("canvas.close_fold", why=why, what=where)


def list_notes(case: Case, subject: str = "") -> tuple[Note, ...]:
    """The notes of the case, or those about one thing, oldest first."""
    where: dict[str, Any] = {"subject": subject} if subject else {}
    rows = case.store.rows("canvas_notes", order_by=["journal_seq"], **where)
    return tuple(
        Note(
            row["note_id"], row["subject"], row["text"], row["for_report"], row["who"],
            moment_from_text(row["at"]),
        )
        for row in rows
    )  # fmt: skip


def add_note(case: Case, subject: str, text: str, *, for_report: bool = False) -> Note:
    """Write a note on something; it names its author and its time.

    Args:
        case: open for writing.
        subject: what it is about; see `canvas_subjects`.
        text: at most `LONGEST_NOTE` characters.
        for_report: whether the report shows it. An internal note is never shown there.

    Raises:
        SubjectNotFoundError: the case has no such thing.
        CanvasError: no text, too much of it, a secret in it, or too many notes.
    """
    written = _checked_text(text)
    if case.store.count("canvas_notes") >= MOST_NOTES:
        raise CanvasError(f"The case has {MOST_NOTES} notes; remove some first.")
    known = checked_subject(case, subject)
    refuse_secret(case, written)
    what = {"subject": known, "text": written, "for_report": for_report}
    entry = case.act("canvas.note", what=what)
    return next(note for note in list_notes(case, known) if note.note_id == _note_id(entry))


def remove_note(case: Case, note_id: str, *, why: str = "") -> None:
    """Take a note away. The journal keeps that it was written.

    Raises:
        SubjectNotFoundError: no such note.
    """
    if case.store.lookup("canvas_notes", note_id=note_id) is None:
        raise SubjectNotFoundError(f"The case has no note {note_id[:80]!r}.")
    case.act("canvas.remove_note", why=why, what={"note_id": note_id})


def set_mark(case: Case, subject: str, *, marked: bool = True, why: str = "") -> bool:
    """Mark something for the report, or take the mark away.

    Returns:
        Whether that changed anything.

    Raises:
        SubjectNotFoundError: the case has no such thing.
    """
    is_marked = case.store.lookup("canvas_marks", subject=subject) is not None
    known = subject if is_marked else checked_subject(case, subject)
    if (case.store.lookup("canvas_marks", subject=known) is not None) == marked:
        return False
    case.act("canvas.mark", why=why, what={"subject": known, "marked": marked, "reason": why})
    return True


def save_view(
    case: Case,
    name: str,
    trace_id: str,
    rule: str,
    *,
    narrowing: Narrowing | None = None,
    show_unspent: bool = False,
    rules: Collection[str] = (),
    box: tuple[int, int, int, int] | None = None,
    replace: bool = False,
) -> SavedView:
    """Keep the picture as it is now under a name: places, opened folds, what of it is drawn.

    Args:
        case: open for writing.
        name: at most `LONGEST_NAME` characters.
        trace_id: which trace.
        rule: one of its rules, or `compare`.
        narrowing: what of it is drawn; all if left out.
        show_unspent: whether every fold with unspent outputs is open.
        rules: in a comparison, the rules that are shown; all if empty.
        box: the part that is looked at: x, y, width, height in points.
        replace: overwrite the view that has this name.

    Raises:
        SubjectNotFoundError: no such trace.
        UnknownRuleError: the trace has no such rule.
        CanvasError: no name or a bad one, or it is taken, or too many views.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CanvasError(f"A view has a name of at most {LONGEST_NAME} printable characters.")
    is_taken = case.store.lookup("canvas_views", name=name) is not None
    if is_taken and not replace:
        raise CanvasError(
            f"There is a view named {name!r} already.",
            next_step="Choose another name, or say that it is to be replaced.",
        )
    if not is_taken and case.store.count("canvas_views") >= MOST_VIEWS:
        raise CanvasError(f"The case has {MOST_VIEWS} saved views; drop some first.")
    if box is not None and not all(type(at) is int and abs(at) <= 10 * FARTHEST for at in box):
        raise CanvasError("The part that is looked at is not on the picture.")
    for each in (rule, *rules):
        _require_rule(case, trace_id, each)
    row = case.store.lookup("traces", trace_id=trace_id)
    assert row is not None
    canvas = canvas_of(case, trace_id, rule)
    places = canonical_json(kept_places(canvas))
    document = {
        "name": name,
        "trace_id": trace_id,
        "rule": rule,
        "result_sha256": row["result_sha256"],
        "narrowing": (narrowing or Narrowing()).document(),
        "show_unspent": show_unspent,
        "rules": sorted(rules),
        "box": None if box is None else list(box),
        "places_sha256": hashlib.sha256(places).hexdigest(),
    }
    case.act("canvas.save_view", what=document, blobs={"places": places})
    return get_view(case, name)


def drop_view(case: Case, name: str, *, why: str = "") -> None:
    """Take a saved view away.

    Raises:
        SubjectNotFoundError: no such view.
    """
    if case.store.lookup("canvas_views", name=name) is None:
        raise SubjectNotFoundError(f"The case has no saved view {name[:80]!r}.")
    case.act("canvas.drop_view", why=why, what={"name": name})


def _require_rule(case: Case, trace_id: str, rule: str) -> None:
    things = things_of(case, trace_id)
    if rule != COMPARE and rule not in things.rules:
        raise UnknownRuleError(
            f"The trace {trace_id} has no rule {rule[:40]!r}.",
            next_step=f"It has {', '.join(things.rules)}, and {COMPARE} for all of them.",
        )


def _checked_text(text: str) -> str:
    written = text.replace("\r\n", "\n").strip()
    if not written:
        raise CanvasError("A note needs a text.")
    if len(written) > LONGEST_NOTE:
        raise CanvasError(f"A note has at most {LONGEST_NOTE} characters; this has {len(written)}.")
    if not all(sign in "\n\t" or sign.isprintable() for sign in written):
        raise CanvasError("The note holds characters that cannot be printed.")
    return written


def _note_id(entry: Entry) -> str:
    return f"n{entry.seq}"


def apply_move(projection: Projection, entry: Entry) -> None:
    """`canvas.move`: these nodes stand where a person put them."""
    what = entry.what
    rows = [
        {
            "trace_id": what["trace_id"], "rule": what["rule"], "node_key": key,
            "x": x, "y": y, "journal_seq": entry.seq,
        }
        for key, (x, y) in sorted(what["places"].items())
    ]  # fmt: skip
    projection.store.insert("canvas_places", rows, replace=True)


def apply_reset(projection: Projection, entry: Entry) -> None:
    """`canvas.reset`: these nodes stand where the layout puts them."""
    what = entry.what
    for key in what["keys"]:
        projection.store.delete(
            "canvas_places", trace_id=what["trace_id"], rule=what["rule"], node_key=key
        )


def apply_open_fold(projection: Projection, entry: Entry) -> None:
    """`canvas.open_fold`: what this fold holds is drawn, and stands here."""
    projection.store.insert("canvas_folds", [{**entry.what, "journal_seq": entry.seq}])


def apply_close_fold(projection: Projection, entry: Entry) -> None:
    """`canvas.close_fold`: the badge is drawn again."""
    projection.store.delete("canvas_folds", **entry.what)


def apply_note(projection: Projection, entry: Entry) -> None:
    """`canvas.note`: a note with its author and time."""
    row = {
        "note_id": _note_id(entry),
        **entry.what,
        "who": entry.who,
        "at": moment_to_text(entry.at),
        "journal_seq": entry.seq,
    }
    projection.store.insert("canvas_notes", [row])


def apply_remove_note(projection: Projection, entry: Entry) -> None:
    """`canvas.remove_note`: the note is gone."""
    projection.store.delete("canvas_notes", note_id=entry.what["note_id"])


def apply_mark(projection: Projection, entry: Entry) -> None:
    """`canvas.mark`: this is for the report, or no longer."""
    what = entry.what
    if not what["marked"]:
        projection.store.delete("canvas_marks", subject=what["subject"])
        return
    row = {
        "subject": what["subject"],
        "why": what["reason"],
        "who": entry.who,
        "at": moment_to_text(entry.at),
        "journal_seq": entry.seq,
    }
    projection.store.insert("canvas_marks", [row], replace=True)


def apply_save_view(projection: Projection, entry: Entry) -> None:
    """`canvas.save_view`: the view with its digest."""
    document = dict(entry.what)
    row = {
        "name": document["name"],
        "trace_id": document["trace_id"],
        "rule": document["rule"],
        "document": document,
        "sha256": hashlib.sha256(canonical_json(document)).hexdigest(),
        "who": entry.who,
        "at": moment_to_text(entry.at),
        "journal_seq": entry.seq,
    }
    projection.store.insert("canvas_views", [row], replace=True)


def apply_drop_view(projection: Projection, entry: Entry) -> None:
    """`canvas.drop_view`: the view is gone."""
    projection.store.delete("canvas_views", name=entry.what["name"])
