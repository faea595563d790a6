"""The state of the case ledger: its sources, how much they hold, and the last block known."""

from typing import Any

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
    chains = sorted({*store.group_counts("transactions", "chain"), *(s["chain"] for s in sources)})
    return {
        "sources": sources,
        "refused": refused,
        "chains": [_chain(store, chain) for chain in chains],
    }


def _chain(store: Store, chain: str) -> dict[str, Any]:
    tip, first = (
        store.lookup("blocks", order_by=(order,), chain=chain, on_best_chain=True, height=(">=", 0))
        for order in ("-height", "height")
    )
    return {
        "chain": chain,
        "blocks": store.count("blocks", chain=chain),
        "transactions": store.count("transactions", chain=chain),
        "first_height": first["height"] if first else None,
        "first_mined_at": _moment(first["mined_at_unix"]) if first else None,
        "height": tip["height"] if tip else None,
        "block_hash": str(BlockHash.from_wire(tip["block_hash"])) if tip else None,
        "mined_at": _moment(tip["mined_at_unix"]) if tip else None,
        "network": tip["network"] if tip else None,
        "height_basis": tip["height_basis"] if tip else None,
    }


def _moment(seconds: int) -> str:
    return moment_to_text(moment_from_unix(seconds))
