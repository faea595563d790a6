"""How commands name a node: its address, login, proxy, certificate, chain and budget."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import typer

from chainlead.cli._output import Progress
from chainlead.cli._rerun import NoRerun

if TYPE_CHECKING:
    from chainlead.workflow.conversation import NodeAddress

_PAUSE_MS = 250
"""Between two questions to a service of somebody else: free ones allow five in a second."""

Node = Annotated[
    str, typer.Option("--node", help="Its address: http://127.0.0.1:8332/", show_default=False)
]
Server = Annotated[
    str, typer.Option("--server", help="tcp://127.0.0.1:50001 or tls://…", show_default=False)
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
Previous = Annotated[
    bool, typer.Option("--previous", help="Also fetch the transactions that are spent.")
]
Most = Annotated[
    int, typer.Option("--most", min=1, help="Leave an address with more transactions.")
]
Headers = Annotated[
    int, typer.Option("--headers", min=0, help="Link a header over at most so many others.")
]
Pause = Annotated[
    int, typer.Option("--pause", min=0, metavar="MS", help="Wait between questions, milliseconds.")
]
Requests = Annotated[int, typer.Option("--requests", min=1, help="Ask at most so often.")]


@dataclass(frozen=True, slots=True)
class BitcoinNode:
    """A node of Bitcoin or its kin, as it was named.

    Attributes:
        address: makes its address; the cookie is read anew, since a node that is started writes one.
        options: chain, network and whether it may be behind, as `workflow.fetch` takes them.
        no_rerun: what rests on blocks that left the chain is not worked out again.
    """

    address: Callable[[], "NodeAddress"]
    options: dict[str, Any]
    no_rerun: bool = False


def bitcoin_node(
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
    no_rerun: NoRerun = False,
) -> BitcoinNode:
    """The options that name such a node, for `with_options`."""
    return BitcoinNode(
        lambda: node_address(node, (cookie, login, certificate), proxy, requests),
        {**whose(chain, network), "may_be_behind": behind},
        no_rerun,
    )


def whose(chain: str, network: str) -> dict[str, Any]:
    """Chain and network as the functions of `workflow.fetch` take them."""
    from chainlead.model import Chain, Network

    names = {"mainnet": "main", "testnet": "test"}
    try:
        return {"chain": Chain(chain), "network": Network(names.get(network, network))}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def node_address(
    node: str,
    files: tuple[Path | None, Path | None, Path | None],
    proxy: str,
    requests: int,
    *,
    pause_ms: int = 0,
) -> "NodeAddress":
    """Where a node is and how it is reached; `files` are cookie, login and certificate."""
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
    return NodeAddress(node, route, WireBudget(requests=requests), pause_ms)


def service_address(
    url: str, key_file: Path | None, proxy: str, requests: int, *, name: str = "apikey"
) -> "NodeAddress":
    """Where a service of somebody else is, with the key that it wants in each question."""
    from chainlead.wire import AccessKey, Route, WireBudget
    from chainlead.workflow.conversation import NodeAddress

    parts = urlsplit(url)
    if any("key" in name.lower() for name, _ in parse_qsl(parts.query)):
        raise typer.BadParameter("the address must not hold a key: it would be kept; give a file")
    key = _read(key_file).strip() if key_file else ""
    is_near = parts.hostname in {"127.0.0.1", "::1", "localhost"} or (
        parts.hostname or ""
    ).endswith(".onion")
    if key and parts.scheme == "http" and not is_near:
        raise typer.BadParameter("a key is not sent without TLS: write https://")
    if key_file and (len(key) < 8 or any(c.isspace() for c in key)):
        raise typer.BadParameter(f"{key_file} does not hold a key in one line")
    route = Route(proxy=proxy, key=AccessKey(name, key) if key else None)
    return NodeAddress(url, route, WireBudget(requests=requests), _PAUSE_MS)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path} cannot be read as text") from None


def progress_line(what: str, unit: str = "blocks") -> Callable[[int, int], None]:
    """A line on stderr that counts this unit."""
    line = Progress(what)
    return lambda done, total: line(done, total, unit)
