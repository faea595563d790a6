"""How a host is reached: through which proxy, with which login, and which certificate is its own."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

import httpx

from chainlead.errors import WireError


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password for one host. Sent, and never kept, printed or logged."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one host.

    Attributes:
        proxy: `socks5h://127.0.0.1:9050` (names are looked up behind it), `socks5://` or `http://`;
            empty for none. The environment's proxies are never used.
        login: for a node's own password.
        certificate_pem: the one certificate that this host may show; empty for the public roots.
    """

    proxy: str = ""
    login: Login | None = None
    certificate_pem: str = field(default="", repr=False)

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
