"""`fetch evm`: blocks with receipts and calls from a node of Ethereum or its kin."""

from typing import TYPE_CHECKING, Annotated

import typer

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
    whose,
)
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json

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
    node: Node,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "ethereum",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 1_000_000,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch blocks of Ethereum or its kin with receipts and calls, from the unit's own node.

    With addresses, every block is looked at on this machine and the node learns none of them.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_evm import fetch_evm_addresses, fetch_evm_blocks

    if by_logs and not texts:
        raise typer.BadParameter("--by-logs needs addresses")
    place = node_address(node, (None, login, certificate), proxy, requests)
    common = {**whose(chain, network), "may_be_behind": behind, "why": why}
    common["progress"] = progress_line("Fetching blocks")
    with Case.open_to_write(case) as opened:
        if texts:
            result = fetch_evm_addresses(
                opened, place, texts, first, last, by_logs=by_logs, **common
            )
        else:
            result = fetch_evm_blocks(opened, place, first, last, **common)
    document = {
        "new_blocks": result.new_blocks,
        "new_transactions": result.new_transactions,
        "sees_internal": result.sees_internal,
        "replaced": list(result.replaced),
        "refused": list(result.refused),
        "height": result.pin.height,
        "block_hash": result.pin.block_hash.display if result.pin.block_hash else None,
    }
    if as_json:
        print_json(document)
    else:
        _print_evm(result)
    if result.refused:
        raise typer.Exit(WARNINGS)


def _print_evm(result: "EvmFetchResult") -> None:
    print(f"Blocks: {result.new_blocks} new. Transactions: {result.new_transactions} new.")
    if not result.sees_internal:
        print("The node shows no calls: what contracts paid inside transactions is unknown.")
    for height in result.replaced:
        print(f"The node now has another block at height {height}: both are in the case.")
    for reason in result.refused:
        print(f"Refused: {reason}")
