"""The same door for servers that speak JSON in lines over TCP or TLS (the Electrum protocol).

The rules are those of `Door`: no question without a consent for this host and class of question, the
switch that is off wins, budgets, limits of size and time, one pinned certificate, SOCKS with the name
looked up behind it. One line is one question; the answer is the next line with an `id`. Lines without
one are notices that the server sends by itself: they are kept in front of the answer.

Several questions can be under way at once (`ask_ahead`): servers hold back small answers, to hide from
watchers which they are (ElectrumX 1.20 up to a second each), and send them at once when many wait.

Limits: Only SOCKS5 without a login serves as a proxy. TCP without TLS shows
every question to whoever carries it: for a server on this machine or behind Tor only.
"""

import contextlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

import msgspec

from chainlead.errors import (
    AnswerRefusedError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.wire.answer import Answer, Asked
from chainlead.wire.connection import connect, named_error
from chainlead.wire.gate import Gate, PassingError
from chainlead.wire.route import Route
from chainlead.wire.server_identity import tls_facts_of

PLAIN, SECURE = "tcp", "tls"
_SCHEMES = {PLAIN: PLAIN, SECURE: SECURE, "ssl": SECURE}
_CHUNK = 1 << 16
_AT_ONCE = 100
"""Questions under way at once: so few that they and the answers' beginning fit the buffers between."""


class _Marked(msgspec.Struct):
    id: object = None
    method: object = None


def is_line_url(url: str) -> bool:
    """Whether a server at this address speaks in lines: `tcp://`, `tls://` or `ssl://`."""
    return url.partition("://")[0].lower() in _SCHEMES


class LineDoor(Gate[tuple[socket.socket, bytearray]]):
    """The way to servers that speak in lines. Use it as a context manager."""

    def ask(self, url: str, *, question: str, body: bytes | None = None) -> Answer:
        """Send one line and return the line that answers it, with any notices before it.

        Args:
            url: `tcp://host:port`, or `tls://host:port`.
            question: the class of question, as in the consent.
            body: the line, without its end.

        Returns:
            the answer; its status is 0, for a line has none.

        Raises:
            OfflineError: the network is switched off; nothing was sent.
            NotConsentedError: nobody agreed to ask this host this; nothing was sent.
            WireBudgetSpentError: this piece of work may ask no more; nothing was sent.
            AnswerRefusedError: too large, too slow, broken off, or no JSON.
            WireError: the address is none, or the host could not be reached.
        """
        target = _checked_url(url)
        host = target.netloc.lower()
        self._require_open(host, question)
        line = body or b""
        if b"\n" in line or b"\r" in line:
            raise WireError("A question to this server is one line.")
        wait_ms = self._limits.repeat_ms
        for attempt in range(1, self._limits.repeats + 1):
            try:
                return self._exchange(target, host, question, line, attempt)
            except PassingError:
                self._sleep(wait_ms / 1000)
                wait_ms *= 2
        try:
            return self._exchange(target, host, question, line, self._limits.repeats + 1)
        except PassingError as passing:
            raise passing.error from passing

    def ask_ahead(
        self, url: str, *, question: str, bodies: Sequence[bytes], answers: dict[bytes, Answer]
    ) -> None:
        """Send many lines at once, and put the line that answers each into `answers`, by its question.

        Each counts as one question: for the consent, the budget and who is told of it. A host that
        wants pauses is asked one by one.

        Args:
            url: `tcp://host:port`, or `tls://host:port`.
            question: the class of question, as in the consent.
            bodies: lines, each a JSON object with an `id` of its own.
            answers: what came before a failure is in it too.

        Raises: as `ask`; a line that answers none of them is refused.
        """
        if self._limits.pause_ms:
            for body in bodies:
                answers[body] = self.ask(url, question=question, body=body)
            return
        target = _checked_url(url)
        host = target.netloc.lower()
        self._require_open(host, question)
        if any(b"\n" in body or b"\r" in body for body in bodies):
            raise WireError("A question to this server is one line.")
        for start in range(0, len(bodies), _AT_ONCE):
            self._ask_burst(target, host, question, bodies[start : start + _AT_ONCE], answers)

    def _ask_burst(
        self,
        target: SplitResult,
        host: str,
        question: str,
        bodies: Sequence[bytes],
        answers: dict[bytes, Answer],
    ) -> None:
        """Ask until each has its answer; what broke off is asked again as often as the limits say."""
        wait_ms = self._limits.repeat_ms
        for attempt in range(1, self._limits.repeats + 2):
            asked: dict[bytes, Asked] = {}
            spent: WireBudgetSpentError | None = None
            try:
                for body in bodies:
                    if body not in answers:
                        asked[body] = self._begin(host, "", question, body, attempt)
            except WireBudgetSpentError as error:
                spent = error  # what may still be asked is asked first
            try:
                self._receive_burst(target, host, asked, answers)
            except BaseException as error:
                self._forget(host)
                named = named_error(error, host)
                if named is None:
                    raise
                if not isinstance(named, PassingError):
                    raise named from error
                if attempt > self._limits.repeats:
                    raise named.error from error
                self._sleep(wait_ms / 1000)
                wait_ms *= 2
            else:
                if spent is not None:
                    raise spent
                return
            finally:
                self._last[host] = self._ticks()

    def _receive_burst(
        self,
        target: SplitResult,
        host: str,
        asked: Mapping[bytes, Asked],
        answers: dict[bytes, Answer],
    ) -> None:
        if not asked:
            return
        waiting = {_id_of(body): body for body in asked}
        until = self._ticks() + self._limits.answer_ms / 1000
        connection, received = self._opened(target, host, until)
        connection.sendall(b"".join(body + b"\n" for body in asked))
        is_tls = isinstance(connection, ssl.SSLSocket)
        tls = tls_facts_of(connection) if is_tls else ()
        notices: list[bytes] = []
        while waiting:
            until = self._ticks() + self._limits.answer_ms / 1000
            line = self._line(connection, received, host, until, sum(map(len, notices)))
            if _is_notice(line):
                notices.append(line)
                continue
            body = waiting.pop(_id_of(line), None)
            if body is None:
                raise AnswerRefusedError(f"{host} answered a question that was not asked.")
            content = b"\n".join((*notices, line))
            notices = []
            self.spending.receive(len(content))
            answers[body] = Answer(asked[body], 0, "", self._keep(content), content, tls)

    def _opened(
        self, target: SplitResult, host: str, until: float
    ) -> tuple[socket.socket, bytearray]:
        if host not in self._open:
            self._open[host] = (self._connect(target, host), bytearray())
            if self._greeting:
                self._talk(host, self._greeting, until)
        return self._open[host]

    def _exchange(
        self, target: SplitResult, host: str, question: str, line: bytes, attempt: int
    ) -> Answer:
        asked = self._begin(host, "", question, line, attempt)
        try:
            body, tls = self._send(target, host, line)
        except BaseException as error:
            self._forget(host)  # what still comes on it would be taken for the next answer
            named = named_error(error, host)
            if named is None:
                raise
            raise named from error
        finally:
            self._last[host] = self._ticks()
        self.spending.receive(len(body))
        return Answer(asked, 0, "", self._keep(body), body, tls)

    def _send(
        self, target: SplitResult, host: str, line: bytes
    ) -> tuple[bytes, tuple[tuple[str, str], ...]]:
        until = self._ticks() + self._limits.answer_ms / 1000
        connection, _ = self._opened(target, host, until)
        body = self._talk(host, line, until)
        is_tls = isinstance(connection, ssl.SSLSocket)
        return body, tls_facts_of(connection) if is_tls else ()

    def _talk(self, host: str, line: bytes, until: float) -> bytes:
        """Send a line; everything up to and with the line that answers it."""
        connection, waiting = self._open[host]
        connection.sendall(line + b"\n")
        kept: list[bytes] = []
        size = 0
        while True:
            received = self._line(connection, waiting, host, until, size)
            size += len(received) + 1
            kept.append(received)
            if not _is_notice(received):
                return b"\n".join(kept)

    def _line(
        self, connection: socket.socket, waiting: bytearray, host: str, until: float, size: int
    ) -> bytes:
        """The next line; `size` bytes of this answer came before it."""
        searched = 0
        while (end := waiting.find(b"\n", searched)) < 0:
            searched = len(waiting)
            if size + searched > self._limits.answer_bytes:
                raise AnswerRefusedError(
                    f"The answer of {host} is larger than {self._limits.answer_bytes} bytes."
                )
            if self._ticks() > until:
                raise AnswerRefusedError(f"{host} did not finish its answer in time.")
            chunk = connection.recv(_CHUNK)
            if not chunk:
                raise ConnectionResetError("the server closed the connection")
            waiting += chunk
        line = bytes(waiting[:end]).removesuffix(b"\r")
        del waiting[: end + 1]
        if size + len(line) > self._limits.answer_bytes:
            raise AnswerRefusedError(
                f"The answer of {host} is larger than {self._limits.answer_bytes} bytes."
            )
        return line

    def _connect(self, target: SplitResult, host: str) -> socket.socket:
        route = self._routes.get(host, Route())
        name = target.hostname or ""
        context = route.tls_context() if _SCHEMES[target.scheme] == SECURE else None
        connection = connect(route, name, target.port or 0, self._limits.silence_ms)
        try:
            return context.wrap_socket(connection, server_hostname=name) if context else connection
        except BaseException:
            connection.close()
            raise

    def _forget(self, host: str) -> None:
        held = self._open.pop(host, None)
        if held:
            with contextlib.suppress(OSError):
                held[0].close()

    def close(self) -> None:
        """Close every connection."""
        for host in list(self._open):
            self._forget(host)


def _checked_url(url: str) -> SplitResult:
    try:
        target = urlsplit(url)
        known = target.scheme in _SCHEMES and bool(target.hostname) and bool(target.port)
    except ValueError:
        known = False
    if not known or target.path not in ("", "/") or target.query or target.fragment:
        raise WireError(
            "Such a server is named as tcp://HOST:PORT or tls://HOST:PORT.",
            next_step="Check what was typed.",
        )
    if "@" in target.netloc:
        raise WireError("An address must not hold a user name or password: it would be kept.")
    return target


def _id_of(line: bytes) -> object:
    """The `id` of a question or an answer, as text; nothing for what is no JSON."""
    try:
        return repr(msgspec.json.decode(line, type=_Marked).id)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _is_notice(line: bytes) -> bool:
    """Whether the server sent this by itself: it names a method and answers no question."""
    try:
        marked = msgspec.json.decode(line, type=_Marked)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False  # the caller names what is wrong with it
    return marked.id is None and marked.method is not None
