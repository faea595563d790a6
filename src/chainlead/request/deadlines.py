"""Clocks: how long an answer, an order or a preservation lasts, computed in UTC from a given moment.

Data: `data/deadlines.yaml`. Limits: working days are Monday to Friday; public holidays are not
known here. A term in days ends at the same time of day; national law may round it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache

import msgspec

from chainlead.request.certainty import LegalCertainty
from chainlead.request.data_files import read_table

_SATURDAY = 5


class Unit(Enum):
    """What a term is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


_KEYS = {
    "counted_from": "from",
    "is_red": "red",
    "is_emergency": "emergency",
    "is_chosen": "chosen",
}


class Deadline(msgspec.Struct, frozen=True, rename=_KEYS):
    """One clock.

    Attributes:
        counted_from: the event that starts it.
        is_red: data or money are lost, or an order becomes void, when it runs out.
        part: the part of the request that it belongs to: preservation, production, freeze, police.
        ended_by: events after which it does not matter any more.
        only_after: it runs only once this event was recorded.
        is_emergency: it runs only for a draft in an emergency.
        is_chosen: it runs only where the person who records the sending names it.
    """

    name: str
    count: int
    unit: Unit
    counted_from: str
    is_red: bool
    certainty: LegalCertainty
    source: str
    part: str = "production"
    ended_by: tuple[str, ...] = ("complete", "refused", "expired")
    only_after: str = ""
    is_emergency: bool = False
    is_chosen: bool = False

    def due(self, start: datetime) -> datetime:
        """When the term ends, in UTC.

        Args:
            start: the moment of the starting event, aware.

        Raises:
            ValueError: the moment has no time zone.
        """
        if start.tzinfo is None:
            raise ValueError("a time without a zone is not a moment")
        moment = start.astimezone(UTC)
        if self.unit is Unit.HOURS:
            return moment + timedelta(hours=self.count)
        if self.unit is Unit.DAYS:
            return moment + timedelta(days=self.count)
        if moment.weekday() >= _SATURDAY:  # nothing runs before the next Monday begins
            days = 7 - moment.weekday()
            moment = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
                days=days
            )
        left = self.count
        while left:
            moment += timedelta(days=1)
            left -= moment.weekday() < _SATURDAY
        return moment

    @property
    def length(self) -> str:
        """`10 days`, `8 hours`."""
        return f"{self.count} {self.unit.value.replace('_', ' ')}"


class _Table(msgspec.Struct, frozen=True):
    deadlines: dict[str, Deadline]


@dataclass(frozen=True, slots=True)
class DueDate:
    """One clock that starts at a moment."""

    deadline_id: str
    deadline: Deadline
    due_at: datetime


@cache
def deadlines() -> dict[str, Deadline]:
    """All clocks by id."""
    return read_table("deadlines.yaml", _Table).deadlines


def due_dates(deadline_ids: Iterable[str], start: datetime) -> tuple[DueDate, ...]:
    """The clocks with their ends if all start now, earliest first.

    Args:
        deadline_ids: ids of `data/deadlines.yaml`.
        start: the moment of the starting event, aware; each clock has its own event in truth.
    """
    known = deadlines()
    found = [
        DueDate(name, known[name], known[name].due(start)) for name in dict.fromkeys(deadline_ids)
    ]
    return tuple(sorted(found, key=lambda each: (each.due_at, each.deadline_id)))
