"""Searches for payments that match advertised prices: the stored answers, with their controls."""

from typing import Any

import msgspec

from chainlead.store import Blobs, Store

MOST_LISTED = 500


def payments(store: Store, blobs: Blobs) -> list[dict[str, Any]]:
    """All searches in the order in which they were made; long lists are cut and say so."""
    found = []
    for row in store.rows("payment_matches", order_by=("journal_seq", "match_id")):
        answer = msgspec.json.decode(blobs.get(row["result_sha256"]))
        listed = answer["matches"][:MOST_LISTED]
        found.append(
            {
                **answer,
                "matches": listed,
                "matches_not_listed": answer["match_count"] - len(listed),
                "result_sha256": row["result_sha256"],
            }
        )
    return found
