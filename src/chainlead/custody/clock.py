"""The clock. Nothing else in chainlead asks for the time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The moment in UTC, whole seconds."""
        return datetime.now(tz=UTC).replace(microsecond=0)  # noqa: TID251  (the one reader)


class SteppingClock:
    """A clock that moves one step at each look: for the practice case and for tests."""

    def __init__(self, start: datetime, step: timedelta = timedelta(seconds=1)) -> None:
        """Begin at `start`; the first look gives `start` itself."""
        self._next = start
        self._step = step

    def now(self) -> datetime:
        """The next moment."""
        moment = self._next
        self._next = moment + self._step
        return moment
