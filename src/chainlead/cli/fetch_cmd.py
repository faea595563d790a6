"""`chainlead fetch`: blocks from the unit's own node into the case."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Progress, Why, print_json

if TYPE_CHECKING:
    from chainlead.workflow.conversation import NodeAddress
    from chainlead.workflow.fetch import FetchResult
    from chainlead.workflow.fetch_evm import EvmFetchResult

app = typer.Typer(
    no_args_is_help=True,
    help="Get blocks from the unit's own node; see `chainlead consent` first.",
)

Node = Annotated[
    str, typer.Option("--node", help="Its address: http://127.0.0.1:8332/", show_default=False)
]
Cookie = Annotated[
    Path | None, typer.Option("--cookie", help="The node's .cookie file; read, never kept.")
]
Login = Annotated[
    Path | None,
    typer.Option("--login", help="A file with user:password in one line; read, never kept."),
]
Proxy = Annotated[str, typer.Option("--proxy", help="For example socks5h://127.0.0.1:9050 (Tor).")]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", help="The node's own certificate (PEM).")
]
ChainName = Annotated[str, typer.Option("--chain", help="Whose ledger.")]
NetworkName = Annotated[str, typer.Option("--network", help="main, test, signet or regtest.")]
Behind = Annotated[
    bool, typer.Option("--behind", help="Take a node that is still taking over the chain.")
]
Requests = Annotated[int, typer.Option("--requests", min=1, help="Ask at most so often.")]


@app.command("blocks")
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

    place = _place(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_blocks(
            opened, place, first, last, **_whose(chain, network), may_be_behind=behind,
            why=why, progress=_progress("Fetching blocks"),
        )  # fmt: skip
    _print(result, as_json=as_json)


@app.command("transactions")
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
    place = _place(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_transactions(
            opened, place, wanted, **_whose(chain, network), may_be_behind=behind, why=why,
            progress=_progress("Fetching blocks"),
        )  # fmt: skip
    _print(result, as_json=as_json)


@app.command("addresses")
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

    place = _place(node, (cookie, login, certificate), proxy, requests)
    with Case.open_to_write(case) as opened:
        result = fetch_addresses(
            opened, place, texts, first, last, **_whose(chain, network), may_be_behind=behind,
            why=why, progress=_progress("Looking at block filters"),
        )  # fmt: skip
    _print(result, as_json=as_json)


@app.command("xrp")
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
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch histories of XRP accounts, or whole ledgers, from the unit's own server."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_xrp import fetch_histories, fetch_ledgers

    if not accounts and first is None:
        raise typer.BadParameter("name accounts, or a first ledger with --from")
    place = _place(node, (None, None, certificate), proxy, requests)
    common = {"network": _whose("xrp", network)["network"], "may_be_behind": behind, "why": why}
    with Case.open_to_write(case) as opened:
        if accounts:
            result = fetch_histories(opened, place, accounts, **common)
        if first is not None:
            result = fetch_ledgers(
                opened, place, first, last, **common, progress=_progress("Fetching ledgers")
            )
    document = {
        "new_ledgers": result.new_ledgers,
        "new_transactions": result.new_transactions,
        "cut_accounts": list(result.cut_accounts),
        "height": result.pin.height,
    }
    if as_json:
        print_json(document)
        return
    print(f"Ledgers: {result.new_ledgers} new. Transactions: {result.new_transactions} new.")
    if result.cut_accounts:
        print("The server does not keep the oldest ledgers: earlier transactions may be missing.")


@app.command("electrum")
def electrum(
    case: CaseFolder,
    texts: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Addresses.")],
    *,
    server: Annotated[
        str,
        typer.Option("--server", help="tcp://127.0.0.1:50001 or tls://…", show_default=False),
    ],
    previous: Annotated[
        bool, typer.Option("--previous", help="Also fetch the transactions that are spent.")
    ] = False,
    most: Annotated[
        int, typer.Option("--most", min=1, help="Leave an address with more transactions.")
    ] = 10_000,
    headers: Annotated[
        int, typer.Option("--headers", min=0, help="Link a header over at most so many others.")
    ] = 20_000,
    proxy: Proxy = "",
    certificate: Certificate = None,
    chain: ChainName = "bitcoin",
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Fetch histories of addresses with proofs, from the unit's own Electrum-protocol server.

    The server learns the addresses.
    """
    from chainlead.cli._electrum_output import print_electrum
    from chainlead.workflow.case import Case
    from chainlead.workflow.fetch_electrum import fetch_histories

    place = _place(server, (None, None, certificate), proxy, requests)
    line = Progress("Fetching transactions")
    with Case.open_to_write(case) as opened:
        result = fetch_histories(
            opened, place, texts, **_whose(chain, network), with_previous=previous, most=most,
            most_headers=headers, may_be_behind=behind, why=why,
            progress=lambda done, total: line(done, total, "transactions"),
        )  # fmt: skip
    print_electrum(result, as_json=as_json)
    if result.doubts:
        raise typer.Exit(WARNINGS)


@app.command("evm")
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
    place = _place(node, (None, login, certificate), proxy, requests)
    common = {**_whose(chain, network), "may_be_behind": behind, "why": why}
    common["progress"] = _progress("Fetching blocks")
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


def _whose(chain: str, network: str) -> dict[str, Any]:
    from chainlead.model import Chain, Network

    names = {"mainnet": "main", "testnet": "test"}
    try:
        return {"chain": Chain(chain), "network": Network(names.get(network, network))}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _place(
    node: str, files: tuple[Path | None, Path | None, Path | None], proxy: str, requests: int
) -> "NodeAddress":
    """The node from its address and the files: cookie, login, certificate."""
    from chainlead.wire import Login as NodeLogin
    from chainlead.wire import Route, WireBudget
    from chainlead.workflow.conversation import NodeAddress

    cookie, login, certificate = files
    file = cookie or login
    parts = _read(file).strip().partition(":") if file else ("", "", "")
    if file and not parts[1]:
        raise typer.BadParameter(f"{file} does not hold user:password")
    route = Route(
        proxy=proxy,
        login=NodeLogin(parts[0], parts[2]) if file else None,
        certificate_pem=_read(certificate) if certificate else "",
    )
    return NodeAddress(node, route, WireBudget(requests=requests))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text") from None


def _progress(what: str) -> Any:
    line = Progress(what)
    return lambda done, total: line(done, total, "blocks")


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
