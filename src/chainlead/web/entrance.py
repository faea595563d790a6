"""Under which names and through which door a server is reached, and how its cookies are marked.

Alone on a machine: plain http, this machine's names. A team server behind its unit's proxy: one
public https name; its cookies are marked so that no other server of the domain can set them, and
the address that the proxy names is believed only when the connection comes from this machine.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import Scope

from chainlead.errors import ConfigError

SESSION = "session"


@dataclass(frozen=True, slots=True)
class Entrance:
    """How browsers reach this server.

    Attributes:
        hosts: names, with port, under which it answers.
        origins: of the own pages.
        is_secure: browsers come by https.
        has_proxy: they come through a proxy on this machine.
        is_team: people log in; otherwise the address that was printed opens the page.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    is_secure: bool = False
    has_proxy: bool = False
    is_team: bool = False

    @classmethod
    def on_this_machine(cls, hosts: Collection[str], *, is_team: bool = False) -> Self:
        """Plain http under names of this machine."""
        origins = frozenset(f"http://{host}" for host in hosts)
        return cls(frozenset(hosts), origins, is_team=is_team)

    @classmethod
    def behind(cls, public: str) -> Self:
        """Behind a proxy that has a certificate for this origin, `https://name` or with a port.

        Raises:
            ConfigError: it is no such origin.
        """
        try:
            parts = urlsplit(public.rstrip("/"))
            host = parts.netloc.lower()
            fits = parts.port is None or parts.port > 0
        except ValueError:
            fits, host = False, ""
        if (
            not fits
            or parts.scheme != "https"
            or not host.isascii()
            or not host.replace(".", "").replace("-", "").replace(":", "").isalnum()
            or (parts.path, parts.query, parts.fragment) != ("", "", "")
        ):
            raise ConfigError(
                "The public address of a team server is https:// and a name, and nothing behind it.",
                next_step="Write it as --behind-proxy https://chainlead.unit.example.",
            )
        host = host.removesuffix(":443")
        return cls(
            frozenset({host}), frozenset({f"https://{host}"}), is_secure=True, has_proxy=True,
            is_team=True,
        )  # fmt: skip

    def cookie(self, name: str) -> str:
        """The whole name of a cookie; `__Host-` lets no other server of the domain set it."""
        return f"__Host-chainlead_{name}" if self.is_secure else f"chainlead_{name}"

    def set_cookie(
        self,
        answer: Response,
        name: str,
        value: str,
        *,
        same_site: Literal["strict", "lax"] = "strict",
        seconds: int | None = None,
    ) -> None:
        """Give the browser a cookie that no script reads."""
        answer.set_cookie(
            self.cookie(name), value, max_age=seconds, path="/", secure=self.is_secure,
            httponly=True, samesite=same_site,
        )  # fmt: skip

    def drop_cookie(self, answer: Response, name: str) -> None:
        """Let the browser forget a cookie."""
        answer.delete_cookie(
            self.cookie(name), path="/", secure=self.is_secure, httponly=True, samesite="strict"
        )

    def address(self, scope: Scope) -> str:
        """The machine that asks; what a proxy says of it counts only from this machine."""
        client: Any = scope.get("client")
        peer = _address(str(client[0])) if client else ""
        if self.has_proxy and peer and ip_address(peer).is_loopback:
            given = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            last = given[-1].decode("latin-1").rpartition(",")[2].strip() if given else ""
            return _address(last) or peer
        return peer


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
