"""What the guide knows of results that blocks took the ground from, and of rows that exports state."""

from collections.abc import Iterator
from typing import Any

from chainlead.errors import LeadNotFoundError
from chainlead.guide import RerunFact, StatedFact
from chainlead.ledger import compare_stated
from chainlead.model import Chain
from chainlead.store import Blobs, Row, Store
from chainlead.workflow.leads import get_lead
from chainlead.workflow.replaced import NO_GROUND, SENT, TABLES, WAITING, latest_reruns

_MOST_COMPARED = 2_000
"""More stated rows the guide does not compare, because it answers at once; the report and the page do."""


def rerun_facts(store: Store, blobs: Blobs) -> Iterator[RerunFact]:
    """Results in the case that wait for a fetch, and drafts that need a person's look."""
    for (kind, old_id), row in sorted(latest_reruns(store).items()):
        table, key = TABLES[kind]
        result_id = row["new_id"] or old_id
        held = store.lookup(table, **{key: result_id})
        if held is None:
            continue
        if kind == "draft":
            if row["state"] in {SENT, NO_GROUND, WAITING}:
                yield RerunFact(kind, result_id, row["state"], _service(store, blobs, held))
        elif (row["state"] == WAITING or row["waits_for"]) and _is_newest(held, row):
            lacks = tuple(row["waits_for"] or row["because"])
            about, chain = _about(kind, held)
            yield RerunFact(kind, result_id, WAITING, about, chain, lacks)


def _is_newest(held: Row, row: Row) -> bool:
    """Whether nobody worked the result out after it was told to wait."""
    return int(held["journal_seq"]) <= int(row["journal_seq"])


def _about(kind: str, held: Row) -> tuple[str, str]:
    if kind == "trace":
        return held["origin"], held["parameters"]["chain"]
    if kind == "match":
        prices: list[Any] = held["question"]["prices"]
        return ", ".join(map(str, prices[:3])), held["question"]["chain"]
    return held["service"], held["chain"]


def _service(store: Store, blobs: Blobs, draft: Row) -> str:
    try:
        return get_lead(store, blobs, draft["lead_id"]).service or draft["draft_id"]
    except LeadNotFoundError:
        return str(draft["draft_id"])


def stated_facts(store: Store) -> Iterator[StatedFact]:
    """For each chain that exports state rows of: how the case's ledger stands to them."""
    for chain, rows in sorted(store.group_counts("stated_payments", "chain").items()):
        if rows > _MOST_COMPARED:
            yield StatedFact(chain, rows, 0, 0, 0)
            continue
        checks = compare_stated(store, Chain(chain))
        count = {
            word: sum(c.outcome == word for c in checks) for word in {c.outcome for c in checks}
        }
        yield StatedFact(
            chain, rows, count.get("agrees", 0), count.get("differs", 0),
            count.get("not in the ledger", 0),
        )  # fmt: skip
