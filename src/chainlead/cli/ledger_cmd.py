"""`chainlead ledger`: add block files and histories to a case, and see what its ledger holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Progress, print_json, print_table

if TYPE_CHECKING:
    from chainlead.ledger import ChainStatus, Pin
    from chainlead.workflow.ledger import AddResult

app = typer.Typer(no_args_is_help=True, help="Add ledger data to a case, and see what it holds.")

_LISTED_GAPS = 10


@app.command("add")
def add(
    case: CaseFolder,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Block files (blk*.dat), blocks, transactions, Esplora JSON, or folders of them.",
            show_default=False,
        ),
    ],
    *,
    network: Annotated[
        str, typer.Option("--network", help="main, test, signet or regtest.")
    ] = "main",
    chain: Annotated[str, typer.Option("--chain", help="Whose ledger.")] = "bitcoin",
    as_json: Json = False,
) -> None:
    """Read ledger data into the case; every block and transaction is checked first."""
    from chainlead.model import Chain, Network
    from chainlead.workflow import ledger
    from chainlead.workflow.case import Case

    chosen_network = _choice(Network, {"testnet": "test", "mainnet": "main"}.get(network, network))
    chosen_chain = _choice(Chain, chain)
    with Case.open_to_write(case) as opened:
        result = ledger.add(
            opened,
            sources,
            network=chosen_network,
            chain=chosen_chain,
            progress=Progress("Reading ledger data"),
        )
    if as_json:
        print_json(_add_document(result))
    else:
        _print_add(result)
    if result.has_warnings:
        raise typer.Exit(WARNINGS)


@app.command("status")
def status(case: CaseFolder, *, as_json: Json = False) -> None:
    """Print what the case's ledger holds: blocks, heights, gaps, what is unknown, the pin."""
    from chainlead.workflow import ledger
    from chainlead.workflow.case import Case

    with Case.open_to_read(case) as opened:
        chains = ledger.status(opened.store)
    if as_json:
        print_json({"chains": [_status_document(chain) for chain in chains]})
        return
    if not chains:
        print("This case has no ledger data yet.")
        print(f"Next: chainlead ledger add {case} SOURCE")
    for chain in chains:
        _print_status(chain)


def _choice(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        names = ", ".join(member.value for member in kind)
        raise typer.BadParameter(f"{text!r} is none of: {names}") from None


def _pin_document(pin: "Pin") -> dict[str, Any]:
    return {
        "chain": pin.chain.value,
        "network": pin.network.value,
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
        "unbroken_from": pin.unbroken_from,
    }


def _add_document(result: "AddResult") -> dict[str, Any]:
    return {
        "pinned": _pin_document(result.pin),
        "blocks": result.total("blocks"),
        "new_blocks": result.total("new_blocks"),
        "transactions": result.total("transactions"),
        "new_transactions": result.total("new_transactions"),
        "sources": [
            {
                "name": report.name,
                "sha256": report.sha256,
                "outcome": report.outcome,
                "form": report.form,
                "reason": report.reason,
                "blocks": report.blocks,
                "transactions": report.transactions,
                "new_blocks": report.new_blocks,
                "new_transactions": report.new_transactions,
                "skipped": [
                    {"start": part.start, "end": part.end, "reason": part.reason}
                    for part in report.skipped
                ],
            }
            for report in result.sources
        ],
    }


def _print_add(result: "AddResult") -> None:
    print_table(
        ("file", "outcome", "form", "blocks", "new", "transactions", "new"),
        (
            (
                report.name,
                report.outcome,
                report.form,
                report.blocks,
                report.new_blocks,
                report.transactions,
                report.new_transactions,
            )
            for report in result.sources
        ),
    )
    for report in result.sources:
        if report.reason:
            print(f"Not used: {report.name}: {report.reason}")
        for part in report.skipped:
            print(f"Skipped: {report.name}, {part.start} to {part.end}: {part.reason}")
    print(
        f"Blocks: {result.total('blocks')} read, {result.total('new_blocks')} new. "
        f"Transactions: {result.total('transactions')} read, "
        f"{result.total('new_transactions')} new."
    )
    print(_pin_sentence(result.pin))


def _pin_sentence(pin: "Pin") -> str:
    if pin.block_hash is None:
        return "No block is known yet; histories alone do not pin the ledger."
    height = "of unknown height" if pin.height is None else f"at height {pin.height}"
    return f"Pinned to {pin.chain.value} block {pin.block_hash.display}, {height}."


def _status_document(chain: "ChainStatus") -> dict[str, Any]:
    return {
        "chain": chain.chain.value,
        "network": chain.network.value,
        "pinned": _pin_document(chain.pin),
        "sources": chain.sources,
        "refusals": chain.refusals,
        "skipped_ranges": chain.skipped_ranges,
        "blocks": chain.blocks,
        "stale_blocks": chain.stale_blocks,
        "unplaced_blocks": chain.unplaced_blocks,
        "transactions": chain.transactions,
        "loose_transactions": chain.loose_transactions,
        "heights": list(chain.heights) if chain.heights else None,
        "gaps": [{"first": gap.first, "last": gap.last} for gap in chain.gaps],
        "missing_parents": [parent.display for parent in chain.missing_parents],
        "unknown_previous": chain.unknown_previous,
        "claimed_previous": chain.claimed_previous,
        "contradictions": chain.contradictions,
    }


def _print_status(chain: "ChainStatus") -> None:
    heights = "none known"
    if chain.heights:
        heights = f"{chain.heights[0]} to {chain.heights[1]}, with {len(chain.gaps)} gaps"
    print(f"{chain.chain.value} ({chain.network.value})")
    print_table(
        ("what", "value"),
        (
            ("files read", chain.sources),
            ("files that could not be used", chain.refusals),
            ("byte ranges skipped", chain.skipped_ranges),
            ("blocks", chain.blocks),
            ("blocks off the best chain", chain.stale_blocks),
            ("blocks of unknown height", chain.unplaced_blocks),
            ("heights", heights),
            ("blocks named as parent but not known", len(chain.missing_parents)),
            ("transactions", chain.transactions),
            ("transactions outside known blocks", chain.loose_transactions),
            ("spent outputs: unknown", chain.unknown_previous),
            ("spent outputs: known from a source's word only", chain.claimed_previous),
            ("claims unused because they contradict each other", chain.contradictions),
        ),
    )
    for gap in chain.gaps[:_LISTED_GAPS]:
        print(f"Gap: heights {gap.first} to {gap.last}")
    if len(chain.gaps) > _LISTED_GAPS:
        print(f"Gap: and {len(chain.gaps) - _LISTED_GAPS} more; --json lists all.")
    print(_pin_sentence(chain.pin))
