"""When a payment counts: from a moment to a moment, and at recurring times of the week.

Block times are the miners' and may be off by up to two hours; a payment is mined some time after
it was sent. Narrow times miss payments.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chainlead.errors import ConfigError

MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS = {"day": range(7), "weekday": range(5), "weekend": range(5, 7)}
_EVERY = re.compile(
    r"every (?P<days>[a-z]+(?:(?:, ?| and )[a-z]+)*)"
    r"(?: (?P<start>\d\d:\d\d) ?- ?(?P<end>\d\d:\d\d))?(?: (?P<zone>[A-Za-z]+(?:/[A-Za-z_+\-0-9]+)*))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Recurring:
    """Minutes of the week, as half-open spans from Monday 00:00 in a time zone.

    Attributes:
        spans: sorted, apart from each other, inside one week.
        zone: IANA name, for example `Europe/Stockholm`.
        written: as it was asked.
    """

    spans: tuple[tuple[int, int], ...]
    zone: str
    written: str

    @property
    def minutes(self) -> int:
        """How long the times are together, minutes a week."""
        return sum(end - start for start, end in self.spans)

    def minute_of(self, moment: datetime) -> int:
        """Minute of the week of a moment, in the zone."""
        local = moment.astimezone(UTC if self.zone == "UTC" else ZoneInfo(self.zone))
        return local.weekday() * MINUTES_OF_DAY + local.hour * 60 + local.minute

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is at one of these times."""
        return in_spans(self.minute_of(moment), self.spans)

    def shifted(self, minutes: int) -> tuple[tuple[int, int], ...]:
        """The same times so many minutes later in the week, around its end."""
        return _joined(
            piece
            for start, end in self.spans
            for piece in _wrapped(start + minutes, end + minutes)
        )  # fmt: skip


def in_spans(minute: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a minute is in one of the sorted spans."""
    place = bisect_right(spans, (minute, MINUTES_OF_WEEK + 1)) - 1
    return place >= 0 and spans[place][0] <= minute < spans[place][1]


def parse_recurring(text: str, zone: str = "UTC") -> Recurring:
    """Read `every monday 18:00-20:00`, `every weekday 08:00-17:00 Europe/Stockholm`, `every friday`.

    Raises:
        ConfigError: not such a text, no such day, time or zone.
    """
    found = _EVERY.fullmatch(" ".join(text.split()))
    if found is None:
        raise _bad(text, "not of the form")
    days: set[int] = set()
    for word in re.split(r", ?| and ", found["days"].lower()):
        if word in _SETS:
            days.update(_SETS[word])
        elif (name := word.removesuffix("s")) in DAYS:
            days.add(DAYS.index(name))
        else:
            raise _bad(text, f"no day is called {word!r}")
    start = _minute(text, found["start"] or "00:00")
    end = _minute(text, found["end"] or "24:00")
    if end <= start:
        end += MINUTES_OF_DAY
    name = found["zone"] or zone
    _check_zone(name)
    pieces = (
        piece
        for day in days
        for piece in _wrapped(day * MINUTES_OF_DAY + start, day * MINUTES_OF_DAY + end)
    )
    return Recurring(_joined(pieces), name, " ".join(text.split()))


def _check_zone(name: str) -> None:
    if name == "UTC":
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"No time zone is called {name!r} on this machine.",
            next_step="Name one like Europe/Stockholm, or UTC; the system's tzdata has them.",
        ) from error


def _minute(text: str, clock: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[3:])
    if minutes > 59 or hours * 60 + minutes > MINUTES_OF_DAY:
        raise _bad(text, f"no clock shows {clock}")
    return hours * 60 + minutes


def _bad(text: str, why: str) -> ConfigError:
    return ConfigError(
        f"{text[:80]!r} names no recurring time: {why}.",
        next_step='Write it like "every monday 18:00-20:00" or "every weekday 08:00-17:00".',
    )


def _wrapped(start: int, end: int) -> list[tuple[int, int]]:
    start, end = start % MINUTES_OF_WEEK, end - start + start % MINUTES_OF_WEEK
    if end <= MINUTES_OF_WEEK:
        return [(start, end)]
    return [(start, MINUTES_OF_WEEK), (0, end - MINUTES_OF_WEEK)]


def _joined(pieces: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Times:
    """When a payment counts. `since` and `until` are included; None is open."""

    since: datetime | None = None
    until: datetime | None = None
    recurring: Recurring | None = None

    @property
    def is_open(self) -> bool:
        """Whether every moment counts, an unknown one too."""
        return self.since is None and self.until is None and self.recurring is None

    def between(self, moment: datetime) -> bool:
        """Whether a moment is from `since` to `until`, whatever the time of the week."""
        return (self.since is None or self.since <= moment) and (
            self.until is None or moment <= self.until
        )

    def holds(self, moment: datetime | None) -> bool:
        """Whether a payment of this moment counts; an unknown moment only if every moment does."""
        if moment is None:
            return self.is_open
        return self.between(moment) and (self.recurring is None or self.recurring.holds(moment))


def count_between(moments: Sequence[datetime], start: datetime, end: datetime) -> int:
    """How many of the sorted moments are from `start` to `end`, both included."""
    return bisect_right(moments, end) - bisect_left(moments, start)
