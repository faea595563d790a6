"""`fetch blocks`, `transactions`, `addresses`: whole blocks of a Bitcoin-family node."""

from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    ChainName,
    Cookie,
    Login,
    NetworkName,
    Node,
    Proxy,
    Requests,
    node_address,
    progress_line,
    whose,
)
from chainlead.cli._output import CaseFolder, Json, Why, print_json

if TYPE_CHECKING:
    from chainlead.workflow.fetch import FetchResult


def blocks(
    case: CaseFolder,
    first: Annotated[int, typer.Argument(min=0, help="First height.")],
    last: Annotated[int | None, typer.Argument(min=0, help="Last height; or the newest.")] = None,
    *,
    node: Node,
    cookie: Cookie = None,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "bitcoin",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch the blocks from one height to another."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch import fetch_blocks

    place = node_address(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_blocks(
            opened, place, first, last, **whose(chain, network), may_be_behind=behind,
            why=why, progress=progress_line("Fetching blocks"),
        )  # fmt: skip
    _print(result, as_json=as_json)


def transactions(
    case: CaseFolder,
    txids: Annotated[list[str], typer.Argument(metavar="TXID…", help="Transaction ids.")],
    *,
    node: Node,
    cookie: Cookie = None,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "bitcoin",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
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
    place = node_address(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_transactions(
            opened, place, wanted, **whose(chain, network), may_be_behind=behind, why=why,
            progress=progress_line("Fetching blocks"),
        )  # fmt: skip
    _print(result, as_json=as_json)


def addresses(
    case: CaseFolder,
    texts: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses.")],
    *,
    first: Annotated[int, typer.Option("--from", min=0, help="First height to look at.")],
    last: Annotated[int | None, typer.Option("--to", min=0, help="Last height.")] = None,
    node: Node,
    cookie: Cookie = None,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "bitcoin",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 1_000_000,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch every block that concerns these addresses, without telling the node which they are.

    The node needs blockfilterindex=1.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch import fetch_addresses

    place = node_address(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_addresses(
            opened, place, texts, first, last, **whose(chain, network), may_be_behind=behind,
            why=why, progress=progress_line("Looking at block filters"),
        )  # fmt: skip
    _print(result, as_json=as_json)


def _print(result: "FetchResult", *, as_json: bool) -> None:
    pin = result.pin
    document = {
        "asked_blocks": result.asked_blocks,
        "new_blocks": result.new_blocks,
        "scanned": list(result.scanned) if result.scanned else None,
        "unconfirmed": [txid.display for txid in result.unconfirmed],
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
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
