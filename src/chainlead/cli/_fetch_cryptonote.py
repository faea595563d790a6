"""`fetch electroneum`: blocks of Electroneum's first ledger from a node, transactions from an explorer."""

from typing import Annotated

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    Login,
    Proxy,
    Requests,
    node_address,
    progress_line,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json
from chainlead.cli._rerun import NoRerun, has_open_ends, print_reruns, rerun_documents, run_again


def electroneum(
    case: CaseFolder,
    txids: Annotated[
        list[str] | None, typer.Argument(metavar="[TXID…]", help="With --explorer.")
    ] = None,
    *,
    first: Annotated[int | None, typer.Option("--from", min=0, help="First height.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=0, help="Last height.")] = None,
    node: Annotated[str, typer.Option("--node", help="electroneumd: http://127.0.0.1:26968/")] = "",
    explorer: Annotated[
        str, typer.Option("--explorer", help="Instead of a node; it learns the transactions.")
    ] = "",
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    behind: Behind = False,
    requests: Requests = 1_000_000,
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch blocks of Electroneum's first ledger (until March 2024), or single transactions."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_cryptonote import fetch_from_explorer, fetch_open_blocks

    if bool(node) == bool(explorer):
        raise typer.BadParameter("name a node with --node, or an explorer with --explorer")
    if bool(explorer) != bool(txids) or bool(node) != (first is not None):
        raise typer.BadParameter("a node needs --from, an explorer needs transaction ids")
    place = node_address(node or explorer, (None, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        if node:
            result = fetch_open_blocks(
                opened, place, first or 0, last, may_be_behind=behind, why=why,
                progress=progress_line("Fetching blocks"),
            )  # fmt: skip
        else:
            result = fetch_from_explorer(opened, place, txids or [], why=why)
        again = run_again(opened, no_rerun=no_rerun)
    document = {
        "new_blocks": result.new_blocks,
        "new_transactions": result.new_transactions,
        "refused": list(result.refused),
        "height": result.pin.height,
        "reruns": rerun_documents(again),
    }
    if as_json:
        print_json(document)
    else:
        print(f"Blocks: {result.new_blocks} new. Transactions: {result.new_transactions} new.")
        for reason in result.refused:
            print(f"Refused: {reason}")
        print_reruns(again, case)
    if result.refused or has_open_ends(again):
        raise typer.Exit(WARNINGS)
