"""Why each session looks at each case, and what it looked at last; kept while the server runs.

Where a case's setting `log_views` is `yes`, a person says why before the first page; the reason holds
for that session and case. It is kept in memory only: a server that was started again asks again.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

REASON_HOLDS = timedelta(hours=8)
LONGEST_REASON = 500
_LONGEST_PAGE = 1_000
_MOST_KEPT = 10_000


class ReasonWantedError(Exception):
    """The case asks why a person looks at it, and this session has not said so yet."""

    def __init__(self, case_name: str) -> None:
        """Remember which case asks."""
        super().__init__("why?")
        self.case_name = case_name


class Looks:
    """Reasons and last pages, by session and case."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take the time from `now`."""
        self._now = now
        self._lock = Lock()
        self._reasons: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()
        self._last: OrderedDict[tuple[str, str], str] = OrderedDict()

    def now(self) -> datetime:
        """The moment."""
        return self._now()

    def give(self, session: str, key: str, reason: str) -> None:
        """Keep the reason of a session for a case."""
        with self._lock:
            self._reasons[session, key] = (reason[:LONGEST_REASON], self._now())
            _forget(self._reasons)

    def reason(self, session: str, key: str) -> str:
        """The reason that holds; empty where none was given, or too long ago."""
        with self._lock:
            reason, given = self._reasons.get((session, key), ("", self._now()))
        return reason if self._now() - given < REASON_HOLDS else ""

    def last(self, session: str, key: str) -> str:
        """The page with its question that this session looked at last in this case; empty for none."""
        with self._lock:
            return self._last.get((session, key), "")

    def remember(self, session: str, key: str, page: str) -> None:
        """Remember a look that is in the log now."""
        with self._lock:
            self._last[session, key] = page
            _forget(self._last)


def page_asked(path: str, query: str) -> str:
    """A page with its question, as the log of looks has it."""
    asked = f"{path}?{query}" if query else path
    return asked if len(asked) <= _LONGEST_PAGE else f"{asked[:_LONGEST_PAGE]}…"


def _forget(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
