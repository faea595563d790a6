"""What exports of wallets, exchanges and explorers state in rows, and how the case's ledger stands to it."""

from collections import Counter
from typing import Any

from chainlead.ledger import StatedCheck, compare_stated
from chainlead.model import Chain, moment_from_unix, moment_to_text
from chainlead.report.money import money
from chainlead.store import Row, Store

MOST_LISTED = 500
OUTCOMES = ("differs", "agrees", "transaction known", "not in the ledger")
"""In the order in which rows are listed: what is contradicted comes first."""


def stated(store: Store) -> dict[str, Any]:
    """The exports with their mappings, and their rows beside the ledger; empty where none was read."""
    sources = list(store.rows("stated_sources", order_by=("journal_seq", "chain", "sha256")))
    if not sources:
        return {}
    chains = sorted({row["chain"] for row in sources})
    return {
        "sources": [_source(row) for row in sources],
        "chains": [_chain(store, c) for c in chains],
    }


def _source(row: Row) -> dict[str, Any]:
    summary = row["summary"]
    return {
        "strength": "asserted",
        "chain": row["chain"],
        "name": row["name"],
        "sha256": row["sha256"],
        "size_bytes": row["size_bytes"],
        "mapping": row["mapping"],
        "mapping_sha256": summary.get("mapping_sha256", ""),
        "mapping_source": summary.get("mapping_source", ""),
        "certainty": row["certainty"],
        "zone": row["zone"],
        "payments": summary["payments"],
        "skipped_count": summary["skipped_count"],
        "skipped": [one["reason"] for one in summary["skipped"][:20]],
        "journal_seq": row["journal_seq"],
    }


def _chain(store: Store, chain: str) -> dict[str, Any]:
    checks = compare_stated(store, Chain(chain))
    counted = Counter(check.outcome for check in checks)
    ranked = sorted(checks, key=lambda check: OUTCOMES.index(check.outcome))
    return {
        "chain": chain,
        "rows": len(checks),
        "outcomes": {word: counted[word] for word in OUTCOMES},
        "listed": [_row(chain, check) for check in ranked[:MOST_LISTED]],
        "rows_not_listed": max(0, len(checks) - MOST_LISTED),
    }


def _row(chain: str, check: StatedCheck) -> dict[str, Any]:
    payment = check.payment
    fee = payment.fee_units
    return {
        "strength": "asserted",
        "source": check.source,
        "row": payment.row_number,
        "at": moment_to_text(moment_from_unix(payment.moment_unix)),
        "direction": payment.direction,
        "txid": payment.txid,
        "sender": payment.sender,
        "receiver": payment.receiver,
        "amount": money(chain, payment.amount_units),
        "fee": None if fee is None else money(chain, fee),
        "note": payment.note,
        "outcome": check.outcome,
        "verified": check.level.value,
        "words": check.words,
    }
