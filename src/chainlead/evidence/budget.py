"""What one exhibit file may cost: time, bytes and members, counted over everything nested in it."""

import time
from collections.abc import Callable

from chainlead.evidence.item import UnreadReason
from chainlead.evidence.limits import Limits


class StopReadingError(Exception):
    """A reader cannot go on here. It never leaves this room: it becomes an `Unread`."""

    def __init__(self, reason: UnreadReason, detail: str, *, everything: bool = False) -> None:
        """Say why; `everything` ends the whole exhibit file and not just this member."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.everything = everything


class Budget:
    """Counts against the limits and stops the reading when one is reached."""

    def __init__(
        self, limits: Limits, now: Callable[[], float] = time.monotonic, size_bytes: int = 0
    ) -> None:
        """Start counting.

        Args:
            limits: the limits.
            now: seconds that never go back.
            size_bytes: of the exhibit file; a large one gets more time.
        """
        self.limits = limits
        self.seconds = limits.seconds + limits.seconds_per_gib * size_bytes / (1 << 30)
        self._now = now
        self._spent = 0.0
        self._resumed: float | None = now()
        self._bytes = 0
        self._members = 0

    def pause(self) -> None:
        """Somebody else works: stop the watch."""
        if self._resumed is not None:
            self._spent += self._now() - self._resumed
            self._resumed = None

    def resume(self) -> None:
        """The reader works again."""
        self._resumed = self._now()

    def seconds_left(self) -> float:
        """Time until the limit; below 0 when it is reached."""
        running = 0.0 if self._resumed is None else self._now() - self._resumed
        return self.seconds - self._spent - running

    def is_out_of_time(self) -> bool:
        """Whether the time limit is reached."""
        return self.seconds_left() < 0

    @property
    def counted(self) -> tuple[int, int]:
        """Decoded bytes and members so far."""
        return self._bytes, self._members

    def count_from(self, size_bytes: int, members: int) -> None:
        """Go on where another budget had counted to."""
        self._bytes, self._members = size_bytes, members

    def check_time(self) -> None:
        """Stop everything when the time limit is reached."""
        if self.is_out_of_time():
            raise StopReadingError(
                UnreadReason.TOO_SLOW,
                f"reading took more than {self.seconds:g} s",
                everything=True,
            )

    def count_member(self) -> None:
        """One more member, message, part or nested value."""
        self._members += 1
        if self._members > self.limits.members:
            raise StopReadingError(
                UnreadReason.TOO_MANY,
                f"more than {self.limits.members} members",
                everything=True,
            )
        self.check_time()

    def count_bytes(self, size_bytes: int) -> None:
        """So many more decoded bytes."""
        self._bytes += size_bytes
        if self._bytes > self.limits.total_bytes:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"more than {self.limits.total_bytes} bytes when unpacked",
                everything=True,
            )
        self.check_time()
