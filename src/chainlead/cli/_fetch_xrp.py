"""`fetch xrp`: histories and ledgers from an XRP Ledger server."""

from typing import Annotated

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    NetworkName,
    Node,
    Proxy,
    Requests,
    node_address,
    progress_line,
    whose,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json
from chainlead.cli._rerun import NoRerun, has_open_ends, print_reruns, rerun_documents, run_again


def xrp(
    case: CaseFolder,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT…]", help="Accounts, r… or X….")
    ] = None,
    *,
    first: Annotated[
        int | None, typer.Option("--from", help="First ledger, to fetch whole ones.")
    ] = None,
    last: Annotated[int | None, typer.Option("--to", help="Last ledger.")] = None,
    node: Node,
    proxy: Proxy = "",
    certificate: Certificate = None,
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch histories of XRP accounts, or whole ledgers, from the unit's own server."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_xrp import fetch_histories, fetch_ledgers

    if not accounts and first is None:
        raise typer.BadParameter("name accounts, or a first ledger with --from")
    place = node_address(node, (None, None, certificate), proxy, requests)
    common = {"network": whose("xrp", network)["network"], "may_be_behind": behind, "why": why}
    with Case.open_to_write(case) as opened:
        if accounts:
            result = fetch_histories(opened, place, accounts, **common)
        if first is not None:
            result = fetch_ledgers(
                opened, place, first, last, **common, progress=progress_line("Fetching ledgers")
            )
        again = run_again(opened, no_rerun=no_rerun)
    document = {
        "new_ledgers": result.new_ledgers,
        "new_transactions": result.new_transactions,
        "cut_accounts": list(result.cut_accounts),
        "height": result.pin.height,
        "reruns": rerun_documents(again),
    }
    if as_json:
        print_json(document)
    else:
        print(f"Ledgers: {result.new_ledgers} new. Transactions: {result.new_transactions} new.")
        if result.cut_accounts:
            print(
                "The server does not keep the oldest ledgers: earlier transactions may be missing."
            )
        print_reruns(again, case)
    if has_open_ends(again):
        raise typer.Exit(WARNINGS)
