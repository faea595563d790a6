"""One talk with one of the unit's own servers: consents, budget, what the journal says before each part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from chainlead.config import is_network_off
from chainlead.model import Chain, Network
from chainlead.wire import (
    Door,
    LineDoor,
    Recorder,
    Route,
    SocketDoor,
    Spending,
    WireBudget,
    WireLimits,
    is_line_url,
    is_socket_url,
)
from chainlead.workflow.case import Case
from chainlead.workflow.consent import find_consents


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """Where the unit's own node is, and how it is reached.

    Attributes:
        url: `http://127.0.0.1:8332/` or the like, without a name or password in it.
        route: login, proxy, certificate.
        budget: how much may be asked in all.
        pause_ms: shortest time between two questions; none for the unit's own nodes.
        spending: the account of a larger piece of work, whose budget counts instead.
    """

    url: str
    route: Route = field(default_factory=Route)
    budget: WireBudget = field(default_factory=WireBudget)
    pause_ms: int = 0
    spending: Spending | None = field(default=None, compare=False, repr=False)

    @property
    def host(self) -> str:
        """The host as consents name it."""
        rest = self.url.partition("://")[2]
        return rest.partition("/")[0].partition("?")[0].lower()


class Conversation:
    """Questions to one server for one case. Use it as a context manager.

    Attributes:
        recorder: every exchange since it was last emptied.
        facts: host, chain and network, for the journal.
    """

    def __init__(
        self,
        case: Case,
        node: NodeAddress,
        chain: Chain,
        network: Network,
        why: str = "",
        *,
        greeting: bytes = b"",
    ) -> None:
        """Open nothing yet; the switch that is off wins over every consent.

        `greeting` is the line that a server of a protocol of lines wants first.
        """
        self.case = case
        self.why = why
        self.facts = {"host": node.host, "chain": chain.value, "network": network.value}
        self._url = node.url
        common: dict[str, Any] = {
            "clock": case,
            "keep": lambda _content: "",  # the record of exchanges keeps the bytes
            "note": lambda _asked: None,  # each part is noted as a whole, see `note`
            "consents": find_consents(case),
            "is_online": not (is_network_off() or case.settings["offline"] == "yes"),
            "limits": WireLimits(pause_ms=node.pause_ms, repeats=3, answer_bytes=64 << 20),
            "routes": {node.host: node.route},
            "budget": node.budget,
            "spending": node.spending,
        }
        self._door: Door | LineDoor | SocketDoor
        if is_line_url(node.url):
            self._door = LineDoor(**common, greeting=greeting)
        else:
            self._door = (SocketDoor if is_socket_url(node.url) else Door)(**common)
        self.recorder = Recorder(self._door)

    def ask(self, question: str, body: bytes) -> bytes:
        """Send a body under a class of question; returns the answer's body.

        Raises:
            WireError: offline, not consented, unreachable, refused, budget spent.
        """
        return self.recorder.ask(self._url, question=question, body=body).body

    def ask_ahead(self, question: str, bodies: Sequence[bytes]) -> dict[bytes, bytes]:
        """Send many bodies at once; each is answered already when `ask` sends it.

        Returns:
            what came, by body; the rest is left for `ask`.
        """
        return self.recorder.ask_ahead(self._url, question=question, bodies=bodies)

    def get(self, question: str, path: str) -> tuple[int, bytes]:
        """Ask for a path below the server's address; returns the HTTP status and the body.

        Raises:
            WireError: offline, not consented, unreachable, refused, budget spent.
        """
        url = f"{self._url.rstrip('/')}/{path.lstrip('/')}"
        answer = self.recorder.ask(url, question=question)
        return answer.status, answer.body

    def look(self, question: str, query: str) -> bytes:
        """Ask by a query behind the address; returns the answer's body.

        Raises:
            WireError: as `ask`.
        """
        joint = "&" if "?" in self._url else "?"
        return self.recorder.ask(f"{self._url}{joint}{query}", question=question).body

    def wait(self, wait_ms: int) -> None:
        """Wait because the server said that it is asked too often."""
        self._door.wait(wait_ms)

    def note(self, question: str, what: dict[str, object]) -> None:
        """Write into the journal what is about to be asked."""
        self.case.act("fetch.ask", why=self.why, what={**self.facts, "question": question, **what})

    def close(self) -> None:
        """Close every connection."""
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
