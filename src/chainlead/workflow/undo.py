"""`undo` and `redo`: take the last decision of a case back, step by step, across restarts.

The journal is the stack: a decision that was taken back stays in it, and the taking back is an act
of its own. What is read from evidence, ledgers and servers is never undone; a person's decisions
are. A new decision clears what could be done again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CaseError
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection, apply_entry

REVERSIBLE: Mapping[str, str] = {
    "canvas.close_fold": "canvas_folds",
    "canvas.drop_view": "canvas_views",
    "canvas.mark": "canvas_marks",
    "canvas.move": "canvas_places",
    "canvas.note": "canvas_notes",
    "canvas.open_fold": "canvas_folds",
    "canvas.remove_note": "canvas_notes",
    "canvas.reset": "canvas_places",
    "canvas.save_view": "canvas_views",
    "case.set": "settings",
    "findings.triage": "triage",
    "findings.triage_many": "triage",
    "findings.undo": "triage",
    "hand_fold.close": "hand_folds",
    "hand_fold.drop": "hand_folds",
    "hand_fold.make": "hand_folds",
    "hand_fold.open": "hand_folds",
    "links.decide": "link_decisions",
    "next.dismiss": "dismissed_steps",
    "next.recall": "dismissed_steps",
}
"""Each act that can be taken back, with the one table that it fills."""
_KEYS = {
    "canvas_folds": ("trace_id", "rule", "fold_key"),
    "canvas_marks": ("subject",),
    "canvas_notes": ("note_id",),
    "canvas_places": ("trace_id", "rule", "node_key"),
    "canvas_views": ("name",),
    "hand_folds": ("fold_id",),
    "settings": ("name",),
    "triage": ("finding_id",),
    "link_decisions": ("chain", "txid", "rule"),
    "dismissed_steps": ("step_id",),
}
_BEGINNINGS = {"settings": ("case.new", "purge.done")}
"""Acts that are no decisions and fill a table before decisions change it."""
BACK, AGAIN = "undo.back", "undo.again"


def undo(case: Case, *, why: str = "") -> Entry:
    """Take back the last decision that stands, and return it.

    Raises:
        CaseError: nothing is left to take back.
    """
    done, _ = stacks(case.entries)
    if not done:
        raise CaseError(
            "There is no decision to take back.",
            next_step="What was read from evidence or a ledger stays; only decisions are undone.",
        )
    changed = _difference(case, done, done[:-1])
    case.act(BACK, why=why, what={"seq": done[-1].seq, "act": done[-1].act, **changed})
    return done[-1]


def redo(case: Case, *, why: str = "") -> Entry:
    """Make the decision again that was taken back last, and return it.

    Raises:
        CaseError: nothing was taken back, or something was decided since.
    """
    done, undone = stacks(case.entries)
    if not undone:
        raise CaseError(
            "There is nothing to do again.",
            next_step="Only what was taken back, with no decision since, is done again.",
        )
    changed = _difference(case, done, [*done, undone[-1]])
    case.act(AGAIN, why=why, what={"seq": undone[-1].seq, "act": undone[-1].act, **changed})
    return undone[-1]


def stacks(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The decisions that stand, and those that could be made again, each with the last one last."""
    done: list[Entry] = []
    undone: list[Entry] = []
    for entry in entries:
        if entry.act in REVERSIBLE:
            done.append(entry)
            undone.clear()
        elif entry.act == BACK:
            undone.append(done.pop())
        elif entry.act == AGAIN:
            done.append(undone.pop())
    return done, undone


def apply_back(projection: Projection, entry: Entry) -> None:
    """`undo.back`: the rows are as they were before the decision."""
    _put(projection, entry.what)


def apply_again(projection: Projection, entry: Entry) -> None:
    """`undo.again`: the rows are as the decision made them."""
    _put(projection, entry.what)


def _put(projection: Projection, what: Mapping[str, Any]) -> None:
    table = REVERSIBLE[what["act"]]
    for key in what["gone"]:
        projection.store.delete(table, **key)
    projection.store.insert(table, what["rows"], replace=True)


def _difference(case: Case, now: Sequence[Entry], then: Sequence[Entry]) -> dict[str, Any]:
    """What has to change in the table of the decision that tells the two lists apart."""
    apart = max(now, then, key=len)[-1]
    table = REVERSIBLE[apart.act]
    names = _names(apart)
    is_rows = _rows(case, _about(now, names), table)
    was_rows = _rows(case, _about(then, names), table)
    return {
        "rows": [row for key, row in sorted(was_rows.items()) if is_rows.get(key) != row],
        "gone": [
            dict(zip(_KEYS[table], key, strict=True)) for key in sorted(is_rows.keys() - was_rows)
        ],
    }


def _names(entry: Entry) -> frozenset[str]:
    """The things of a canvas that a decision is about; empty for decisions of other kinds."""
    verb, _, step = entry.act.partition(".")
    if verb == "hand_fold":
        return frozenset({f"h{entry.seq}" if step == "make" else entry.what["fold_id"]})
    if verb != "canvas":
        return frozenset()
    what = entry.what
    if step == "note":
        return frozenset({f"n{entry.seq}"})
    if step in {"move", "reset"}:
        keys = what["places"] if step == "move" else what["keys"]
        return frozenset(f"{what['trace_id']} {what['rule']} {key}" for key in keys)
    named = {
        "open_fold": ("trace_id", "rule", "fold_key"),
        "close_fold": ("trace_id", "rule", "fold_key"),
        "remove_note": ("note_id",),
        "mark": ("subject",),
        "save_view": ("name",),
        "drop_view": ("name",),
    }
    return frozenset({" ".join(what[name] for name in named[step])})


def _about(entries: Sequence[Entry], names: frozenset[str]) -> list[Entry]:
    """Those decisions that are about one of the same things: thousands of moves are about others."""
    return [entry for entry in entries if not names or names & _names(entry)]


def _rows(case: Case, entries: Iterable[Entry], table: str) -> dict[tuple[str, ...], Any]:
    """The table as these decisions alone make it."""
    with Store.in_memory() as store:
        projection = Projection(store, case.blobs, case.key)
        for entry in case.entries:
            if entry.act in _BEGINNINGS.get(table, ()):
                apply_entry(projection, entry)
        for entry in entries:
            if REVERSIBLE[entry.act] == table:
                apply_entry(projection, entry)
        return {tuple(str(row[name]) for name in _KEYS[table]): row for row in store.rows(table)}
