"""A span of time that an address or a form names: from one second to another, either left out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import HTTPException

from chainlead.web.times import moment_given
from chainlead.web.visit import Visit
from chainlead.workflow.case import Case

_A_DAY = len("2026-03-01")


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment (with it) to another (without it), as a person wrote them.

    Attributes:
        since: the first moment, aware; None for no beginning.
        until: the first moment after the last second, aware; None for no end.
        since_text: the first as it was written.
        until_text: the last as it was written; a day alone means the whole day.
    """

    since: datetime | None
    until: datetime | None
    since_text: str
    until_text: str

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return self.since is not None or self.until is not None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is in it."""
        return (self.since is None or moment >= self.since) and (
            self.until is None or moment < self.until
        )


def span_given(visit: Visit, case: Case, since: str, until: str) -> Span:
    """The span between two texts, each in the zone of the case.

    Raises:
        HTTPException: a text is no time.
    """
    first, last = moment_given(visit, case, since), moment_given(visit, case, until)
    if last is not None:
        is_day = len(until.strip()) == _A_DAY
        try:
            last += timedelta(days=1) if is_day else timedelta(seconds=1)
        except OverflowError:
            raise HTTPException(400, visit.words("No time is later than that.")) from None
    return Span(first, last, since.strip(), until.strip())
