"""What persons wrote, marked or folded by hand, for the report. An internal note never comes here.

A case without any has no such part, so that its report is what it was before there were notes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from chainlead.report.canvas import HAND, Canvas, HandFold, as_places
from chainlead.report.graph import Graph
from chainlead.report.picture import Shown, to_export, whole_graph
from chainlead.store import Blobs, Store


def remarks(
    store: Store,
    blobs: Blobs,
    traces: Iterable[Mapping[str, Any]],
    leads: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Notes, marks, saved views and folds by hand for the report; empty where there are none.

    Args:
        store: the case's tables.
        blobs: its stored answers.
        traces: of the bundle.
        leads: of the bundle.
    """
    written = [
        row for row in store.rows("canvas_notes", order_by=["journal_seq"]) if row["for_report"]
    ]
    marked = list(store.rows("canvas_marks", order_by=["journal_seq", "subject"]))
    followed = {trace["trace_id"]: trace for trace in traces}
    folded = _hand_folds(store, blobs, followed)
    if not written and not marked and not folded:
        return {}
    words = _Words(store, followed, leads, folded)
    views = {f"view:{row['name']}": row for row in store.rows("canvas_views")}
    return {
        "notes": [
            {
                **{name: row[name] for name in ("note_id", "subject", "text", "who", "at")},
                "about": words.about(row["subject"]),
            }
            for row in written
        ],
        "marks": [
            {
                **{name: row[name] for name in ("subject", "why", "who", "at")},
                "about": words.about(row["subject"]),
            }
            for row in marked
            if row["subject"] not in views
        ],
        "views": [
            {
                **{name: views[row["subject"]][name] for name in ("name", "who", "at", "sha256")},
                **views[row["subject"]]["document"],
                "canvas": msgspec.json.decode(
                    blobs.get(views[row["subject"]]["document"]["places_sha256"])
                ),
                "marked_by": row["who"],
                "why": row["why"],
            }
            for row in marked
            if row["subject"] in views
        ],
        **({"hand_folds": folded} if folded else {}),
    }


def _hand_folds(
    store: Store, blobs: Blobs, traces: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The folds that persons made and that are folded now, with what each box says of itself."""
    told: list[dict[str, Any]] = []
    rows = [
        row
        for row in store.rows("hand_folds", order_by=["journal_seq"])
        if not row["is_open"] and row["trace_id"] in traces
    ]
    for trace_id, rule in dict.fromkeys((row["trace_id"], row["rule"]) for row in rows):
        here = [row for row in rows if (row["trace_id"], row["rule"]) == (trace_id, rule)]
        opened = store.rows(
            "canvas_folds", order_by=["journal_seq", "fold_key"], trace_id=trace_id, rule=rule
        )
        canvas = Canvas(
            opened={row["fold_key"]: as_places(row["places"]) for row in opened},
            hand_folds=tuple(
                HandFold.from_document(
                    {**row, "members": msgspec.json.decode(blobs.get(row["members_sha256"]))}
                )
                for row in here
            ),
        )
        boxes = {node.key: node for node in to_export(traces[trace_id], rule, Shown(canvas)).boxes}
        for row in here:
            box = boxes.get(f"{HAND}{row['fold_id']}")
            names = ("fold_id", "trace_id", "rule", "name", "kind", "start", "who", "at")
            told.append(
                {
                    **{name: row[name] for name in names},
                    "said": box.title if box else "It is inside another fold, or its things are.",
                    "things": len(row["nodes"]),
                    "members_sha256": row["members_sha256"],
                }
            )
    return told


class _Words:
    """What a subject is, in the words that the report has for it elsewhere."""

    def __init__(
        self,
        store: Store,
        traces: Mapping[str, Mapping[str, Any]],
        leads: Iterable[Mapping[str, Any]],
        folded: Iterable[Mapping[str, Any]],
    ) -> None:
        self._store = store
        self._traces = traces
        self._boxes = {f"{HAND}{row['fold_id']}": str(row["said"]) for row in folded}
        self._leads = {lead["lead_id"]: lead for lead in leads}
        self._graphs: dict[str, list[Graph]] = {}

    def about(self, subject: str) -> str:
        """A sentence; the bare name where nothing more is known."""
        kind, _, rest = subject.partition(":")
        say = {
            "node": self._node,
            "edge": self._edge,
            "finding": self._finding,
            "lead": self._lead,
            "draft": self._draft,
            "trace": self._trace,
        }.get(kind)
        return (say(rest) if say else "") or rest

    def _drawn(self, trace_id: str) -> list[Graph]:
        if trace_id not in self._graphs:
            trace = self._traces.get(trace_id)
            rules = sorted(trace["rules"]) if trace else []
            self._graphs[trace_id] = [whole_graph(trace, rule) for rule in rules if trace]
        return self._graphs[trace_id]

    def _node(self, rest: str) -> str:
        trace_id, _, key = rest.partition(":")
        if key in self._boxes:
            return self._boxes[key]
        titles = [n.title for graph in self._drawn(trace_id) for n in graph.nodes if n.key == key]
        return titles[0] if titles else ""

    def _edge(self, rest: str) -> str:
        trace_id, _, ends = rest.partition(":")
        titles = [
            edge.title
            for graph in self._drawn(trace_id)
            for edge in graph.edges
            if f"{edge.tail}:{edge.head}" == ends
        ]
        return " ".join(dict.fromkeys(titles))

    def _finding(self, rest: str) -> str:
        row = self._store.lookup("findings", finding_id=rest)
        if row is None:
            return ""
        place = " › ".join([row["exhibit"], *row["location"]])
        value = row["value"] or "a secret, whose value is nowhere in this case"
        return f"Finding {rest}: {row['kind'].replace('_', ' ')} {value}, in {place}."

    def _lead(self, rest: str) -> str:
        lead = self._leads.get(rest)
        if lead is None:
            return ""
        return f"Lead {rest}: {lead['service'] or lead['track']} ({lead['strength']})."

    def _draft(self, rest: str) -> str:
        row = self._store.lookup("drafts", draft_id=rest)
        return f"Request {rest}, {row['kind']}, for the lead {row['lead_id']}." if row else ""

    def _trace(self, rest: str) -> str:
        trace = self._traces.get(rest)
        return f"Trace {rest}, {trace['direction']} from {trace['origin']}." if trace else ""
