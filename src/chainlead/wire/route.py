"""How a host is reached: through which proxy, with which login, and which certificate is its own."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Generator
from dataclasses import dataclass, field

import httpx

from chainlead.errors import AnswerRefusedError, WireError

for _name in ("httpx", "httpcore"):  # they would write whole addresses, with the key, into a log
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password for one host. Sent, and never kept, printed or logged."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that a service wants in the query of each question. Sent, and never kept or printed."""

    name: str
    value: str = field(repr=False)


class _KeyInQuery(httpx.Auth):
    """Put the key into the question at the last moment, behind everything that is recorded."""

    def __init__(self, key: AccessKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.url = request.url.copy_merge_params({self._key.name: self._key.value})
        yield request


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one host.

    Attributes:
        proxy: `socks5h://127.0.0.1:9050` (names are looked up behind it), `socks5://` or `http://`;
            empty for none. The environment's proxies are never used.
        login: for a node's own password.
        certificate_pem: the one certificate that this host may show; empty for the public roots.
        key: for a service that wants one.
    """

    proxy: str = ""
    login: Login | None = None
    certificate_pem: str = field(default="", repr=False)
    key: AccessKey | None = None

    def auth(self) -> httpx.Auth | None:
        """What is added to a web request when it is sent; None where nothing is."""
        if self.login is not None:
            return httpx.BasicAuth(self.login.user, self.login.password)
        return None if self.key is None else _KeyInQuery(self.key)

    def require_silent(self, host: str, *told: bytes) -> None:
        """Refuse an answer that repeats the key: it would be kept with it.

        Raises:
            AnswerRefusedError: it does.
        """
        if self.key is not None and any(self.key.value.encode() in part for part in told):
            raise AnswerRefusedError(
                f"The answer of {host} repeats the access key, so it was not kept.",
                next_step="Use another service; this one tells your key to whoever sees its answers.",
            )

    def open(self, silence_ms: int) -> httpx.Client:
        """A client that goes this way and no other.

        Raises:
            WireError: the proxy's address or the certificate is none.
        """
        try:
            return httpx.Client(
                trust_env=False,
                follow_redirects=False,
                verify=self._context() if self.certificate_pem else True,
                proxy=self.proxy or None,
                timeout=silence_ms / 1000,
                limits=httpx.Limits(max_keepalive_connections=1),
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise WireError(
                "The proxy's address is none.",
                next_step="Write it as socks5h://127.0.0.1:9050 (Tor) or http://127.0.0.1:8080.",
            ) from error

    def tls_context(self) -> ssl.SSLContext:
        """What a TLS connection that is no web request checks the server's certificate with.

        Raises:
            WireError: the certificate is none.
        """
        return (
            self._context() if self.certificate_pem else httpx.create_ssl_context(trust_env=False)
        )

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # the certificate itself is what was agreed on
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            context.load_verify_locations(cadata=self.certificate_pem)
        except ssl.SSLError as error:
            raise WireError(
                "The certificate of the own node cannot be read.",
                next_step="Give its certificate as PEM text: -----BEGIN CERTIFICATE-----.",
            ) from error
        return context
