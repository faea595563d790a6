"""Which results of a case rest on blocks or transactions that left the chain after they were made.

Traces, resumed traces, searches for payments and answers of services are kept; leads and crossings are
worked out when they are asked for. A draft rests on the trace that its lead came from.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from chainlead.ledger import LostPlace, find_lost_places
from chainlead.store import Blobs, Row, Store
from chainlead.workflow.replaced import REPLACED, WAITING, Dependant, latest_reruns

_HASH_DIGITS = 64


def find_dependants(
    store: Store, blobs: Blobs, lost: Mapping[str, LostPlace] | None = None, *, retry: bool = False
) -> tuple[Dependant, ...]:
    """Answers, traces and searches that are to be worked out again, in the order of that work.

    Args:
        store: the case's tables.
        blobs: its stored answers.
        lost: what left the chain, if that is at hand.
        retry: also those that waited for a fetch, where something was fetched since.
    """
    lost = find_lost_places(store) if lost is None else lost
    known = latest_reruns(store)
    if not lost and not known:
        return ()
    look = _Look(store, blobs, lost, known, retry=retry)
    return (*look.answers(), *look.traces(), *look.matches())


def find_draft_dependants(store: Store) -> tuple[Dependant, ...]:
    """Drafts whose trace another took the place of, and that nobody looked at since."""
    known = latest_reruns(store)
    found = []
    for row in store.rows("drafts", order_by=("journal_seq", "draft_id")):
        moved = last_move(known, row["trace_id"])
        before = known.get(("draft", row["draft_id"]))
        if moved is None:
            continue
        if before is None or before["journal_seq"] < moved["journal_seq"]:
            because = tuple(moved["because"])
            found.append(Dependant("draft", row["draft_id"], moved["cause_seq"], because))
    return tuple(found)


def last_move(known: Mapping[tuple[str, str], Row], trace_id: str) -> Row | None:
    """The last of the replacements that began with this trace; None where nothing took its place."""
    found, seq = None, -1
    moved = known.get(("trace", trace_id))
    while moved is not None and moved["state"] == REPLACED and moved["journal_seq"] > seq:
        found, seq = moved, moved["journal_seq"]
        moved = known.get(("trace", moved["new_id"]))
    return found


def names_in_trace(document: Mapping[str, Any]) -> frozenset[str]:
    """The block that a trace is pinned to and the transactions that it passes, in lower case."""
    found = {document["pinned"]["block_hash"] or ""}
    for result in document["rules"].values():
        for place in (*result["transfers"], *result["frontier"]):
            found.add(str(place.get("txid") or place.get("outpoint")).partition(":")[0])
    return frozenset(name.lower() for name in found if name)


def names_in_match(document: Mapping[str, Any]) -> frozenset[str]:
    """The block that a search is pinned to and the transactions that it lists, in lower case."""
    found = {document["pinned"]["block_hash"] or ""}
    for one in document["matches"]:
        found.add(str(one.get("txid") or one.get("outpoint")).partition(":")[0])
    return frozenset(name.lower() for name in found if name)


class _Look:
    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        lost: Mapping[str, LostPlace],
        known: Mapping[tuple[str, str], Row],
        *,
        retry: bool,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._lost = lost
        self._known = known
        self._retry = retry
        self._waiting = {
            (row["kind"], row["new_id"]): row for row in known.values() if row["waits_for"]
        }

    def answers(self) -> Iterator[Dependant]:
        """Answers with a row that was compared with such a transaction."""
        for row in self._store.rows("answers", order_by=("journal_seq", "answer_id")):
            stated = self._store.rows("answer_rows", answer_id=row["answer_id"])
            names = {str((one["ledger_check"] or {}).get("txid", "")).lower() for one in stated}
            pinned = {"chain": row["chain"], "height": None}
            yield from self._due("answer", row["answer_id"], row["journal_seq"], names, pinned)

    def traces(self) -> Iterator[Dependant]:
        """Traces; those that begin behind a service come last, since they rest on answers."""
        rows = self._store.rows("traces", order_by=("journal_seq", "trace_id"))
        for row in sorted(rows, key=lambda row: "behind" in row["parameters"]):
            document = self._document(row)
            names, pinned = names_in_trace(document), document["pinned"]
            yield from self._due("trace", row["trace_id"], row["journal_seq"], names, pinned)

    def matches(self) -> Iterator[Dependant]:
        """Searches for payments."""
        for row in self._store.rows("payment_matches", order_by=("journal_seq", "match_id")):
            document = self._document(row)
            names, pinned = names_in_match(document), document["pinned"]
            yield from self._due("match", row["match_id"], row["journal_seq"], names, pinned)

    def _document(self, row: Row) -> dict[str, Any]:
        content = self._blobs.get(row["result_sha256"])
        return msgspec.json.decode(content, type=dict[str, Any])

    def _due(
        self,
        kind: str,
        old_id: str,
        made_seq: int,
        names: Iterable[str],
        pinned: Mapping[str, Any],
    ) -> Iterator[Dependant]:
        hits = [self._lost[name] for name in sorted(names) if name in self._lost]
        hits = [one for one in hits if one.cause_seq > made_seq]
        before = self._known.get((kind, old_id))
        cause = max((one.cause_seq for one in hits), default=-1)
        if hits and (before is None or before["journal_seq"] < cause):
            yield Dependant(kind, old_id, cause, tuple(one.name for one in hits))
            return
        if hits and before is not None and before["state"] != WAITING:
            return
        waited = before if hits else self._waiting.get((kind, old_id))
        if not self._retry or waited is None or waited["journal_seq"] < made_seq:
            return
        newest = self._store.largest("ledger_sources", "journal_seq", chain=pinned["chain"]) or -1
        awaited = tuple(waited["waits_for"] or waited["because"])
        is_there = any(self._is_there(name, pinned) for name in awaited)
        if newest > waited["journal_seq"] and is_there:
            yield Dependant(kind, old_id, newest, awaited, is_retry=True)

    def _is_there(self, name: str, pinned: Mapping[str, Any]) -> bool:
        """Whether what was waited for may be known now."""
        if len(name) == _HASH_DIGITS:
            return name not in self._lost or not self._lost[name].is_gone
        row = self._store.lookup("fetched_places", chain=pinned["chain"], place=name)
        return row is not None and row["last_height"] >= (pinned["height"] or 0)
