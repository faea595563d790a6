"""`fetch electrum`: histories with proofs from an Electrum-protocol server."""

from typing import Annotated

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    ChainName,
    Headers,
    Most,
    NetworkName,
    Previous,
    Proxy,
    Requests,
    Server,
    node_address,
    progress_line,
    whose,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why
from chainlead.cli._rerun import NoRerun, has_open_ends, run_again


def electrum(
    case: CaseFolder,
    texts: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses.")],
    *,
    server: Server,
    previous: Previous = False,
    most: Most = 10_000,
    headers: Headers = 20_000,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "bitcoin",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch histories of addresses with proofs, from the unit's own Electrum-protocol server.

    The server learns the addresses.
    """
    from chainlead.cli._history_output import print_histories
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_electrum import fetch_histories

    place = node_address(server, (None, None, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_histories(
            opened, place, texts, **whose(chain, network), with_previous=previous, most=most,
            most_headers=headers, may_be_behind=behind, why=why,
            progress=progress_line("Fetching transactions", "transactions"),
        )  # fmt: skip
        again = run_again(opened, no_rerun=no_rerun)
    print_histories(result, again, case, as_json=as_json)
    if result.doubts or has_open_ends(again):
        raise typer.Exit(WARNINGS)
