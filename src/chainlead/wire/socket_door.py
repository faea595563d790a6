"""The same door for servers that speak over WebSocket (rippled, Clio).

The rules are those of `Door`: no question without a consent for this host and class of question, the
switch that is off wins, budgets, limits of size and time, one pinned certificate, SOCKS with the name
looked up behind it, no redirects. One message is one question; the answer is the next message with
its `id`. Messages without one are notices that the server sends by itself: they are left out.

Limits: one question at a time. Only SOCKS5 without a login serves as a proxy. `ws://` shows every
question to whoever carries it: for a server on this machine or behind Tor only.
"""

import ssl
from urllib.parse import SplitResult, urlsplit

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from chainlead.errors import AnswerRefusedError, WireError
from chainlead.wire.answer import Answer
from chainlead.wire.connection import connect, named_error
from chainlead.wire.gate import Gate, PassingError
from chainlead.wire.route import Route
from chainlead.wire.server_identity import tls_facts_of
from chainlead.wire.socket_talk import SocketTalk

_PORTS = {"ws": 80, "wss": 443}
_TOO_LARGE = 1009


class _Marked(msgspec.Struct):
    id: object = None


def is_socket_url(url: str) -> bool:
    """Whether a server at this address speaks over WebSocket: `ws://` or `wss://`."""
    return url.partition("://")[0].lower() in _PORTS


class SocketDoor(Gate[SocketTalk]):
    """The way to servers that speak over WebSocket. Use it as a context manager."""

    def ask(self, url: str, *, question: str, body: bytes | None = None) -> Answer:
        """Send one message and return the message that answers it.

        Args:
            url: `ws://host:port/path`, or `wss://…`.
            question: the class of question, as in the consent.
            body: JSON with an `id`.

        Returns:
            the answer; its status is 0, for a message has none.

        Raises:
            OfflineError: the network is switched off; nothing was sent.
            NotConsentedError: nobody agreed to ask this host this; nothing was sent.
            WireBudgetSpentError: this piece of work may ask no more; nothing was sent.
            AnswerRefusedError: too large, too slow, broken off, or not what was asked.
            WireError: the address is none, or the host could not be reached.
        """
        target = _checked_url(url)
        host = target.netloc.lower()
        self._require_open(host, question)
        wait_ms = self._limits.repeat_ms
        for attempt in range(1, self._limits.repeats + 1):
            try:
                return self._exchange(target, host, question, body or b"", attempt)
            except PassingError:
                self._sleep(wait_ms / 1000)
                wait_ms *= 2
        try:
            return self._exchange(target, host, question, body or b"", self._limits.repeats + 1)
        except PassingError as passing:
            raise passing.error from passing

    def _exchange(
        self, target: SplitResult, host: str, question: str, sent: bytes, attempt: int
    ) -> Answer:
        asked = self._begin(host, target.path, question, sent, attempt)
        try:
            body = self._talk(target, host, sent)
        except BaseException as error:
            self._forget(host)  # what still comes on it would be taken for the next answer
            named = _named(error, host, self._limits.answer_bytes)
            if named is None:
                raise
            raise named from error
        finally:
            self._last[host] = self._ticks()
        tls = self._open[host].socket
        facts = tls_facts_of(tls) if isinstance(tls, ssl.SSLSocket) else ()
        self.spending.receive(len(body))
        return Answer(asked, 0, "", self._keep(body), body, facts)

    def _talk(self, target: SplitResult, host: str, sent: bytes) -> bytes:
        silence = self._limits.silence_ms / 1000
        until = self._ticks() + self._limits.answer_ms / 1000
        if host not in self._open:
            self._open[host] = self._connect(target, host)
        connection = self._open[host]
        connection.send(sent)
        wanted = _id_of(sent)
        while True:
            body = connection.receive(lambda: min(silence, until - self._ticks()))
            found = _id_of(body)
            if found is not None and found == wanted:
                return body
            if found is not None:
                raise AnswerRefusedError(f"{host} answered another question than the one asked.")

    def _connect(self, target: SplitResult, host: str) -> SocketTalk:
        route = self._routes.get(host, Route())
        name = target.hostname or ""
        until = self._ticks() + self._limits.silence_ms / 1000
        connection = connect(
            route, name, target.port or _PORTS[target.scheme], self._limits.silence_ms
        )
        try:
            if target.scheme == "wss":
                connection = route.tls_context().wrap_socket(connection, server_hostname=name)
            talk = SocketTalk(connection, target.geturl(), self._limits.answer_bytes)
            talk.open(lambda: until - self._ticks())
        except BaseException:
            connection.close()
            raise
        return talk

    def _forget(self, host: str) -> None:
        held = self._open.pop(host, None)
        if held is not None:
            held.close()

    def close(self) -> None:
        """Close every connection."""
        for host in list(self._open):
            self._forget(host)


def _checked_url(url: str) -> SplitResult:
    try:
        target = urlsplit(url)
        known = target.scheme in _PORTS and bool(target.hostname) and target.port != 0
    except ValueError:
        known = False
    if not known:
        raise WireError(
            "Such a server is named as ws://HOST:PORT/ or wss://HOST:PORT/.",
            next_step="Check what was typed.",
        )
    if "@" in target.netloc:
        raise WireError("An address must not hold a user name or password: it would be kept.")
    return target


def _id_of(message: bytes) -> object:
    """The number of a question or an answer; None for a notice."""
    try:
        return msgspec.json.decode(message, type=_Marked).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerRefusedError("A message of the server is not JSON.") from error


def _named(error: BaseException, host: str, most_bytes: int) -> Exception | None:
    """The error as a user meets it; None to let it pass as it is."""
    if isinstance(error, InvalidStatus):
        return AnswerRefusedError(
            f"{host} speaks no WebSocket here (status {error.response.status_code})."
        )
    if isinstance(error, InvalidHandshake):
        return AnswerRefusedError(f"{host} speaks no WebSocket here.")
    if isinstance(error, ConnectionClosed):
        if error.sent is not None and error.sent.code == _TOO_LARGE:
            return AnswerRefusedError(f"The answer of {host} is larger than {most_bytes} bytes.")
        return PassingError(AnswerRefusedError(f"{host} broke off before its answer was whole."))
    return named_error(error, host)
