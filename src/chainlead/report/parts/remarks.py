"""What persons wrote or marked for the report. An internal note never comes here.

A case without any has no such part, so that its report is what it was before there were notes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from chainlead.report.graph import Graph
from chainlead.report.picture import whole_graph
from chainlead.store import Blobs, Store


def remarks(
    store: Store,
    blobs: Blobs,
    traces: Iterable[Mapping[str, Any]],
    leads: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Notes, marks and saved views for the report; empty where there are none.

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
    if not written and not marked:
        return {}
    words = _Words(store, traces, leads)
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
    }


class _Words:
    """What a subject is, in the words that the report has for it elsewhere."""

    def __init__(
        self,
        store: Store,
        traces: Iterable[Mapping[str, Any]],
        leads: Iterable[Mapping[str, Any]],
    ) -> None:
        self._store = store
        self._traces = {trace["trace_id"]: trace for trace in traces}
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
