"""The kept answer of a result that another took the place of, as it was."""

from typing import Any

import msgspec

from chainlead.errors import OriginNotFoundError
from chainlead.workflow.case import Case
from chainlead.workflow.replaced import TABLES, lookup_old


def old_result(case: Case, old_id: str) -> dict[str, Any]:
    """What an old trace, search or answer said; of a draft its row, with the digests of its files.

    Raises:
        OriginNotFoundError: nothing with this id was replaced.
    """
    for kind in TABLES:
        row = lookup_old(case.store, kind, old_id.strip().lower())
        if row is not None and "result_sha256" in row:
            return msgspec.json.decode(case.blobs.get(row["result_sha256"]), type=dict[str, Any])
        if row is not None:
            return row
    raise OriginNotFoundError(
        "No result with this id was replaced.",
        next_step="List them with `chainlead rerun CASE --list`; those that stand are shown elsewhere.",
    )
