"""What the case's ledgers hold, chain by chain, output chains and account ledgers alike."""

from typing import Any

from chainlead.ledger.accounts.account_chain import find_account_chain
from chainlead.ledger.accounts.account_status import AccountStatus, derive_account_status
from chainlead.ledger.case_ledger import CaseLedger
from chainlead.ledger.status import ChainStatus, derive_status
from chainlead.ledger.transaction import Pin
from chainlead.model import Chain
from chainlead.store import Store


def find_ledger_status(store: Store) -> tuple[ChainStatus | AccountStatus, ...]:
    """Figures about each chain that the case has ledger data of, in order of name."""
    names = sorted(store.group_counts("ledger_sources", "chain"))
    return tuple(_status(store, Chain(name)) for name in names)


def _status(store: Store, chain: Chain) -> ChainStatus | AccountStatus:
    if find_account_chain(chain) is not None:
        return derive_account_status(store, chain)
    return derive_status(store, CaseLedger(store, chain, small_ledger_outputs=0).pin)


def pin_document(pin: Pin) -> dict[str, Any]:
    """The pin in plain values."""
    return {
        "chain": pin.chain.value,
        "network": pin.network.value,
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
        "unbroken_from": pin.unbroken_from,
    }


def status_document(status: ChainStatus | AccountStatus) -> dict[str, Any]:
    """All figures in plain values, for `--json` and the report."""
    common = {
        "chain": status.chain.value,
        "network": status.network.value,
        "pinned": pin_document(status.pin),
        "sources": status.sources,
        "refusals": status.refusals,
        "skipped_ranges": status.skipped_ranges,
        "blocks": status.blocks,
        "heights": list(status.heights) if status.heights else None,
        "gaps": [{"first": gap.first, "last": gap.last} for gap in status.gaps],
    }
    if isinstance(status, AccountStatus):
        return {
            **common,
            "ledger_of": "accounts",
            "whole_blocks": status.whole_blocks,
            "rival_heights": list(status.rivals),
            "block_levels": {level.value: n for level, n in status.block_levels.items()},
            "transactions": sum(status.transactions.values()),
            "transaction_levels": {level.value: n for level, n in status.transactions.items()},
            "failed": status.failed,
            "unsure": status.unsure,
            "unknown_inner": status.unknown_inner,
            "disagreements": list(status.disagreements),
            "doubts": list(status.doubts),
        }
    return {
        **common,
        "ledger_of": "outputs",
        "stale_blocks": status.stale_blocks,
        "unplaced_blocks": status.unplaced_blocks,
        "block_levels": {level.value: n for level, n in status.levels},
        "transactions": status.transactions,
        "whole_transactions": status.whole_transactions,
        "claimed_transactions": status.claimed_transactions,
        "place_levels": {level.value: n for level, n in status.place_levels},
        "loose_transactions": status.loose_transactions,
        "missing_parents": [parent.display for parent in status.missing_parents],
        "unknown_previous": status.unknown_previous,
        "claimed_previous": status.claimed_previous,
        "contradictions": status.contradictions,
        "contradicted_places": [txid.display for txid in status.contradicted_places],
        "contradicted_outputs": [str(outpoint) for outpoint in status.contradicted_outputs],
        "lost_blocks": [
            {
                "block_hash": lost.block_hash.display,
                "height": lost.height,
                "since_act": lost.since_act,
                "txids": [txid.display for txid in lost.txids],
            }
            for lost in status.lost
        ],
        "doubts": list(status.doubts),
    }
