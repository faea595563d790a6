"""The door: closed until somebody opens it, and then only to the hosts that a person named.

Looking up an address at a stranger's server tells the stranger whom the police look at. So: no
question without a consent for this host and this class of question, none to a host that an answer
points to, none through a proxy that the environment names, and nothing in the request that says
more than the question. The raw request and answer are kept; the caller notes each question before it is sent.

Limits: a server that sends its headers byte by byte is cut off after 100 KiB of them, each
wait bounded by `silence_ms`, not by `answer_ms`.
"""

from dataclasses import dataclass

import httpx

from chainlead.errors import (
    AnswerRefusedError,
    LoginRefusedError,
    WireError,
)
from chainlead.wire.answer import Answer, Asked
from chainlead.wire.gate import Gate, PassingError
from chainlead.wire.route import Route
from chainlead.wire.server_identity import derive_tls_facts

_SCHEMES = {"http", "https"}
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}
_BUSY = {429, 502, 503, 504}
_NO_LOGIN = {401, 403}


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    head: bytes
    body: bytes
    location: str
    tls: tuple[tuple[str, str], ...]


class Door(Gate[httpx.Client]):
    """The way to servers that speak HTTP. Use it as a context manager."""

    def ask(self, url: str, *, question: str, body: bytes | None = None) -> Answer:
        """Ask one question and return the whole answer.

        Args:
            url: http or https, without a user name or password in it.
            question: the class of question, as in the consent.
            body: JSON to send with POST; without one the question is a GET.

        Raises:
            OfflineError: the network is switched off; nothing was sent.
            NotConsentedError: nobody agreed to ask this host this; nothing was sent.
            WireBudgetSpentError: this piece of work may ask no more; nothing was sent.
            LoginRefusedError: the host does not take the login.
            AnswerRefusedError: too large, too slow, broken off, compressed, or redirected elsewhere.
            WireError: the URL is none, or the host could not be reached.
        """
        target = _checked_url(url)
        host = _host(target)
        self._require_open(host, question)
        for _ in range(self._limits.redirects + 1):
            asked, raw = self._repeat(target, host, question, body)
            if raw.status in _NO_LOGIN and host in self._routes:
                self._keep(raw.head)
                raise LoginRefusedError(f"{host} does not take the login ({raw.status}).")
            if not (300 <= raw.status < 400 and raw.location):
                head, kept = self._keep(raw.head), self._keep(raw.body)
                return Answer(asked, raw.status, head, kept, raw.body, raw.tls)
            self._keep(raw.head)
            target = _redirected(target, raw.location, host)
        raise AnswerRefusedError(f"{host} redirects in a circle.")

    def _repeat(
        self, target: httpx.URL, host: str, question: str, body: bytes | None
    ) -> tuple[Asked, _Raw]:
        """Ask until there is an answer or the repeats are used up."""
        wait_ms = self._limits.repeat_ms
        for attempt in range(1, self._limits.repeats + 1):
            try:
                asked, raw = self._exchange(target, host, question, body, attempt)
            except PassingError as passing:
                self._sleep(max(wait_ms, passing.wait_ms) / 1000)
            else:
                if raw.status not in _BUSY:
                    return asked, raw
                self._sleep(max(wait_ms, self._asked_wait_ms(raw)) / 1000)
            wait_ms *= 2
        try:
            return self._exchange(target, host, question, body, self._limits.repeats + 1)
        except PassingError as passing:
            raise passing.error from passing

    def _asked_wait_ms(self, raw: _Raw) -> int:
        for line in raw.head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"retry-after" and value.strip().isdigit():
                return min(int(value[:9]) * 1000, self._limits.longest_repeat_ms)
        return 0

    def _exchange(
        self, target: httpx.URL, host: str, question: str, body: bytes | None, attempt: int
    ) -> tuple[Asked, _Raw]:
        verb = "GET" if body is None else "POST"
        headers = (
            dict(_HEADERS) if body is None else {**_HEADERS, "Content-Type": "application/json"}
        )
        request = httpx.Request(verb, target, headers=headers, content=body)
        path = target.raw_path.decode("ascii")
        sent = f"{verb} {path} HTTP/1.1\r\n".encode() + _head_bytes(request.headers) + (body or b"")
        asked = self._begin(host, path, question, sent, attempt)
        try:
            return asked, self._send(request, host)
        except httpx.TimeoutException as error:
            raise PassingError(AnswerRefusedError(f"{host} did not answer in time.")) from error
        except httpx.RemoteProtocolError as error:
            raise PassingError(
                AnswerRefusedError(f"{host} broke off or sent no HTTP answer.")
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PassingError(
                WireError(
                    f"{host} could not be reached ({type(error).__name__}).",
                    next_step="Check the address and the network; the case is unchanged.",
                )
            ) from error
        finally:
            self._last[host] = self._ticks()

    def _send(self, request: httpx.Request, host: str) -> _Raw:
        limits = self._limits
        start = self._ticks()
        route = self._routes.get(host, Route())
        response = self._opened(host).send(request, stream=True, auth=route.auth())
        try:
            version = response.http_version.encode()
            head = version + f" {response.status_code}\r\n".encode() + _head_bytes(response.headers)
            location = response.headers.get("location", "")
            tls = derive_tls_facts(response)
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise AnswerRefusedError(f"{host} sent a compressed answer that nobody asked for.")
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > limits.answer_bytes:
                    raise AnswerRefusedError(
                        f"The answer of {host} is larger than {limits.answer_bytes} bytes.",
                        next_step="Get the data as files from the host and add those to the case.",
                    )
                if self._ticks() - start > limits.answer_ms / 1000:
                    raise AnswerRefusedError(f"{host} did not finish its answer in time.")
            self.spending.receive(len(body))
            route.require_silent(host, head, bytes(body))
            return _Raw(response.status_code, head, bytes(body), location, tls)
        finally:
            response.close()

    def _opened(self, host: str) -> httpx.Client:
        if host not in self._open:
            route = self._routes.get(host, Route())
            self._open[host] = route.open(self._limits.silence_ms)
        return self._open[host]

    def close(self) -> None:
        """Close every connection."""
        while self._open:
            self._open.popitem()[1].close()


def _checked_url(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise WireError("This is no web address.", next_step="Check what was typed.") from error
    if target.scheme not in _SCHEMES or not target.host:
        raise WireError(
            "Only addresses that begin with http:// or https:// can be asked.",
            next_step="Check what was typed.",
        )
    if target.userinfo:
        raise WireError(
            "A web address must not hold a user name or password: it would be kept in the case.",
            next_step="Leave them out of the address.",
        )
    return target.copy_with(fragment=None)


def _host(target: httpx.URL) -> str:
    return target.netloc.decode("ascii").lower()


def _redirected(before: httpx.URL, location: str, host: str) -> httpx.URL:
    try:
        after = _checked_url(str(before.join(location)))
    except (httpx.InvalidURL, WireError, UnicodeError, ValueError) as error:
        raise AnswerRefusedError(f"{host} redirects to something that is no address.") from error
    if (after.scheme, _host(after)) != (before.scheme, host):
        raise AnswerRefusedError(
            f"{host} redirects to {_host(after)}, which nobody agreed to ask.",
            next_step="Decide whether that host may be asked, and record the consent first.",
        )
    return after


def _head_bytes(headers: httpx.Headers) -> bytes:
    return b"".join(name + b": " + value + b"\r\n" for name, value in headers.raw) + b"\r\n"
