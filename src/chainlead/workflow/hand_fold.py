"""Fold by hand: chosen things of a picture become one named box; open it, fold it again, take it away.

Each is an act of the journal that can be taken back. What is in a box is worked out when it is made,
and kept: a replay needs no picture. A fold belongs to one trace under one rule, and is the same for
everybody. It hides nothing: its box says how many things it holds and how much, and the table has all.

Limits: two boxes of one picture that are folded hold different things, or one holds all of the other.
"""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CanvasError, SubjectNotFoundError, UnknownRuleError
from chainlead.model import moment_to_text
from chainlead.report import (
    CHOSEN,
    COMPARE,
    HAND,
    HandFold,
    Narrowing,
    Shown,
    canonical_json,
    hand_choice,
    require_room,
    trace_named,
)
from chainlead.workflow.canvas import canvas_of
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.hand_fold_rows import hand_folds_of, lookup_row, rows_of
from chainlead.workflow.no_secret import refuse_secret

LONGEST_NAME = 80
MOST_FOLDS = 200
MOST_CHOSEN = 1_500


def fold_by_hand(
    case: Case,
    trace_id: str,
    rule: str,
    keys: Collection[str],
    *,
    name: str,
    kind: str = CHOSEN,
    narrowing: Narrowing | None = None,
    show_unspent: bool = False,
    why: str = "",
) -> HandFold:
    """Draw chosen things, or everything after or before one of them, as one named box.

    Args:
        case: open for writing.
        trace_id: which trace.
        rule: one of its rules, or `compare`.
        keys: the chosen things of the picture; one for a branch.
        name: what the box is called, at most `LONGEST_NAME` characters.
        kind: `chosen`, `after` or `before`.
        narrowing: what of the trail is drawn while the person chooses; all if left out.
        show_unspent: whether every fold with unspent outputs is open meanwhile.
        why: a reason, where there is one.

    Raises:
        SubjectNotFoundError: no such trace.
        UnknownRuleError: the trace has no such rule.
        CanvasError: no name or a bad one, a thing is not in the picture or must stay in it, there are
            too few or too many.
    """
    _ask_first(case, "make", trace_id, rule, nodes=sorted(set(keys)))
    called = _checked_name(case, trace_id, rule, name)
    if not keys or len(keys) > MOST_CHOSEN:
        raise CanvasError(f"Between 1 and {MOST_CHOSEN} things are chosen at once.")
    trace = _trace(case, trace_id, rule)
    shown = Shown(canvas_of(case, trace_id, rule), narrowing or Narrowing(), show_unspent)
    found = hand_choice(trace, rule, shown, kind, keys)
    members = canonical_json(list(found.members))
    what = {
        "trace_id": trace_id,
        "rule": rule,
        "name": called,
        "kind": kind,
        "start": "" if kind == CHOSEN else next(iter(keys)),
        "nodes": list(found.nodes),
        "place": list(found.place),
        "members_sha256": hashlib.sha256(members).hexdigest(),
    }
    entry = case.act("hand_fold.make", why=why, what=what, blobs={"members": members})
    folds = hand_folds_of(case.store, case.blobs, trace_id, rule)
    return next(fold for fold in folds if fold.fold_id == _fold_id(entry))


def open_hand_fold(case: Case, trace_id: str, rule: str, key: str, *, why: str = "") -> None:
    """Draw what is in a box, where it stood; the box can be folded again.

    Args:
        case: open for writing.
        trace_id: which trace.
        rule: one of its rules, or `compare`.
        key: of the box, as `data-fold` has it.
        why: a reason, where there is one.

    Raises:
        SubjectNotFoundError: no such fold in this picture.
        CanvasError: it is open already, or too much would be drawn.
    """
    row = _require(case, trace_id, rule, key)
    if row["is_open"]:
        raise CanvasError("This fold is open already.")
    canvas = canvas_of(case, trace_id, rule)
    folds = tuple(fold for fold in canvas.hand_folds if fold.key != key)
    require_room(_trace(case, trace_id, rule), rule, Shown(canvas.with_hand_folds(folds)))
    case.act("hand_fold.open", why=why, what=_what(row))


def close_hand_fold(case: Case, trace_id: str, rule: str, key: str, *, why: str = "") -> None:
    """Draw the box again.

    Raises:
        SubjectNotFoundError: no such fold in this picture.
        CanvasError: it is not open, or a part of it was folded into another box meanwhile.
    """
    row = _require(case, trace_id, rule, key)
    if not row["is_open"]:
        raise CanvasError(f"The fold “{row['name']}” is not open.")
    folds = {fold.key: fold for fold in hand_folds_of(case.store, case.blobs, trace_id, rule)}
    own = folds[key].members
    for other in folds.values():
        is_apart = not own & other.members
        if other.is_open or is_apart or own <= other.members or other.members <= own:
            continue
        raise CanvasError(
            f"A part of “{row['name']}” is in the fold “{other.name}” now.",
            next_step="Open or take away that one first.",
        )
    case.act("hand_fold.close", why=why, what=_what(row))


def drop_hand_fold(case: Case, trace_id: str, rule: str, key: str, *, why: str = "") -> None:
    """Take a fold away for good, as far as undo does not bring it back; its things are drawn.

    Raises:
        SubjectNotFoundError: no such fold in this picture.
        CanvasError: too much would be drawn.
    """
    row = _require(case, trace_id, rule, key)
    if not row["is_open"]:
        canvas = canvas_of(case, trace_id, rule)
        folds = tuple(fold for fold in canvas.hand_folds if fold.key != key)
        require_room(_trace(case, trace_id, rule), rule, Shown(canvas.with_hand_folds(folds)))
    case.act("hand_fold.drop", why=why, what=_what(row))


def _trace(case: Case, trace_id: str, rule: str) -> dict[str, Any]:
    trace = trace_named(case.store, case.blobs, trace_id)
    if trace is None:
        raise SubjectNotFoundError(f"The case has no trace {trace_id[:80]!r}.")
    if rule != COMPARE and rule not in trace["rules"]:
        raise UnknownRuleError(
            f"The trace {trace_id} has no rule {rule[:40]!r}.",
            next_step=f"It has {', '.join(sorted(trace['rules']))}, and {COMPARE} for all of them.",
        )
    return dict(trace)


def _require(case: Case, trace_id: str, rule: str, key: str) -> Mapping[str, Any]:
    row = lookup_row(case.store, key, trace_id=trace_id, rule=rule)
    if row is None:
        _ask_first(case, "open", trace_id, rule, nodes=(), fold_id=key.removeprefix(HAND))
        raise SubjectNotFoundError(f"This picture has no fold {key[:120]!r} made by hand.")
    return row


def _ask_first(case: Case, step: str, trace_id: str, rule: str, **about: Any) -> None:
    """Let a colleague's decision about the same be named before the picture that it left is."""
    if case.before_act is not None:
        case.before_act(f"hand_fold.{step}", {"trace_id": trace_id, "rule": rule, **about})


def _checked_name(case: Case, trace_id: str, rule: str, name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise CanvasError(
            f"A fold by hand has a name of at most {LONGEST_NAME} printable characters.",
            next_step="Call it what it is for the case, such as “payments to helpers”.",
        )
    if any(row["name"] == called for row in rows_of(case.store, trace_id=trace_id, rule=rule)):
        raise CanvasError(
            f"This picture has a fold named “{called}” already.", next_step="Choose another name."
        )
    if case.store.count("hand_folds") >= MOST_FOLDS:
        raise CanvasError(f"The case has {MOST_FOLDS} folds by hand; take some away first.")
    refuse_secret(case, called)
    return called


def _what(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("fold_id", "trace_id", "rule", "name", "nodes")}


def _fold_id(entry: Entry) -> str:
    return f"h{entry.seq}"


def apply_make(projection: Projection, entry: Entry) -> None:
    """`hand_fold.make`: these things are one box."""
    row = {
        "fold_id": _fold_id(entry),
        **entry.what,
        "is_open": False,
        "who": entry.who,
        "at": moment_to_text(entry.at),
        "journal_seq": entry.seq,
    }
    projection.store.insert("hand_folds", [row])


def apply_open(projection: Projection, entry: Entry) -> None:
    """`hand_fold.open`: its things are drawn."""
    _set_open(projection, entry, is_open=True)


def apply_close(projection: Projection, entry: Entry) -> None:
    """`hand_fold.close`: its box is drawn."""
    _set_open(projection, entry, is_open=False)


def apply_drop(projection: Projection, entry: Entry) -> None:
    """`hand_fold.drop`: there is no such fold any more."""
    projection.store.delete("hand_folds", fold_id=entry.what["fold_id"])


def _set_open(projection: Projection, entry: Entry, *, is_open: bool) -> None:
    row = projection.store.lookup("hand_folds", fold_id=entry.what["fold_id"])
    assert row is not None
    projection.store.insert("hand_folds", [{**row, "is_open": is_open}], replace=True)
