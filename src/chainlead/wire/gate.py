"""What every door has in common: consent, the switch, budget, pauses, and who is told of a question."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

from chainlead.custody import Clock
from chainlead.errors import NotConsentedError, OfflineError, WireError
from chainlead.wire.answer import Asked
from chainlead.wire.consent import Consent
from chainlead.wire.limits import WireLimits
from chainlead.wire.route import Route
from chainlead.wire.spending import Spending, WireBudget

Held = TypeVar("Held")
"""What a door holds open to a host."""


class PassingError(Exception):
    """It did not work this time, and may the next; `error` is what a user meets at last."""

    def __init__(self, error: WireError, wait_ms: int = 0) -> None:
        """`wait_ms` is how long the server asked to wait."""
        super().__init__(error.message)
        self.error = error
        self.wait_ms = wait_ms


class Gate(ABC, Generic[Held]):
    """The base of `Door` and `LineDoor`. Use them as context managers."""

    def __init__(
        self,
        *,
        clock: Clock,
        keep: Callable[[bytes], str],
        note: Callable[[Asked], None],
        consents: Sequence[Consent] = (),
        is_online: bool = False,
        limits: WireLimits | None = None,
        routes: Mapping[str, Route] | None = None,
        budget: WireBudget | None = None,
        spending: Spending | None = None,
        greeting: bytes = b"",
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
            limits: sizes, times, pauses and repeats.
            routes: proxy, login and certificate of a host, by its name as in the URL.
            budget: how much may be asked in all.
            spending: the account of a larger piece of work that this is a part of; its budget counts.
            greeting: a line that a protocol of lines wants first on every connection; must say
                nothing.
            ticks: seconds of a clock that never goes back, for pauses and time limits.
            sleep: waits so many seconds.
        """
        self._clock = clock
        self._keep = keep
        self._note = note
        self._consents = tuple(consents)
        self._is_online = is_online
        self._limits = limits or WireLimits()
        self._routes = dict(routes or {})
        self._ticks = ticks
        self._sleep = sleep
        self._greeting = greeting
        self._last: dict[str, float] = {}
        self._open: dict[str, Held] = {}
        self.spending = spending or Spending(budget or WireBudget(), ticks)

    def _require_open(self, host: str, question: str) -> None:
        """Raise unless the network may be used and a person agreed to this question to this host."""
        if not self._is_online:
            raise OfflineError(f"The network is switched off; {host} was not asked.")
        if not any(consent.covers(host, question) for consent in self._consents):
            raise NotConsentedError(f"Nobody agreed to ask {host} about {question!r}.")

    def _begin(self, host: str, path: str, question: str, sent: bytes, attempt: int) -> Asked:
        """Count a question, wait for its turn, keep and note it: all before it is sent."""
        self.spending.ask()
        if host in self._last:
            left = self._last[host] + self._limits.pause_ms / 1000 - self._ticks()
            if left > 0:
                self._sleep(left)
        asked = Asked(host, path, question, self._clock.now(), self._keep(sent), attempt)
        self._note(asked)
        return asked

    def wait(self, wait_ms: int) -> None:
        """Wait because a server said that it is asked too often, as long as the limits allow."""
        self._sleep(min(wait_ms, self._limits.longest_repeat_ms) / 1000)

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
