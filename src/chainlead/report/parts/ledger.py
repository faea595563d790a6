"""The state of the case ledger: its sources, how much they hold, and the last block known."""

from typing import Any

from chainlead.ledger import find_ledger_status, status_document
from chainlead.model import BlockHash, moment_from_unix, moment_to_text
from chainlead.store import Store


def ledger(store: Store) -> dict[str, Any]:
    """Sources with their SHA-256, and for each chain the counts and the pin."""
    sources = [
        {
            "chain": row["chain"],
            "network": row["network"],
            "name": row["name"],
            "form": row["form"],
            "sha256": row["sha256"],
            "size_bytes": row["size_bytes"],
            "summary": row["summary"],
            "strength": "observed",
        }
        for row in store.rows("ledger_sources", order_by=("chain", "name", "sha256"))
    ]
    refused = [
        {
            "name": row["name"],
            "sha256": row["sha256"],
            "chain": row["chain"],
            "reason": row["reason"],
        }
        for row in store.rows("ledger_refusals")
    ]
    return {
        "sources": sources,
        "refused": refused,
        "chains": [_chain(store, status_document(status)) for status in find_ledger_status(store)],
    }


def _chain(store: Store, status: dict[str, Any]) -> dict[str, Any]:
    """The figures of one chain, and when its first and last known block were made."""
    chain, accounts = status["chain"], status["ledger_of"] == "accounts"
    table = "account_blocks" if accounts else "blocks"
    where: dict[str, Any] = {"chain": chain, "height": (">=", 0)}
    if not accounts:
        where["on_best_chain"] = True
    tip, first = (
        store.lookup(table, order_by=(order, "block_hash"), **where)
        for order in ("-height", "height")
    )
    return {
        **status,
        "first_height": first["height"] if first else None,
        "first_mined_at": _moment(first["mined_at_unix"]) if first else None,
        "height": tip["height"] if tip else None,
        "block_hash": _name(tip["block_hash"]) if tip else None,
        "mined_at": _moment(tip["mined_at_unix"]) if tip else None,
        "network": status["network"] if tip else None,
        "height_basis": tip.get("height_basis") if tip else None,
    }


def _name(block_hash: bytes | str) -> str:
    return block_hash if isinstance(block_hash, str) else str(BlockHash.from_wire(block_hash))


def _moment(seconds: int) -> str:
    return moment_to_text(moment_from_unix(seconds))
