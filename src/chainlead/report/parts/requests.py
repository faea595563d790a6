"""Drafted requests: what kind, for which lead, with which files and their digests."""

from typing import Any

from chainlead.store import Store


def requests(store: Store) -> list[dict[str, Any]]:
    """All drafts in the order in which they were made. chainlead sends none of them."""
    return [
        {
            "draft_id": row["draft_id"],
            "lead_id": row["lead_id"],
            "trace_id": row["trace_id"],
            "kind": row["kind"],
            "instrument": row["instrument"],
            "language": row["language"],
            "state": row["state"],
            "files": row["files"],
            "parameters": row["parameters"],
        }
        for row in store.rows("drafts", order_by=("journal_seq", "draft_id"))
    ]
