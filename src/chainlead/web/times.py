"""A time that a person wrote in a form: taken in the zone of the case, or as its own offset says."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import HTTPException

from chainlead.web.visit import Visit
from chainlead.workflow.case import Case


def moment_given(visit: Visit, case: Case, text: str) -> datetime | None:
    """The time in UTC; None where nothing was written.

    Args:
        visit: who wrote it.
        case: whose zone the form named, unless the person wants all times in UTC.
        text: `2026-03-01 09:30`, with seconds if wanted, and with an offset if wanted.

    Raises:
        HTTPException: it is no time, or one that the clocks of the zone showed twice or never.
    """
    if not text.strip():
        return None
    visit.enter(case)
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        early, late = (moment.replace(tzinfo=ZoneInfo(visit.zone), fold=fold) for fold in (0, 1))
        found = early.astimezone(UTC)
        is_told_once = early.utcoffset() == late.utcoffset()
    except (ValueError, OverflowError):
        say = visit.words("Write the time as 2026-03-01 09:30, in {zone}.", zone=visit.zone)
        raise HTTPException(400, say) from None
    if not is_told_once:
        say = visit.words(
            "Clocks changed in that hour: write {first} or {second}.",
            first=early.isoformat(" ", "minutes"),
            second=late.isoformat(" ", "minutes"),
        )
        raise HTTPException(400, say)
    return found
