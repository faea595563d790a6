"""A service as JSON and back: a draft keeps the entry that it used, so that nothing depends on later edits."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from chainlead.attribution.services.service import (
    CERTAINTIES,
    CHANNEL_KINDS,
    KINDS,
    STATES,
    Channel,
    Fact,
    LegalEntity,
    Service,
)
from chainlead.errors import PackInvalidError

_PARTS: dict[str, type[LegalEntity] | type[Channel] | type[Fact]] = {
    "entities": LegalEntity,
    "channels": Channel,
    "facts": Fact,
}
_DATES = frozenset({"read", "since", "until", "as_of", "closed"})
_NUMBERS = frozenset({"days", "target_days"})
_TEXT_LISTS = frozenset({*Service.LISTS, "serves", "languages", "needs"})
_WORDS = {
    "certainty": CERTAINTIES,
    "hosts_wallets": ("yes", "no", "unknown"),
    "state": STATES,
}
_MOST_DAYS = 3_660


def service_document(service: Service) -> dict[str, Any]:
    """The entry as JSON; empty fields are left out, and so is the unit's private note."""
    document = _document(service)
    document.pop("private_note", None)
    return document


def service_from_document(document: Mapping[str, Any]) -> Service:
    """The entry from its JSON.

    Raises:
        PackInvalidError: a field that an entry does not have, or a value that it cannot have.
    """
    made: Service = _record(Service, document, "the entry")
    return made


def _document(record: Service | LegalEntity | Channel | Fact) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if value is None or value in ((), "") or value is False:
            continue
        if each.name in _PARTS:
            made[each.name] = [_document(part) for part in value]
        elif isinstance(value, tuple):
            made[each.name] = list(value)
        else:
            made[each.name] = value.isoformat() if isinstance(value, date) else value
    return made


def _record(kind: type[Any], document: Mapping[str, Any], where: str) -> Any:
    known = {each.name for each in fields(kind)}
    made: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            raise PackInvalidError(f"{where}: there is no field named {name!r:.40}.")
        made[name] = _value(kind, name, value, where)
    try:
        return kind(**made)
    except TypeError as error:
        raise PackInvalidError(f"{where}: a field is missing: {error}.") from error


def _value(kind: type[Any], name: str, value: Any, where: str) -> Any:
    place = f"{where}, {name}"
    if name in _PARTS:
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise PackInvalidError(f"{place}: this is a list of mappings.")
        return tuple(
            _record(_PARTS[name], part, f"{place} {number}")
            for number, part in enumerate(value, start=1)
        )
    if name in _DATES:
        return _date(value, place)
    if name in _TEXT_LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise PackInvalidError(f"{place}: this is a list of texts.")
        return tuple(value)
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_DAYS:
            raise PackInvalidError(f"{place}: this is a number of days up to {_MOST_DAYS}.")
        return value
    if name == "is_practice":
        if not isinstance(value, bool):
            raise PackInvalidError(f"{place}: this is true or false.")
        return value
    if not isinstance(value, str):
        raise PackInvalidError(f"{place}: this is a text.")
    words = _WORDS.get(name) or _kinds(kind, name)
    if words and value not in words:
        raise PackInvalidError(f"{place}: {value!r:.40} is none of {', '.join(words)}.")
    return value


def _kinds(kind: type[Any], name: str) -> tuple[str, ...]:
    if name != "kind":
        return ()
    return KINDS if kind is Service else CHANNEL_KINDS


def _date(value: Any, place: str) -> date:
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError as error:
        raise PackInvalidError(f"{place}: {value!r:.40} is no date as in 2026-11-22.") from error
    raise PackInvalidError(f"{place}: this is a date as in 2026-11-22.")
