"""The way to one identity provider, and to no other host.

Unlike the door for ledgers it belongs to no case: nothing of what is said here is kept. TLS is
checked against the public roots or the unit's own certificate authority, nothing is followed to
another address, answers are small and soon, and the environment's proxies are not used. Plain http
is taken for this machine only.
"""

import logging
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from time import monotonic
from typing import Self

import httpx
import msgspec

from chainlead.errors import AnswerRefusedError, WireError
from chainlead.wire.route import Login

for _name in ("httpx", "httpcore"):  # they would write whole addresses into a log
    logging.getLogger(_name).setLevel(logging.WARNING)

_MOST_BYTES = 256 * 1024
_SILENCE_S, _LONGEST_S = 5.0, 10.0


class IssuerDoor:
    """Asks one issuer."""

    def __init__(
        self,
        issuer: str,
        *,
        authorities_pem: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Take the issuer's address.

        Args:
            issuer: as the provider names itself, `https://…`.
            authorities_pem: the certificate authorities of the unit; empty for the public roots.
            transport: another way than the network, for tests.

        Raises:
            WireError: the address or a certificate is none.
        """
        try:
            self._issuer = httpx.URL(issuer)
        except (httpx.InvalidURL, ValueError) as error:
            raise WireError("The issuer's address is no web address.") from error
        if not _is_fit(self._issuer):
            raise WireError("The issuer's address is https:// and a name, without a password.")
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            verify=_context(authorities_pem),
            timeout=_SILENCE_S,
            transport=transport,
            headers={"accept": "application/json", "accept-encoding": "identity"},
            cookies=None,
        )

    @property
    def host(self) -> str:
        """Name and port of the issuer."""
        return self._issuer.netloc.decode("ascii")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def require_own(self, url: str) -> str:
        """The address, if it is one of the issuer's own host.

        Raises:
            AnswerRefusedError: it is another host's, or none.
        """
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise AnswerRefusedError(f"{self.host} names an address that is none.") from error
        own = (self._issuer.scheme, self._issuer.host, self._issuer.port)
        if (target.scheme, target.host, target.port) != own or target.userinfo:
            raise AnswerRefusedError(
                f"{self.host} points to {target.host}, which is another host.",
                next_step="Only the one host that team.toml names is ever asked.",
            )
        return str(target.copy_with(fragment=None))

    def read(self, url: str) -> dict[str, object]:
        """The JSON document at an address of the issuer.

        Raises:
            WireError: it could not be had.
        """
        return self._asked("GET", url, None, None)

    def send(
        self, url: str, fields: Mapping[str, str], login: Login | None = None
    ) -> dict[str, object]:
        """Send a form to an address of the issuer; the JSON document that it answers.

        Raises:
            WireError: it could not be had.
        """
        return self._asked("POST", url, fields, login)

    def _asked(
        self, verb: str, url: str, fields: Mapping[str, str] | None, login: Login | None
    ) -> dict[str, object]:
        target = self.require_own(url)
        auth = None if login is None else httpx.BasicAuth(login.user, login.password)
        self._client.cookies.clear()
        request = self._client.build_request(verb, target, data=fields)
        try:
            response = self._client.send(request, stream=True, auth=auth)
        except httpx.HTTPError as error:
            raise WireError(
                f"{self.host} could not be reached ({type(error).__name__}).",
                next_step="Try again; log in with a password if you have one.",
            ) from error
        try:
            body = self._body(response)
        except httpx.HTTPError as error:
            raise AnswerRefusedError(f"{self.host} broke off its answer.") from error
        finally:
            response.close()
        if response.status_code != httpx.codes.OK:
            raise AnswerRefusedError(f"{self.host} answered {response.status_code}.")
        try:
            return msgspec.json.decode(body, type=dict[str, object])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AnswerRefusedError(f"{self.host} sent no JSON document.") from error

    def _body(self, response: httpx.Response) -> bytes:
        start, body = monotonic(), bytearray()
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise AnswerRefusedError(f"{self.host} sent a compressed answer that nobody asked for.")
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise AnswerRefusedError(f"The answer of {self.host} is too large.")
            if monotonic() - start > _LONGEST_S:
                raise AnswerRefusedError(f"{self.host} did not finish its answer in time.")
        return bytes(body)


def _is_fit(url: httpx.URL) -> bool:
    if url.userinfo or url.query or url.fragment or not url.host:
        return False
    return url.scheme == "https" or (url.scheme == "http" and _is_this_machine(url.host))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _context(authorities_pem: str) -> ssl.SSLContext:
    if not authorities_pem:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cadata=authorities_pem)
    except (ssl.SSLError, ValueError) as error:
        raise WireError("The file of certificate authorities holds no certificate.") from error
