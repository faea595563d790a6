"""`fetch blocks`, `transactions`, `addresses`: whole blocks of a Bitcoin-family node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._node_options import BitcoinNode, bitcoin_node, progress_line
from chainlead.cli._option_group import with_options
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json
from chainlead.cli._rerun import has_open_ends, print_reruns, rerun_documents, run_again

if TYPE_CHECKING:
    from chainlead.workflow.fetch import FetchResult
    from chainlead.workflow.rerun import Rerun


@with_options("node", bitcoin_node)
def blocks(
    case: CaseFolder,
    first: Annotated[int, typer.Argument(min=0, help="First height.")],
    last: Annotated[int | None, typer.Argument(min=0, help="Last height; or the newest.")] = None,
    *,
    node: BitcoinNode,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch the blocks from one height to another."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch import fetch_blocks

    with Case.open_to_write(case) as opened:
        result = fetch_blocks(
            opened, node.address(), first, last, **node.options,
            why=why, progress=progress_line("Fetching blocks"),
        )  # fmt: skip
        again = run_again(opened, no_rerun=node.no_rerun)
    _print(result, again, case, as_json=as_json)


@with_options("node", bitcoin_node)
def transactions(
    case: CaseFolder,
    txids: Annotated[list[str], typer.Argument(metavar="TXID…", help="Transaction ids.")],
    *,
    node: BitcoinNode,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch the blocks that hold these transactions; the node needs txindex=1."""
    from chainlead.model import Txid
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch import fetch_transactions

    try:
        wanted = [Txid.from_display(text) for text in txids]
    except ValueError as error:
        raise typer.BadParameter(f"a transaction id has 64 hexadecimal digits: {error}") from None
    with Case.open_to_write(case) as opened:
        result = fetch_transactions(
            opened, node.address(), wanted, **node.options, why=why,
            progress=progress_line("Fetching blocks"),
        )  # fmt: skip
        again = run_again(opened, no_rerun=node.no_rerun)
    _print(result, again, case, as_json=as_json)


@with_options("node", bitcoin_node, requests=1_000_000)
def addresses(
    case: CaseFolder,
    texts: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses.")],
    *,
    first: Annotated[int, typer.Option("--from", min=0, help="First height to look at.")],
    last: Annotated[int | None, typer.Option("--to", min=0, help="Last height.")] = None,
    node: BitcoinNode,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch every block that concerns these addresses, without telling the node which they are.

    The node needs blockfilterindex=1.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch import fetch_addresses

    with Case.open_to_write(case) as opened:
        result = fetch_addresses(
            opened, node.address(), texts, first, last, **node.options,
            why=why, progress=progress_line("Looking at block filters"),
        )  # fmt: skip
        again = run_again(opened, no_rerun=node.no_rerun)
    _print(result, again, case, as_json=as_json)


def _print(result: "FetchResult", again: "tuple[Rerun, ...]", case: Path, *, as_json: bool) -> None:
    _print_result(result, again, case, as_json=as_json)
    if has_open_ends(again):
        raise typer.Exit(WARNINGS)


def _print_result(
    result: "FetchResult", again: "tuple[Rerun, ...]", case: Path, *, as_json: bool
) -> None:
    pin = result.pin
    document = {
        "asked_blocks": result.asked_blocks,
        "new_blocks": result.new_blocks,
        "scanned": list(result.scanned) if result.scanned else None,
        "unconfirmed": [txid.display for txid in result.unconfirmed],
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
        "reruns": rerun_documents(again),
    }
    if as_json:
        print_json(document)
        return
    print(f"Blocks: {result.asked_blocks} wanted, {result.new_blocks} new in this case.")
    if result.scanned:
        print(
            f"Block filters were looked at from height {result.scanned[0]} to {result.scanned[1]}."
        )
    for txid in result.unconfirmed:
        print(f"Not in a block yet, so not taken: {txid.display}")
    print(f"The ledger is pinned to block {document['block_hash']} at height {pin.height}.")
    print_reruns(again, case)
