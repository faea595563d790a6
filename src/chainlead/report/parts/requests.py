"""Drafted requests: what kind, for which lead, where each stands, and the digests of its files."""

from typing import Any

from chainlead.model import moment_to_text
from chainlead.request import RequestEvent, derive_state
from chainlead.store import Store


def requests(store: Store) -> list[dict[str, Any]]:
    """All drafts in the order in which they were made. chainlead sends none of them."""
    told: dict[str, list[RequestEvent]] = {}
    for row in store.rows("request_events", order_by=("journal_seq",)):
        told.setdefault(row["draft_id"], []).append(RequestEvent.from_row(row))
    return [
        {
            "draft_id": row["draft_id"],
            "lead_id": row["lead_id"],
            "trace_id": row["trace_id"],
            "kind": row["kind"],
            "instrument": row["instrument"],
            "language": row["language"],
            "state": derive_state(row["draft_id"], told.get(row["draft_id"], ())).state.value,
            "events": [_event(event) for event in told.get(row["draft_id"], ())],
            "files": row["files"],
            "parameters": row["parameters"],
        }
        for row in store.rows("drafts", order_by=("journal_seq", "draft_id"))
    ]


def _event(event: RequestEvent) -> dict[str, Any]:
    """What happened, by whom and when; what people noted stays in the case."""
    is_draft = event.event == "drafted"
    return {
        "event": event.event,
        "at": moment_to_text(event.at),
        "who": event.who,
        "reference": event.reference,
        "channel": event.channel,
        "parts": [] if is_draft else list(event.detail.get("parts", ())),
        "journal_seq": event.seq,
    }
