"""The door: closed until somebody opens it, and then only to the hosts that a person named.

Looking up an address at a stranger's server tells the stranger whom the police look at. So: no
question without a consent for this host and this class of question, none to a host that an answer
points to, none through a proxy that the environment names, and nothing in the request that says
more than the question. The raw request and answer are kept; the caller notes each question before it is sent.

Limits: a server that sends its headers byte by byte is cut off after 100 KiB of them, each
wait bounded by `silence_ms`, not by `answer_ms`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from chainlead.custody import Clock
from chainlead.errors import AnswerRefusedError, NotConsentedError, OfflineError, WireError
from chainlead.wire.answer import Answer, Asked
from chainlead.wire.consent import Consent
from chainlead.wire.limits import WireLimits

_SCHEMES = {"http", "https"}
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    head: bytes
    body: bytes
    location: str


class Door:
    """The way to servers. Use it as a context manager."""

    def __init__(
        self,
        *,
        clock: Clock,
        keep: Callable[[bytes], str],
        note: Callable[[Asked], None],
        consents: Sequence[Consent] = (),
        is_online: bool = False,
        limits: WireLimits | None = None,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make a door; it stays closed unless `is_online`.

        Args:
            clock: where the time of a question comes from.
            keep: stores bytes and returns their SHA-256, for example `Blobs.put`.
            note: called before each question is sent, for example to write it in the journal.
            consents: what a person agreed to.
            is_online: whether the network may be used at all.
            limits: sizes, times and pauses.
            ticks: seconds of a clock that never goes back, for pauses and time limits.
            sleep: waits so many seconds.
        """
        self._clock = clock
        self._keep = keep
        self._note = note
        self._consents = tuple(consents)
        self._is_online = is_online
        self._limits = limits or WireLimits()
        self._ticks = ticks
        self._sleep = sleep
        self._last: dict[str, float] = {}
        self._client: httpx.Client | None = None

    def ask(self, url: str, *, question: str) -> Answer:
        """Ask one question (GET) and return the whole answer.

        Args:
            url: http or https, without a user name or password in it.
            question: the class of question, as in the consent.

        Raises:
            OfflineError: the network is switched off; nothing was sent.
            NotConsentedError: nobody agreed to ask this host this; nothing was sent.
            AnswerRefusedError: too large, too slow, broken off, compressed, or redirected elsewhere.
            WireError: the URL is none, or the host could not be reached.
        """
        target = _checked_url(url)
        host = _host(target)
        if not self._is_online:
            raise OfflineError(f"The network is switched off; {host} was not asked.")
        if not any(consent.covers(host, question) for consent in self._consents):
            raise NotConsentedError(f"Nobody agreed to ask {host} about {question!r}.")
        for _ in range(self._limits.redirects + 1):
            asked, raw = self._exchange(target, host, question)
            if not (300 <= raw.status < 400 and raw.location):
                return Answer(
                    asked, raw.status, self._keep(raw.head), self._keep(raw.body), raw.body
                )
            self._keep(raw.head)
            target = _redirected(target, raw.location, host)
        raise AnswerRefusedError(f"{host} redirects in a circle.")

    def _exchange(self, target: httpx.URL, host: str, question: str) -> tuple[Asked, _Raw]:
        request = httpx.Request("GET", target, headers=_HEADERS)
        path = target.raw_path.decode("ascii")
        sent = f"GET {path} HTTP/1.1\r\n".encode() + _head_bytes(request.headers)
        self._wait_for_turn(host)
        asked = Asked(host, path, question, self._clock.now(), self._keep(sent))
        self._note(asked)
        try:
            return asked, self._send(request, host)
        except httpx.TimeoutException as error:
            raise AnswerRefusedError(f"{host} did not answer in time.") from error
        except httpx.RemoteProtocolError as error:
            raise AnswerRefusedError(f"{host} broke off or sent no HTTP answer.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WireError(
                f"{host} could not be reached ({type(error).__name__}).",
                next_step="Check the address and the network; the case is unchanged.",
            ) from error
        finally:
            self._last[host] = self._ticks()

    def _send(self, request: httpx.Request, host: str) -> _Raw:
        limits = self._limits
        start = self._ticks()
        response = self._opened().send(request, stream=True)
        try:
            version = response.http_version.encode()
            head = version + f" {response.status_code}\r\n".encode() + _head_bytes(response.headers)
            location = response.headers.get("location", "")
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
            return _Raw(response.status_code, head, bytes(body), location)
        finally:
            response.close()

    def _opened(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(
                trust_env=False,
                follow_redirects=False,
                timeout=self._limits.silence_ms / 1000,
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        return self._client

    def _wait_for_turn(self, host: str) -> None:
        if host in self._last:
            left = self._last[host] + self._limits.pause_ms / 1000 - self._ticks()
            if left > 0:
                self._sleep(left)

    def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


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
