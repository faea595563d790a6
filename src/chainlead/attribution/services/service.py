"""A service: a brand, the companies behind it over time, and its doors for law enforcement.

All of it is asserted: each company, channel and fact carries its source, the day somebody read it and
how sure it is. What nobody read stays empty; an empty field means "not known", never "no".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chainlead.attribution.services.regions import serves_region

CERTAINTIES = ("verified", "secondary", "general", "inference", "unknown")
"""The four words of the legal tables, strongest first, and `unknown` for an entry without a source."""
KINDS = ("financial", "information", "issuer", "unknown")
CHANNEL_KINDS = ("portal", "mail", "post", "phone")
STATES = ("operating", "defunct", "unknown")
ORIGINS = ("shipped", "unit", "register")
STALE_AFTER_DAYS = 180


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement with its source. `about` names a field of the service, or is empty."""

    text: str
    about: str = ""
    source: str = ""
    read: date | None = None
    certainty: str = "unknown"
    origin: str = "shipped"


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """One company behind a brand, for a time and for some customers.

    Attributes:
        seat: ISO 3166-1 code, or empty: not known.
        since: first day on which it ran the service; None: the source does not say.
        until: last day; None: no end is known.
        serves: regions of its customers, as in `data/regions.yaml` or ISO codes; `rest` stands for
            all that no other company of the service serves; empty: everybody.
        as_of: the day for which the source says it, where that is earlier than the day it was read.
        role: what this company does for the brand, where it has several.
        register: the register, its day and the snapshot's digest that this comes from, or empty.
    """

    name: str
    seat: str = ""
    lei: str = ""
    regulator: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None
    serves: tuple[str, ...] = ()
    source: str = ""
    read: date | None = None
    certainty: str = "unknown"
    as_of: date | None = None
    role: str = ""
    register: str = ""
    origin: str = "shipped"

    @property
    def known_from(self) -> date | None:
        """The first day for which anybody says that this company ran the service."""
        return self.since or self.as_of or self.read

    def covers(self, day: date) -> bool:
        """Whether a source says that the company ran the service on this day."""
        start = self.known_from
        return start is not None and start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Channel:
    """One door for law enforcement. `days` is the service's own target for an answer."""

    kind: str
    address: str
    languages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    days: int | None = None
    source: str = ""
    read: date | None = None
    certainty: str = "unknown"
    portal: str = ""
    note: str = ""
    origin: str = "shipped"


@dataclass(frozen=True, slots=True)
class Service:
    """An entry of the directory.

    Attributes:
        actors: ids of GraphSense actor packs.
        domains: registrable domains that belong to the service.
        hosts_wallets: `yes`, `no` or `unknown`: whether it keeps customers' coins.
        entities: in the order in which to ask them.
        nested: services that are customers of this one and have customers of their own.
        target_days: days in which the service says it answers.
        state: `operating`, `defunct` or `unknown`; `closed` is the day it closed.
        own_fields: names of the fields that the unit's own file replaced.
        is_practice: an invented service for the practice case.
        private_note: for the unit's own eyes: in no document, so in no draft, case or export.
    """

    service_id: str
    brand: str
    aliases: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    kind: str = "unknown"
    hosts_wallets: str = "unknown"
    entities: tuple[LegalEntity, ...] = ()
    nested: tuple[str, ...] = ()
    predecessor: str = ""
    liquidator: str = ""
    channels: tuple[Channel, ...] = ()
    notice_policy: str = ""
    target_days: int | None = None
    certainty: str = "unknown"
    source: str = ""
    read: date | None = None
    origin: str = "shipped"
    note: str = ""
    state: str = "unknown"
    closed: date | None = None
    facts: tuple[Fact, ...] = ()
    own_fields: tuple[str, ...] = ()
    is_practice: bool = False
    private_note: str = ""

    LISTS: ClassVar[tuple[str, ...]] = ("aliases", "actors", "domains", "nested", "own_fields")

    def entities_at(self, day: date, region: str = "") -> tuple[LegalEntity, ...]:
        """The companies that a source names for this day, in the order in which to ask them.

        Args:
            day: the day of the transfer.
            region: where the customer lives, an ISO 3166-1 code; empty: not known, so a company is
                left in whomever it serves.
        """
        there = [entity for entity in self.entities if entity.covers(day)]
        if not region:
            return tuple(there)
        exact = [e for e in there if not e.serves or serves_region(e.serves, region)]
        return tuple(exact or [e for e in there if "rest" in e.serves])

    def entity_at(self, day: date, region: str = "") -> LegalEntity | None:
        """The company to name for a transfer of this day; None: not known for that date.

        None too where companies of several countries, or for customers of several regions, come into
        question: `entities_at` has them all. Of several in one country, the first in the file's order.
        """
        there = self.entities_at(day, region)
        if not there:
            return None
        return there[0] if len({(each.serves, each.seat) for each in there}) == 1 else None

    def entity_words(self, day: date, region: str = "") -> str:
        """Which company ran the service on a day, in a sentence, or why nobody can say."""
        found = self.entity_at(day, region)
        if found is not None:
            seat = f" ({found.seat})" if found.seat else ""
            return f"{found.name}{seat} for {day.isoformat()}, {_source_words(found)}."
        there = self.entities_at(day, region)
        if there:
            names = _names(there)
            if len({each.serves for each in there}) > 1:
                why = "depends on where the customer lives"
            else:
                why = "is not known; these are named"
            return f"Which company of {self.brand} keeps the account {why}: {names}."
        other = "; ".join(_time_words(entity) for entity in self.entities)
        known = f" Named for other days: {other}; ask it for that day too." if other else ""
        return f"Which company ran {self.brand} on {day.isoformat()} is not known for that date.{known}"

    def is_stale(self, today: date) -> bool:
        """Whether nobody looked at this entry for more than 180 days."""
        return self.age_days(today) is None or (self.age_days(today) or 0) > STALE_AFTER_DAYS

    def age_days(self, today: date) -> int | None:
        """Days since somebody read the sources of this entry; None: nobody did."""
        return None if self.read is None else (today - self.read).days

    def names(self) -> tuple[str, ...]:
        """Every text by which the service may be meant: id, brand, aliases, actors, domains."""
        found = (self.service_id, self.brand, *self.aliases, *self.actors, *self.domains)
        return tuple(dict.fromkeys(found))


def _source_words(entity: LegalEntity) -> str:
    seen = entity.as_of or entity.read
    return f"{entity.certainty}, as of {seen.isoformat() if seen else 'an unknown day'}"


def _time_words(entity: LegalEntity) -> str:
    start = entity.since or (entity.known_from if entity.until is None else None)
    words = f"{entity.name} ({entity.seat or 'seat not known'})"
    words += f" from {start.isoformat()}" if start else ""
    return words + (f" until {entity.until.isoformat()}" if entity.until else "")


def _names(entities: Iterable[LegalEntity]) -> str:
    return "; ".join(f"{each.name} ({each.seat or 'seat not known'})" for each in entities)
