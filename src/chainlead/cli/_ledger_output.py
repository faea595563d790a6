"""How `ledger status` is printed."""

from chainlead.cli._output import print_table
from chainlead.ledger import AccountStatus, ChainStatus, Pin

_LISTED = 10


def pin_sentence(pin: Pin) -> str:
    """Up to where the ledger is known."""
    if pin.block_hash is None:
        return "No block is known yet; histories alone do not pin the ledger."
    height = "of unknown height" if pin.height is None else f"at height {pin.height}"
    return f"Pinned to {pin.chain.value} block {pin.block_hash.display}, {height}."


def print_status(status: ChainStatus | AccountStatus) -> None:
    """One chain: figures, then what is missing, lost or disagreed about."""
    print(f"{status.chain.value} ({status.network.value})")
    heights = "none known"
    if status.heights:
        heights = f"{status.heights[0]} to {status.heights[1]}, with {len(status.gaps)} gaps"
    common = [
        ("files read", status.sources),
        ("files that could not be used", status.refusals),
        ("byte ranges skipped", status.skipped_ranges),
        ("blocks", status.blocks),
        ("heights", heights),
    ]
    if isinstance(status, AccountStatus):
        print_table(("what", "value"), [*common, *_account_rows(status)])
        disagreed = [f"Sources disagree about transaction {txid}" for txid in status.disagreements]
    else:
        print_table(("what", "value"), [*common, *_chain_rows(status)])
        disagreed = [
            f"Sources disagree where transaction {txid.display} stands; none of them is believed"
            for txid in status.contradicted_places
        ]
        disagreed += [
            f"Sources disagree what output {outpoint} is; none of them is believed"
            for outpoint in status.contradicted_outputs
        ]
    _print_some([f"Gap: heights {gap.first} to {gap.last}" for gap in status.gaps])
    _print_some(disagreed)
    if isinstance(status, ChainStatus):
        for lost in status.lost:
            height = "unknown height" if lost.height is None else f"height {lost.height}"
            print(
                f"Left the best chain with act {lost.since_act}: block {lost.block_hash.display}, "
                f"{height}; {len(lost.txids)} of its transactions have no block now"
            )
            _print_some([f"  without a block: {txid.display}" for txid in lost.txids])
    _print_some([f"Doubt: {doubt}" for doubt in status.doubts])
    print(pin_sentence(status.pin))


def _account_rows(status: AccountStatus) -> list[tuple[str, int]]:
    return [
        ("blocks with all their transactions", status.whole_blocks),
        ("heights with more than one block", len(status.rivals)),
        *((f"blocks: {level.value}", n) for level, n in status.block_levels.items()),
        ("transactions", sum(status.transactions.values())),
        *((f"transactions: {level.value}", n) for level, n in status.transactions.items()),
        ("transactions that failed", status.failed),
        ("transactions of which no source says whether they succeeded", status.unsure),
        ("transactions whose inner transfers are unknown (not zero)", status.unknown_inner),
        ("transactions about which sources disagree", len(status.disagreements)),
    ]


def _chain_rows(status: ChainStatus) -> list[tuple[str, int]]:
    return [
        ("blocks off the best chain", status.stale_blocks),
        ("blocks of unknown height", status.unplaced_blocks),
        *((f"blocks: {level.value}", n) for level, n in status.levels),
        ("blocks named as parent but not known", len(status.missing_parents)),
        ("transactions", status.transactions),
        ("transactions in a whole block of the best chain", status.whole_transactions),
        ("transactions outside known blocks", status.loose_transactions),
        ("transactions whose place a source names", status.claimed_transactions),
        *((f"place named by a source: {level.value}", n) for level, n in status.place_levels),
        ("transactions that lost their block", sum(len(lost.txids) for lost in status.lost)),
        ("spent outputs: unknown", status.unknown_previous),
        ("spent outputs: known from a source's word only", status.claimed_previous),
        ("claims unused because they contradict each other", status.contradictions),
    ]


def _print_some(lines: list[str]) -> None:
    for line in lines[:_LISTED]:
        print(line)
    if len(lines) > _LISTED:
        print(f"… and {len(lines) - _LISTED} more; --json lists all.")
