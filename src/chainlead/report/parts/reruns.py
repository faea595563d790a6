"""Results that were worked out again because blocks left the chain: what took the place of what, and why."""

from typing import Any

from chainlead.store import Store


def reruns(store: Store) -> list[dict[str, Any]]:
    """In the order of the journal; `is_open`: nothing became of the result after that."""
    rows = list(store.rows("reruns", order_by=("journal_seq", "kind", "old_id")))
    last = {(row["kind"], row["old_id"]): row["journal_seq"] for row in rows}
    return [
        {
            "kind": row["kind"],
            "old_id": row["old_id"],
            "new_id": row["new_id"] or None,
            "state": row["state"],
            "old_result_sha256": row["old_row"].get("result_sha256"),
            "cause_entry": row["cause_seq"],
            "left_the_chain": row["because"],
            "left_in_all": row["because_count"],
            "waits_for": row["waits_for"],
            "words": row["words"],
            "journal_seq": row["journal_seq"],
            "is_open": last.get((row["kind"], row["new_id"] or row["old_id"]), -1)
            <= row["journal_seq"],
        }
        for row in rows
    ]
