"""`instrument`: which paper for which service or country, explained; needs no case and changes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta

from chainlead.attribution import Service, ServiceDirectory, find_services
from chainlead.errors import RequestError
from chainlead.request import (
    KINDS,
    Choice,
    Deadline,
    choose_instrument,
    country_groups,
    deadlines,
    languages,
    seats_of,
)
from chainlead.workflow.services import service_directory

_STALE_AFTER = timedelta(days=180)
_MOST_NAMES = 5
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Explained:
    """A choice with its addressee, its clocks by id, and what to know about the addressee."""

    choice: Choice
    service: Service | None
    companies: tuple[str, ...]
    clocks: tuple[tuple[str, Deadline], ...]
    notes: tuple[str, ...]


def explain_instrument(
    requester: str,
    addressee: str,
    *,
    on: date,
    today: date,
    kind: str = "",
    instrument: str = "",
    is_emergency: bool = False,
    language: str = "en",
    directory: ServiceDirectory | None = None,
) -> Explained:
    """What the table of instruments says for a service of the directory, or for a country.

    Args:
        requester: the requester's country, two letters.
        addressee: a service by any name, a country's two letters, or `unknown`.
        on: the day of the transfer; the company of that day is the addressee.
        today: the day of the question; an old entry is said to be old.
        kind: what kind of service it is, where the directory does not say or a person knows better.
        instrument: a compulsory step that a person prefers.
        is_emergency: whether life or limb is at risk now.
        language: of the table's words.
        directory: the services; this machine's if left out.

    Raises:
        RequestError: no country, no kind, or no language of that name.
        NoInstrumentError: no instrument of that name.
    """
    country = _country(requester)
    if kind and kind not in KINDS:
        raise RequestError(
            f"There is no kind {kind!r:.40}.", next_step=f"Kinds are: {', '.join(KINDS)}."
        )
    if language not in languages():
        raise RequestError(
            f"The table has no words in {language!r:.20}.",
            next_step=f"Languages are: {', '.join(languages())}.",
        )
    text = addressee.strip()
    service: Service | None = None
    notes: list[str] = []
    seats: tuple[str, ...] = ()
    if len(text) == 2 and text.isascii() and text.isalpha():
        seats = (text.upper(),)
    elif text and text.lower() != _UNKNOWN:
        known = directory if directory is not None else service_directory()
        service = known.lookup(text)
        if service is None:
            notes.append(_no_entry(text, known))
        else:
            seats = seats_of(service, (on,))
            notes += _about(service, on, today)
    told = kind or (service.kind if service else _UNKNOWN)
    choice = choose_instrument(
        country,
        seats,
        told,
        instrument=instrument,
        is_emergency=is_emergency,
        state="defunct" if service and (service.state == "defunct" or service.closed) else "",
        language=language,
    )
    named = service is not None and service.entity_at(on) is not None
    companies = (service.entity_words(on),) if service and named else ()
    clocks = tuple((name, deadlines()[name]) for name in choice.clocks)
    return Explained(choice, service, companies, clocks, tuple(notes))


def _country(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        known = ", ".join(sorted(country_groups()["eea"] | {"GB", "US"}))
        raise RequestError(
            f"{text!r:.40} is no country code of two letters.", next_step=f"For example: {known}."
        )
    return code


def _no_entry(text: str, directory: ServiceDirectory) -> str:
    close = [each.brand for each in find_services(directory, text)[:_MOST_NAMES]]
    named = f" Did you mean: {', '.join(close)}?" if close else ""
    return (
        f"The directory has no service {text!r:.80}; it is treated as unknown.{named} Give its "
        "country's two letters if you know where it sits."
    )


def _about(service: Service, on: date, today: date) -> list[str]:
    notes = []
    if service.entity_at(on) is None:
        notes.append(service.entity_words(on))
    if service.read is None or today - service.read > _STALE_AFTER:
        read = service.read.isoformat() if service.read else "never"
        notes.append(f"The directory's entry was read {read}: look at its source again.")
    if service.nested:
        notes.append(
            f"Services inside it have customers of their own: {', '.join(service.nested)}."
        )
    if service.liquidator:
        notes.append(f"Liquidator: {service.liquidator}.")
    if service.predecessor:
        notes.append(f"Predecessor: {service.predecessor}.")
    return notes
