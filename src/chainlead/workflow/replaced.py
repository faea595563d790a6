"""What a result that was worked out again leaves behind: the old row, what took its place, and why.

The act that holds the new result says under `rerun` which old one it replaces; both are done in one act,
so a case never holds half of it. The old row moves to the table `reruns`; its answer stays where it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.custody import Entry
from chainlead.store import Row, Store

REPLACED, WAITING, SAME, SENT, NO_GROUND = "replaced", "waiting", "same", "sent", "no ground"
"""What became of a result: another took its place; it waits for a fetch; it came out the same; it is a
request that was sent, which nobody changes; nothing leads to it any more."""
TABLES: Mapping[str, tuple[str, str]] = {
    "answer": ("answers", "answer_id"),
    "trace": ("traces", "trace_id"),
    "match": ("payment_matches", "match_id"),
    "draft": ("drafts", "draft_id"),
}
"""Each kind of result that is worked out again, with its table and key, in the order of that work."""
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Dependant:
    """A result that rests on something that left the chain.

    Attributes:
        kind: one of `TABLES`.
        cause_seq: the journal entry by which it left.
        because: the blocks and transactions that left.
        is_retry: it was worked out before, and waited for what may be there now.
    """

    kind: str
    old_id: str
    cause_seq: int
    because: tuple[str, ...] = ()
    is_retry: bool = False

    def told(
        self, state: str = REPLACED, *, words: str = "", waits_for: Iterable[str] = ()
    ) -> dict[str, Any]:
        """For the journal."""
        return {
            "kind": self.kind,
            "replaces": self.old_id,
            "state": state,
            "cause_seq": self.cause_seq,
            "because": sorted(self.because)[:_MOST_NAMED],
            "because_count": len(self.because),
            "words": words,
            "waits_for": sorted(waits_for)[:_MOST_NAMED],
        }


def take_place(store: Store, entry: Entry, new_id: str) -> None:
    """Called by an applier before it writes its new row: if that replaces an old one, move the old."""
    told = entry.what.get("rerun")
    if told is None:
        return
    table, key = TABLES[told["kind"]]
    where = {key: told["replaces"]}
    old = store.lookup(table, **where)
    store.delete(table, **where)
    keep_told(store, entry.seq, told, new_id, old or {})


def keep_told(
    store: Store,
    journal_seq: int,
    told: Mapping[str, Any],
    new_id: str = "",
    old: Row | None = None,
) -> None:
    """Write down what became of one result."""
    row = {
        "journal_seq": journal_seq,
        "kind": told["kind"],
        "old_id": told["replaces"],
        "new_id": new_id,
        "old_row": dict(old or {}),
    }
    for name in ("state", "cause_seq", "because", "because_count", "words", "waits_for"):
        row[name] = told[name]
    store.insert("reruns", [row])


def old_rows(store: Store, kind: str) -> list[Row]:
    """The rows of one kind that others took the place of, in order of their replacing."""
    rows = store.rows("reruns", order_by=("journal_seq",), kind=kind, state=REPLACED)
    return [row["old_row"] for row in rows if row["old_row"]]


def lookup_old(store: Store, kind: str, old_id: str) -> Row | None:
    """The row of a result that another took the place of; of several the last one."""
    key = TABLES[kind][1]
    return next((row for row in reversed(old_rows(store, kind)) if row[key] == old_id), None)


def latest_reruns(store: Store) -> dict[tuple[str, str], Row]:
    """What became of each result last, by kind and id."""
    rows = store.rows("reruns", order_by=("journal_seq",))
    return {(row["kind"], row["old_id"]): row for row in rows}
