"""The folds that persons made, as the case keeps them: rows of a table, their content in stored files."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chainlead.report import HAND, HandFold
from chainlead.store import Blobs, Store


def hand_folds_of(
    store: Store, blobs: Blobs, trace_id: str = "", rule: str = ""
) -> tuple[HandFold, ...]:
    """The folds of one picture, or of the case, oldest first.

    Args:
        store: the case's tables.
        blobs: its stored files.
        trace_id: which trace; all if left out.
        rule: one of its rules, or `compare`.
    """
    where: dict[str, Any] = {"trace_id": trace_id, "rule": rule} if trace_id else {}
    return tuple(_hand_fold(blobs, row) for row in rows_of(store, **where))


def rows_of(store: Store, **where: Any) -> list[Mapping[str, Any]]:
    """The rows of the table, oldest fold first."""
    return list(store.rows("hand_folds", order_by=["journal_seq"], **where))


def lookup_row(store: Store, key: str, **where: Any) -> Mapping[str, Any] | None:
    """The row of a fold by the key of its box; None where the case has no such fold."""
    if not key.startswith(HAND) or not key.isascii():
        return None
    return store.lookup("hand_folds", fold_id=key.removeprefix(HAND), **where)


def _hand_fold(blobs: Blobs, row: Mapping[str, Any]) -> HandFold:
    members = msgspec.json.decode(blobs.get(row["members_sha256"]))
    return HandFold.from_document({**row, "members": members})
