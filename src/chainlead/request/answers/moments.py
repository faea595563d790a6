"""Times in answers: from local text to UTC, with every doubt said.

A zone is believed in this order: what the cell itself says, what the column's header says, what
the profile says of the column, what the person chose for the answer. A local time that a change of
clocks makes ambiguous or impossible is reported with both readings.
Limits: a zone's short name that several countries use (EST, IST, CST, BST) is not believed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chainlead.errors import AnswerMappingError
from chainlead.model import moment_to_text
from chainlead.request.answers.words import brackets

_FIXED = {"utc": 0, "gmt": 0, "z": 0, "zulu": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
          "wet": 0, "eet": 120, "eest": 180, "jst": 540, "kst": 540, "sgt": 480, "hkt": 480,
          "msk": 180, "svensk tid": -1, "lokal tid": -1, "local time": -1, "local": -1,
          "ortszeit": -1}  # fmt: skip
_SEVERAL = {
    "est",
    "edt",
    "cst",
    "cdt",
    "mst",
    "mdt",
    "pst",
    "pdt",
    "ist",
    "bst",
    "ast",
    "act",
    "gst",
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\u2212-])\s*(\d{1,2})(?::?(\d{2}))?\Z", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:(?P<offset>[+\u2212-]\d{2}:?\d{2})|(?P<word>Z|[A-Z]{2,5}(?:[+-]\d{1,2}(?::\d{2})?)?))\s*\Z"
)
_DIGITS = re.compile(r"\d{9,19}\Z")
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?\Z"
)
_DAY = re.compile(
    r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:[T ,]+(?:kl\.? ?)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?)?\Z"
)
_NAMED = re.compile(
    r"(?:(\d{1,2})\.?[ -]([^\W\d]{3,10})\.?,?[ -](\d{4})|([^\W\d]{3,10})\.? (\d{1,2}),? (\d{4}))"
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?)?\Z"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari januar janvier enero ene", "feb february februari februar fevrier febrero fev",
            "mar march mars marz maart marzo mrz mrt", "apr april avril abril avr abr",
            "may maj mai mei mayo", "jun june juni juin junio", "jul july juli juillet julio",
            "aug august augusti augustus aout agosto ago", "sep sept september septembre septiembre",
            "oct october oktober octobre octubre okt", "nov november novembre noviembre",
            "dec december dezember decembre diciembre dez dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_EARLIEST, _LATEST = 2008, 2100


@dataclass(frozen=True, slots=True)
class StatedMoment:
    """A time of an answer.

    Attributes:
        text: as the file has it.
        moment: in UTC as text; None where it cannot be told.
        latest: the second reading of an ambiguous time; None where there is one only.
        zone: what was applied: a zone's name, an offset, `unix`.
        problems: doubts, each a kind and a sentence.
        is_day: the file gives a day without a time.
    """

    text: str
    moment: str | None
    latest: str | None
    zone: str
    problems: tuple[tuple[str, str], ...] = ()
    is_day: bool = False


def checked_zone(name: str) -> str:
    """The zone's name if there is such a zone.

    Raises:
        AnswerMappingError: none was given, or there is no such zone.
    """
    if not name.strip():
        raise AnswerMappingError(
            "The time zone of the answer was not said; it is never guessed.",
            next_step="Give it with --timezone, for example --timezone UTC or --timezone "
            "Europe/Stockholm; if the file does not say it, ask the service.",
        )
    if _zone(name.strip()) is None:
        raise AnswerMappingError(
            f"There is no time zone {name!r:.60}.",
            next_step="Zones are named like Europe/Stockholm, UTC or +02:00.",
        )
    return name.strip()


def header_zone(header: str) -> str:
    """The zone that a header says, in brackets or as its last word; empty if none."""
    for inside in brackets(header):
        if zone := _said_zone(inside):
            return zone
    last = header.strip().rpartition(" ")[2]
    return _said_zone(last) if last.isupper() and last != header.strip() else ""


def _said_zone(text: str) -> str:
    words = text.strip()
    if _FIXED.get(words.casefold(), -1) >= 0 or _OFFSET.match(words):
        return words
    return words if "/" in words and _zone(words) is not None else ""


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Whether days stand before months in a column of dates like 03/04/2024; None: cannot be told.

    A dot or a blank between the parts means day first everywhere in use.
    """
    answer = None
    for text in texts:
        found = _DAY.match(_split_tail(text.strip())[0])
        if not found:
            continue
        first, mark, second = int(found.group(1)), found.group(2), int(found.group(3))
        if mark in ". " or first > 12:
            return True
        if second > 12:
            answer = False
    return answer


def read_moment(
    text: str,
    *,
    chosen: str,
    column: str = "",
    formats: Sequence[str] = (),
    day_first: bool | None = None,
) -> StatedMoment:
    """The moment that a cell means.

    Args:
        text: the cell.
        chosen: the zone that the person chose for the answer.
        column: the zone that the header or the profile says of the column; empty if none.
        formats: `strptime` forms to try first.
        day_first: how 03/04/2024 is meant; None: not known.
    """
    bare = " ".join(text.split())
    if _DIGITS.match(bare):
        return _unix(text, bare)
    body, said = _split_tail(bare)
    problems: list[tuple[str, str]] = []
    local, is_day, doubt = _local(body, formats, day_first)
    if local is None:
        kind, sentence = doubt or ("time", f"{text!r:.60} is no time in a known form.")
        return StatedMoment(text, None, None, "", ((kind, sentence),))
    zone = said or column or chosen
    if said and said.casefold() in _SEVERAL:
        sentence = f"The cell says {said}, which several countries use: the time cannot be told."
        return StatedMoment(text, None, None, said, (("zone", sentence),))
    where = _zone(zone)
    if where is None:
        sentence = f"The zone {zone!r:.40} is not known: the time cannot be told."
        return StatedMoment(text, None, None, zone, (("zone", sentence),))
    if (said or column) and not _same(local, where, _zone(chosen)):
        source = "cell" if said else "column"
        problems.append(
            (
                "mixed zones",
                f"The {source} says {zone}, the answer as a whole {chosen}: {zone} was taken.",
            )
        )
    if is_day:
        return StatedMoment(
            text, local.date().isoformat(), None, zone, tuple(problems), is_day=True
        )
    try:
        return _in_utc(text, local, where, zone, problems)
    except OverflowError:
        return StatedMoment(text, None, None, zone, (("time", f"{text!r:.60} is out of range."),))


def _in_utc(
    text: str, local: datetime, where: tzinfo, zone: str, problems: list[tuple[str, str]]
) -> StatedMoment:
    first = local.replace(tzinfo=where, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=where, fold=1).astimezone(UTC)
    if first == second:
        return StatedMoment(text, moment_to_text(first), None, zone, tuple(problems))
    early, late = sorted((first, second))
    if early.astimezone(where).replace(tzinfo=None) != local:
        sentence = (
            f"{text} does not exist in {zone}: the clocks were put forward. Read before the "
            f"change it is {moment_to_text(late)}, after it {moment_to_text(early)}."
        )
        problems.append(("impossible time", sentence))
    else:
        sentence = (
            f"{text} came twice in {zone}: the clocks were put back. It is "
            f"{moment_to_text(early)} or {moment_to_text(late)}."
        )
        problems.append(("ambiguous time", sentence))
    return StatedMoment(text, moment_to_text(early), moment_to_text(late), zone, tuple(problems))


def _unix(text: str, digits: str) -> StatedMoment:
    scale = {9: 1, 10: 1, 13: 1000, 16: 10**6, 19: 10**9}.get(len(digits))
    seconds = int(digits) // scale if scale else 0
    if not scale or not _EARLIEST <= 1970 + seconds // 31_556_952 <= _LATEST:
        return StatedMoment(text, None, None, "", (("time", f"{text!r:.60} is no time."),))
    rest = timedelta(microseconds=int(digits) % scale * 10**6 // scale)
    moment = datetime.fromtimestamp(seconds, tz=UTC) + rest
    return StatedMoment(text, moment_to_text(moment), None, "unix")


def _split_tail(text: str) -> tuple[str, str]:
    """The time without its zone, and the zone that it says."""
    found = _TAIL.search(text)
    if not found or not any(letter.isdigit() for letter in text[: found.start()]):
        return text, ""
    word = found.group("word")
    if word in {"AM", "PM"} or (word and text[: found.start()].strip().isdigit()):
        return text, ""
    if found.group("offset") and ":" not in text[: found.start()]:
        return text, ""  # the end of a date such as 2024-03-04
    return text[: found.start()].strip(), word or found.group("offset")


def _local(
    body: str, formats: Sequence[str], day_first: bool | None
) -> tuple[datetime | None, bool, tuple[str, str] | None]:
    """The local time, whether it is a day only, and the doubt that kept it from being read."""
    for form in formats:
        try:
            made = datetime.strptime(body, form)  # noqa: DTZ007  (the zone comes after)
        except ValueError:
            continue
        return made.replace(tzinfo=None), "%H" not in form and "%I" not in form, None
    try:
        if found := _ISO.match(body):
            return (*_made(found.group(1, 2, 3), found.group(4, 5, 6, 7)), None)
        if found := _DAY.match(body):
            first, mark, second, year = found.group(1, 2, 3, 4)
            if (
                day_first is None
                and mark in "/-"
                and max(int(first), int(second)) <= 12
                and first != second
            ):
                sentence = f"{body!r:.40}: day or month first? The profile must say it (moments)."
                return None, False, ("date order", sentence)
            is_day = day_first if day_first is not None else (mark in ". " or int(first) > 12)
            year = year if len(year) == 4 else f"20{year}"
            parts = (year, second, first) if is_day else (year, first, second)
            return (*_made(parts, found.group(5, 6, 7, 8), found.group(9) or ""), None)
        if found := _NAMED.match(body):
            day, month, year = found.group(1, 2, 3) if found.group(1) else found.group(5, 4, 6)
            number = _MONTHS.get(_ascii(month))
            if number:
                clock = (*found.group(7, 8, 9), None)
                return (*_made((year, str(number), day), clock, found.group(10) or ""), None)
    except ValueError:
        return None, False, None
    return None, False, None


def _made(day: Sequence[str], clock: Sequence[str | None], half: str = "") -> tuple[datetime, bool]:
    year, month, number = (int(part) for part in day)
    if not _EARLIEST - 100 <= year <= _LATEST:
        raise ValueError("out of range")
    hour = int(clock[0] or 0)
    if half:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    micro = int((clock[3] or "0")[:6].ljust(6, "0"))
    made = datetime(year, month, number, hour, int(clock[1] or 0), int(clock[2] or 0), micro)  # noqa: DTZ001  (the zone comes after)
    return made, clock[0] is None


def read_day(text: str, *, day_first: bool | None = None) -> date | None:
    """A date of birth or the like, or None."""
    local, _, _ = _local(" ".join(text.split()), (), day_first)
    return local.date() if local else None


def _ascii(word: str) -> str:
    from chainlead.request.answers.words import plain  # noqa: PLC0415  (used for named months only)

    return plain(word)


def _same(local: datetime, one: tzinfo, other: tzinfo | None) -> bool:
    if other is None:
        return False
    try:
        return local.replace(tzinfo=one).utcoffset() == local.replace(tzinfo=other).utcoffset()
    except OverflowError:
        return True


@cache
def _zone(name: str) -> tzinfo | None:
    words = name.strip()
    fixed = _FIXED.get(words.casefold())
    if fixed is not None and fixed >= 0:
        return UTC if fixed == 0 else timezone(timedelta(minutes=fixed), words)
    if found := _OFFSET.match(words):
        hours, minutes = int(found.group(2)), int(found.group(3) or 0)
        if hours > 14 or minutes > 59:
            return None
        size = timedelta(hours=hours, minutes=minutes)
        return timezone(size if found.group(1) == "+" else -size, words)
    try:
        return ZoneInfo(words)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
