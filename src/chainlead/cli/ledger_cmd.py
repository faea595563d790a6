"""`chainlead ledger`: add block files and histories to a case, and see what its ledger holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._ledger_stated import add_rows, mappings, stated
from chainlead.cli._output import (
    WARNINGS,
    CaseFolder,
    Json,
    Progress,
    Why,
    print_json,
    print_table,
)
from chainlead.cli._rerun import NoRerun, has_open_ends, print_reruns, rerun_documents, run_again

if TYPE_CHECKING:
    from chainlead.workflow.ledger import AddResult

app = typer.Typer(no_args_is_help=True, help="Add ledger data to a case, and see what it holds.")


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
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping",
            help="The files are exports with rows: which columns mean what (a name of "
            "`ledger mappings`, or a YAML file).",
        ),
    ] = "",
    zone: Annotated[
        str, typer.Option("--zone", help="Of the export's local times: Europe/Berlin.")
    ] = "",
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Read ledger data into the case; every block and transaction is checked first.

    With --mapping each row is kept as what its one source states, beside the ledger.
    """
    from chainlead.model import Chain, Network
    from chainlead.workflow import ledger
    from chainlead.workflow.case import Case

    chosen_network = _choice(Network, {"testnet": "test", "mainnet": "main"}.get(network, network))
    chosen_chain = _choice(Chain, chain)
    if mapping:
        add_rows(case, sources, mapping, chosen_chain, zone, why=why, as_json=as_json)
        return
    if zone:
        raise typer.BadParameter("--zone is for exports with rows: give --mapping too")
    with Case.open_to_write(case) as opened:
        result = ledger.add(
            opened,
            sources,
            network=chosen_network,
            chain=chosen_chain,
            progress=Progress("Reading ledger data"),
        )
        again = run_again(opened, no_rerun=no_rerun)
    if as_json:
        print_json({**_add_document(result), "reruns": rerun_documents(again)})
    else:
        _print_add(result)
        print_reruns(again, case)
    if result.has_warnings or has_open_ends(again):
        raise typer.Exit(WARNINGS)


app.command("stated")(stated)
app.command("mappings")(mappings)


@app.command("status")
def status(case: CaseFolder, *, as_json: Json = False) -> None:
    """Print what the case's ledgers hold, how far it was checked, what is unknown, and the pin."""
    from chainlead.cli._ledger_output import print_status
    from chainlead.ledger import find_ledger_status, status_document
    from chainlead.workflow.case import Case

    with Case.open_to_read(case) as opened:
        chains = find_ledger_status(opened.store)
    if as_json:
        print_json({"chains": [status_document(chain) for chain in chains]})
        return
    if not chains:
        print("This case has no ledger data yet.")
        print(f"Next: chainlead ledger add {case} SOURCE")
    for chain in chains:
        print_status(chain)


def _choice(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        names = ", ".join(member.value for member in kind)
        raise typer.BadParameter(f"{text!r} is none of: {names}") from None


def _add_document(result: "AddResult") -> dict[str, Any]:
    from chainlead.ledger import pin_document

    return {
        "pinned": pin_document(result.pin),
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
    from chainlead.cli._ledger_output import pin_sentence

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
    print(pin_sentence(result.pin))
