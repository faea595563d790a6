"""`fetch evm`: blocks with receipts and calls from a node of Ethereum or its kin."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._evm_index_output import index_document, print_index
from chainlead.cli._node_options import (
    Behind,
    Certificate,
    ChainName,
    Login,
    NetworkName,
    Node,
    Proxy,
    Requests,
    node_address,
    progress_line,
    service_address,
    whose,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json
from chainlead.cli._rerun import NoRerun, has_open_ends, print_reruns, rerun_documents, run_again

if TYPE_CHECKING:
    from chainlead.workflow.fetch_evm import EvmFetchResult


def evm(
    case: CaseFolder,
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ADDRESS…]", help="Keep only blocks that name these addresses."),
    ] = None,
    *,
    first: Annotated[int, typer.Option("--from", min=0, help="First height.")],
    last: Annotated[int | None, typer.Option("--to", min=0, help="Last height.")] = None,
    by_logs: Annotated[
        bool,
        typer.Option("--by-logs", help="Ask for token transfers; the node learns the addresses."),
    ] = False,
    index: Annotated[
        str,
        typer.Option(
            "--index",
            help="Let a history service in Etherscan's form name the transactions of the addresses; "
            "it learns them. Each is then proved at the node.",
        ),
    ] = "",
    index_key: Annotated[
        Path | None, typer.Option("--index-key", help="A file with its key; read, never kept.")
    ] = None,
    index_proxy: Annotated[str, typer.Option("--index-proxy", help="As --proxy, for it.")] = "",
    node: Node,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "ethereum",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 1_000_000,
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch blocks of Ethereum or its kin with receipts and calls, from the unit's own node.

    With addresses, every block is looked at on this machine and the node learns none of them.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_evm import fetch_evm_addresses, fetch_evm_blocks
    from chainlead.workflow.fetch_evm_index import fetch_evm_index

    if (by_logs or index) and not texts:
        raise typer.BadParameter("--by-logs and --index need addresses")
    if by_logs and index:
        raise typer.BadParameter("--by-logs and --index are two ways to find; take one")
    place = node_address(node, (None, login, certificate), proxy, requests)
    common = {**whose(chain, network), "may_be_behind": behind, "why": why}
    common["progress"] = progress_line("Fetching blocks")
    checked = None
    with Case.open_to_write(case) as opened:
        if texts and index:
            service = service_address(index, index_key, index_proxy, requests)
            checked = fetch_evm_index(
                opened, place, service, texts, first=first, last=last, **common
            )
            result = checked.fetched
        elif texts:
            result = fetch_evm_addresses(
                opened, place, texts, first, last, by_logs=by_logs, **common
            )
        else:
            result = fetch_evm_blocks(opened, place, first, last, **common)
        again = run_again(opened, no_rerun=no_rerun)
    document: dict[str, Any] = {
        "new_blocks": result.new_blocks,
        "new_transactions": result.new_transactions,
        "sees_internal": result.sees_internal,
        "replaced": list(result.replaced),
        "refused": list(result.refused),
        "height": result.pin.height,
        "block_hash": result.pin.block_hash.display if result.pin.block_hash else None,
        "reruns": rerun_documents(again),
    }
    if checked is not None:
        document["index"] = index_document(checked)
    if as_json:
        print_json(document)
    else:
        _print_evm(result)
        if checked is not None:
            print_index(checked)
        print_reruns(again, case)
    if has_open_ends(again) or result.refused or (checked and (checked.doubts or checked.gaps)):
        raise typer.Exit(WARNINGS)


def _print_evm(result: "EvmFetchResult") -> None:
    print(f"Blocks: {result.new_blocks} new. Transactions: {result.new_transactions} new.")
    if not result.sees_internal:
        print("The node shows no calls: what contracts paid inside transactions is unknown.")
    for height in result.replaced:
        print(f"The node now has another block at height {height}: both are in the case.")
    for reason in result.refused:
        print(f"Refused: {reason}")
