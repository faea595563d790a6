"""`fetch esplora`, `fetch blockbook`: histories from servers that are asked by paths."""

from typing import Annotated

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    ChainName,
    Headers,
    Most,
    NetworkName,
    Node,
    Pause,
    Previous,
    Proxy,
    Requests,
    node_address,
    progress_line,
    whose,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why
from chainlead.cli._rerun import NoRerun, has_open_ends, run_again


def esplora(
    case: CaseFolder,
    texts: Annotated[
        list[str], typer.Argument(metavar="ADDRESS|TXID…", help="Addresses, transaction ids.")
    ],
    *,
    node: Node,
    previous: Previous = False,
    most: Most = 1_000,
    headers: Headers = 2_000,
    pause: Pause = 0,
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
    """Fetch histories and transactions with proofs, from an Esplora server (electrs, mempool).

    The server learns the addresses and ids.
    """
    from chainlead.cli._history_output import print_histories
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_explorer import fetch_esplora
    from chainlead.workflow.fetch_history import HistoryOptions

    place = node_address(node, (None, None, certificate), proxy, requests, pause_ms=pause)
    options = HistoryOptions(
        previous, most, headers, may_be_behind=behind,
        progress=progress_line("Fetching transactions", "transactions"),
    )  # fmt: skip
    with Case.open_to_write(case) as opened:
        result = fetch_esplora(
            opened, place, texts, **whose(chain, network), options=options, why=why
        )
        again = run_again(opened, no_rerun=no_rerun)
    print_histories(result, again, case, as_json=as_json)
    if result.doubts or has_open_ends(again):
        raise typer.Exit(WARNINGS)


def blockbook(
    case: CaseFolder,
    texts: Annotated[
        list[str], typer.Argument(metavar="ADDRESS|TXID…", help="Addresses, transaction ids.")
    ],
    *,
    node: Node,
    with_blocks: Annotated[
        bool, typer.Option("--blocks", help="Also fetch the block of each transaction: the proof.")
    ] = False,
    previous: Previous = False,
    most: Most = 1_000,
    pause: Pause = 0,
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
    """Fetch histories and raw transactions, from a Blockbook server.

    The server learns the addresses and ids. It has no merkle proofs: see --blocks.
    """
    from chainlead.cli._history_output import print_histories
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_explorer import fetch_blockbook
    from chainlead.workflow.fetch_history import HistoryOptions

    place = node_address(node, (None, None, certificate), proxy, requests, pause_ms=pause)
    options = HistoryOptions(
        previous, most, may_be_behind=behind,
        progress=progress_line("Fetching transactions", "transactions"),
    )  # fmt: skip
    with Case.open_to_write(case) as opened:
        result = fetch_blockbook(
            opened, place, texts, **whose(chain, network), options=options,
            with_blocks=with_blocks, why=why,
        )  # fmt: skip
        again = run_again(opened, no_rerun=no_rerun)
    print_histories(result, again, case, as_json=as_json)
    if result.doubts or has_open_ends(again):
        raise typer.Exit(WARNINGS)
