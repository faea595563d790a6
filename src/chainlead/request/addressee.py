"""Who is written to: the lines of a letter's table, from the directory's entry or, without one, the pack.

Everything about an addressee is asserted: each line names its source, the day it was read and how sure
it is. What nobody knows is a field to fill, never a guess. A company is named for the days of the
transfers, because the one that runs a service today may be another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chainlead.attribution import Channel, Lead, LegalEntity, Service
from chainlead.model import moment_from_text
from chainlead.request.texts import Texts

DEFUNCT = "defunct"
STALE_AFTER = timedelta(days=180)
_AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Step:
    """The instrument of one letter: who receives it (`service` or `authority`), and in which country."""

    recipient: str
    country: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company behind the service, as the letter's reasons name it."""

    name: str
    source: str
    read: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the letter says of its addressee, and what only the officer's sheet says.

    Attributes:
        rows: lines of the letter's table.
        entry: lines of the officer's table: the directory's entry with its sources.
    """

    rows: tuple[tuple[str, str], ...]
    entry: tuple[tuple[str, str], ...]
    companies: tuple[Company, ...]
    domains: tuple[str, ...]
    has_entry: bool
    stale_since: str


def transfer_days(lead: Lead) -> tuple[date, ...]:
    """The UTC days of the lead's transfers, in order."""
    days = {moment_from_text(each.mined_at).date() for each in lead.deposits if each.mined_at}
    return tuple(sorted(days))


def companies_at(service: Service, days: Sequence[date]) -> tuple[LegalEntity, ...]:
    """The companies that a source names for any of these days, each once, in the entry's order."""
    there = [entity for day in days for entity in service.entities_at(day)]
    return tuple(dict.fromkeys(there))


def seats_of(service: Service, days: Sequence[date]) -> tuple[str, ...]:
    """Where the companies of these days sit; of a service without such, where any of it sits."""
    entities = companies_at(service, days) or service.entities
    return tuple(dict.fromkeys(entity.seat for entity in entities if entity.seat))


@dataclass(frozen=True, slots=True)
class AddresseeState:
    """What the table of instruments needs to know of an addressee."""

    seats: tuple[str, ...]
    kind: str
    state: str


def addressee_state(lead: Lead, service: Service | None) -> AddresseeState:
    """Seats at the time of the transfers, kind, and whether the service has closed."""
    if service is None:
        return AddresseeState((), "unknown", "")
    is_closed = service.state == DEFUNCT or service.closed is not None
    seats = seats_of(service, transfer_days(lead))
    return AddresseeState(seats, service.kind, DEFUNCT if is_closed else "")


def derive_addressee(
    lead: Lead, step: Step, service: Service | None, dated: date, texts: Texts
) -> Addressee:
    """The addressee of a lead's letters.

    Args:
        lead: the lead.
        step: the letter's instrument; it says whether another authority stands between.
        service: the directory's entry, or None.
        dated: the day of the draft.
        texts: the letter's language.
    """
    rows = list(_authority_rows(step, texts))
    days = transfer_days(lead)
    if service is None:
        rows += _pack_rows(lead, texts)
        return Addressee(tuple(rows), (), (), (), has_entry=False, stale_since="")
    rows += _entry_rows(lead, service, days, dated, texts)
    is_old = service.read is None or dated - service.read > STALE_AFTER
    return Addressee(
        rows=tuple(rows),
        entry=tuple(_sheet_rows(lead, service, days, dated, texts)),
        companies=tuple(
            Company(
                entity.name,
                texts.kept(entity.source),
                _read(entity, texts),
                texts.certainty(entity.certainty),
            )
            for entity in companies_at(service, days or (dated,))
            if entity.source
        ),
        domains=service.domains,
        has_entry=True,
        stale_since=_day(service.read, texts) if is_old else "",
    )


def _authority_rows(step: Step, texts: Texts) -> Iterator[tuple[str, str]]:
    if step.recipient != _AUTHORITY:
        return
    label = texts.plain("executing_authority")
    if step.country:
        country = texts.country(step.country)
        yield label, texts("executing_authority_open", country=country)
    else:
        yield label, texts("executing_authority_unknown")


def _pack_rows(lead: Lead, texts: Texts) -> Iterator[tuple[str, str]]:
    unknown = texts.plain("not_known")
    seats = ", ".join(texts.country(code) for code in lead.jurisdictions)
    yield texts.plain("service"), lead.service or unknown
    yield texts.plain("service_kind"), _category(lead, texts)
    yield texts.plain("web_pack"), lead.uri or unknown
    yield texts.plain("seat_pack"), seats or unknown
    yield texts.plain("company"), texts("company_open")
    yield texts.plain("channel"), texts("contact_open")


def _category(lead: Lead, texts: Texts) -> str:
    if not lead.category:
        return texts.plain("not_known")
    return texts.word("categories", lead.category, lead.category.replace("_", " "))


def _entry_rows(
    lead: Lead, service: Service, days: Sequence[date], dated: date, texts: Texts
) -> Iterator[tuple[str, str]]:
    names = service.brand if service.brand == lead.service else f"{service.brand} ({lead.service})"
    practice = f" ({texts.plain('is_practice_service')})" if service.is_practice else ""
    yield texts.plain("service"), names + practice
    if service.domains:
        yield texts.plain("domains"), ", ".join(service.domains)
    yield from _company_rows(service, days, dated, texts, with_source=False)
    if service.state == DEFUNCT or service.closed:
        yield texts.plain("closed"), _day(service.closed, texts)
        yield texts.plain("liquidator"), service.liquidator or texts("liquidator_open")
    if not service.channels and service.state != DEFUNCT:
        yield texts.plain("channel"), texts("contact_open")
    for channel in service.channels:
        address = texts.plain(f"channel_{channel.kind}", address=channel.address)
        yield texts.plain("channel"), address
    if service.read is None or dated - service.read > STALE_AFTER:
        yield texts.plain("channel"), texts("stale", read=_day(service.read, texts))


def _sheet_rows(
    lead: Lead, service: Service, days: Sequence[date], dated: date, texts: Texts
) -> Iterator[tuple[str, str]]:
    yield texts.plain("service_kind"), _category(lead, texts)
    yield from _company_rows(service, days, dated, texts, with_source=True)
    for channel in service.channels:
        yield texts.plain("channel"), _channel(channel, texts)
    if service.notice_policy:
        yield texts.plain("notice"), texts.kept(service.notice_policy)
    if service.target_days is not None:
        yield texts.plain("target"), texts.plain("target_words", days=service.target_days)


def _company_rows(
    service: Service, days: Sequence[date], dated: date, texts: Texts, *, with_source: bool
) -> Iterator[tuple[str, str]]:
    label = texts.plain("company_then" if days else "company")
    by_company: dict[LegalEntity, list[date]] = {}
    several: dict[tuple[LegalEntity, ...], list[date]] = {}
    unknown: list[date] = []
    for day in days or (dated,):
        entity = service.entity_at(day)
        if entity is not None:
            by_company.setdefault(entity, []).append(day)
        elif there := service.entities_at(day):
            several.setdefault(there, []).append(day)
        else:
            unknown.append(day)
    for entity, named in by_company.items():
        yield label, _company(entity, named if days else (), texts, with_source=with_source)
    for there in several:
        names = "; ".join(_name(entity, texts) for entity in there)
        yield label, texts("company_depends", names=names)
    if unknown:
        yield label, texts("company_not_known", days=_days(unknown))
        for entity in service.entities:
            if entity.until is None:
                yield (
                    texts.plain("company_today"),
                    _company(entity, (), texts, with_source=with_source),
                )


def _name(entity: LegalEntity, texts: Texts) -> str:
    return texts.plain("company_words", name=entity.name, seat=texts.country(entity.seat))


def _company(entity: LegalEntity, days: Sequence[date], texts: Texts, *, with_source: bool) -> str:
    parts = [_name(entity, texts)]
    if entity.lei:
        parts.append(texts.plain("company_lei", lei=entity.lei))
    if entity.regulator and with_source:
        parts.append(texts.plain("company_regulator", regulator=entity.regulator))
    if days:
        parts.append(texts.plain("company_days", days=_days(days)))
    if entity.source and with_source:
        certainty = texts.certainty(entity.certainty)
        read = _read(entity, texts)
        parts.append(
            texts.plain(
                "company_source", source=texts.kept(entity.source), read=read, certainty=certainty
            )
        )
    return "; ".join(parts)


def _channel(channel: Channel, texts: Texts) -> str:
    parts = [texts.plain(f"channel_{channel.kind}", address=channel.address)]
    if channel.source:
        certainty, read = texts.certainty(channel.certainty), _day(channel.read, texts)
        source = texts.kept(channel.source)
        parts[0] += " " + texts.plain(
            "channel_source", source=source, read=read, certainty=certainty
        )
    sentences = [parts[0] + "."]
    if channel.needs:
        sentences.append(
            texts.plain("channel_needs", needs="; ".join(map(texts.kept, channel.needs)))
        )
    if channel.languages:
        sentences.append(
            texts.plain(
                "channel_languages", languages=", ".join(map(texts.tongue, channel.languages))
            )
        )
    return " ".join(sentences)


def _read(entity: LegalEntity, texts: Texts) -> str:
    return _day(entity.as_of or entity.read, texts)


def _day(day: date | None, texts: Texts) -> str:
    return day.isoformat() if day else texts.plain("not_known")


def _days(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in days)
