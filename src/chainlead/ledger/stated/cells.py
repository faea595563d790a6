"""Amounts and times as exports write them: whole base units, whole seconds in UTC, or why not."""

import re
from datetime import UTC, datetime
from decimal import Context, Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chainlead.errors import LedgerSourceError
from chainlead.ledger.stated.mapping import ASK, UNITS, RowMapping, TimeColumn

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_MOST_DIGITS = 60
_LONGEST = 60
_EXACT = Context(prec=400)
_CLOCK_CHANGE = "its local time came twice or never (clock change): up to an hour off"
_LATEST_UNIX = 1 << 33


class CellError(ValueError):
    """A cell cannot be read; says why."""


def read_units(text: str, unit: str, decimals: int, symbol: str, mapping: RowMapping) -> int:
    """An amount with its sign in base units.

    Args:
        text: the cell.
        unit: how it is written: coin, milli, micro or base.
        decimals: places of the coin.
        symbol: of the coin; may stand behind the number.
        mapping: for its decimal mark and thousands mark.

    Raises:
        CellError: no number, or finer than the coin's smallest unit.
    """
    cleaned = text.strip().removesuffix(symbol).strip()
    if mapping.thousands:
        cleaned = cleaned.replace(mapping.thousands, "")
    if mapping.decimal != ".":
        cleaned = cleaned.replace(mapping.decimal, ".")
    if len(cleaned) > _LONGEST or not _NUMBER.fullmatch(cleaned):
        raise CellError(f"{text[:40]!r} is no amount")
    places = 0 if unit == "base" else decimals - UNITS[unit]
    try:
        scaled = Decimal(cleaned, _EXACT).scaleb(places, _EXACT)
        whole = scaled.to_integral_exact(context=_EXACT)
    except InvalidOperation:
        raise CellError(f"{text[:40]!r} is no amount") from None
    if whole.adjusted() >= _MOST_DIGITS:
        raise CellError(f"{text[:40]!r} is no amount")
    if whole != scaled:
        raise CellError(f"{text[:40]!r} is finer than the coin's smallest unit")
    return int(whole)


def read_moment(text: str, column: TimeColumn, zone: ZoneInfo | None) -> tuple[int, str]:
    """A time in seconds since 1970, UTC, and what is doubtful about it.

    Args:
        text: the cell.
        column: how it is written.
        zone: of local times; None where every time says its own.

    Raises:
        CellError: no time in that form.
    """
    text = text.strip()
    try:
        if column.form in {"unix", "unix-ms"}:
            if not re.fullmatch(r"\d{1,13}(?:\.0*)?", text, re.ASCII):
                raise CellError(f"{text[:40]!r} is no number of seconds")
            number = int(text.partition(".")[0])
            seconds = number // 1000 if column.form == "unix-ms" else number
            if seconds > _LATEST_UNIX:
                raise CellError(f"{text[:40]!r} is no number of seconds")
            return seconds, ""
        moment = (
            datetime.fromisoformat(text)
            if column.form == "iso"
            else datetime.strptime(text, column.form)  # noqa: DTZ007  (the zone comes below)
        )
        if moment.tzinfo is not None:
            return int(moment.timestamp()), ""
        if zone is None:
            raise CellError(f"{text[:40]!r} names no time zone")
        early = moment.replace(tzinfo=zone, fold=0)
        note = "" if early.utcoffset() == early.replace(fold=1).utcoffset() else _CLOCK_CHANGE
        return int(early.astimezone(UTC).timestamp()), note
    except (OverflowError, ValueError) as error:
        if isinstance(error, CellError):
            raise
        raise CellError(f"{text[:40]!r} is no time of the form {column.form!r}") from None


def find_zone(column: TimeColumn, given: str) -> ZoneInfo | None:
    """The zone of the local times of an export.

    Args:
        column: what the mapping says.
        given: what the person says; empty for nothing. It wins.

    Raises:
        LedgerSourceError: nobody says it, or there is no such zone.
    """
    if column.form in {"unix", "unix-ms"}:
        return None
    named = given or column.zone
    if named == ASK:
        raise LedgerSourceError(
            "The times in this export are local, and it does not say where.",
            next_step="Give the zone of the machine or account with --zone, for example "
            "--zone Europe/Berlin; --zone UTC if it is known to be UTC.",
        )
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LedgerSourceError(
            f"There is no time zone {named[:40]!r}.", next_step="Name it as Europe/Berlin or UTC."
        ) from None
