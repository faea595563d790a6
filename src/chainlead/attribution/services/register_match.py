"""From a brand to the companies that registers name for it, always with the day of the register.

Assumption: a company that uses a brand's web domain or trade name runs the brand. Known failure: two
companies with one trade name; a domain that was sold. Therefore a match by name or domain is an
inference; a line that has the LEI or the legal name of a company of the directory is that company's.
"""

from collections.abc import Iterable
from dataclasses import replace

from chainlead.attribution.services.company_names import company_name
from chainlead.attribution.services.domains import registrable_domain
from chainlead.attribution.services.register_listing import Listing, ListingIndex
from chainlead.attribution.services.service import Fact, LegalEntity, Service

AUTHORISED, WARNED, NUMBERED = "esma-casps", "esma-ncasp", "gleif"
WARNING = "warning"
_CUSTODY = "a."
_NAMESAKE = "namesake of "


def with_registers(service: Service, index: ListingIndex) -> Service:
    """The entry with what the registers say of its companies; nothing of the entry is replaced."""
    entities = [_enriched(entity, index) for entity in service.entities]
    known = {entity.lei for entity in entities if entity.lei}
    names = {company_name(entity.name) for entity in entities}
    facts: list[Fact] = []
    for listing, by in _of_brand(service, index):
        entry = listing.entry
        if listing.register == WARNED:
            facts.append(_warning(listing, by))
        elif listing.register == AUTHORISED:
            is_known = entry.lei in known or company_name(entry.legal_name) in names
            if not is_known:
                entities.append(_authorised(listing, f"found by {by}", "inference"))
                known.add(entry.lei)
                names.add(company_name(entry.legal_name))
    return replace(service, entities=tuple(entities), facts=(*service.facts, *dict.fromkeys(facts)))


def register_services(index: ListingIndex, known: Iterable[Service]) -> tuple[Service, ...]:
    """An entry for each brand of the MiCA registers that the directory does not have, by id."""
    taken = {domain for service in known for domain in service.domains}
    named = {company_name(name) for service in known for name in service.names()}
    legal = {company_name(entity.name) for service in known for entity in service.entities}
    groups: dict[str, list[Listing]] = {}
    for listing in index.listings:
        entry = listing.entry
        if listing.register not in {AUTHORISED, WARNED}:
            continue
        brands = {company_name(name) for name in entry.commercial_names}
        is_named = bool(named & brands) or company_name(entry.legal_name) in legal | named
        if taken & set(entry.domains) or (is_named and listing.register == AUTHORISED):
            continue
        key = _brand_key(listing)
        groups.setdefault(f"{_NAMESAKE}{key}" if is_named else key, []).append(listing)
    return tuple(_service(key, groups[key], index) for key in sorted(groups))


def _brand_key(listing: Listing) -> str:
    entry = listing.entry
    brand = entry.commercial_names[0] if entry.commercial_names else entry.legal_name
    return company_name(brand) or entry.key


def _service(key: str, group: list[Listing], index: ListingIndex) -> Service:
    first = group[0].entry
    brand = first.commercial_names[0] if first.commercial_names else first.legal_name
    authorised = [each for each in group if each.register == AUTHORISED]
    names = [
        name for each in group for name in (*each.entry.commercial_names, each.entry.legal_name)
    ]
    domains = sorted({domain for each in group for domain in each.entry.domains})
    custody = any(
        s.casefold().startswith(_CUSTODY) for each in authorised for s in each.entry.services
    )
    entities = (_authorised(each, "", "verified") for each in authorised)
    days = [each.as_of for each in group if each.as_of]
    return Service(
        service_id=f"mica-{key.replace(' ', '-')}",
        brand=brand,
        aliases=tuple(name for name in dict.fromkeys(names) if name != brand),
        domains=tuple(domains),
        kind="financial" if authorised else "unknown",
        hosts_wallets="yes" if custody else "unknown",
        entities=tuple(_enriched(entity, index) for entity in entities),
        certainty="verified",
        source=", ".join(sorted({each.words for each in group})),
        read=max(days, default=None),
        origin="register",
        facts=tuple(_warning(each, "the line itself") for each in group if each.register == WARNED),
        note="From registers only: no channel for law enforcement is known here.",
    )


def _of_brand(service: Service, index: ListingIndex) -> list[tuple[Listing, str]]:
    found: dict[int, tuple[Listing, str]] = {}
    for domain in service.domains:
        for listing in index.find("domain", registrable_domain(domain)):
            found.setdefault(id(listing), (listing, "web domain"))
    for name in (service.brand, *service.aliases):
        for by in ("trade name", "legal name"):
            for listing in index.find(by, company_name(name)):
                found.setdefault(id(listing), (listing, by))
    return sorted(found.values(), key=lambda pair: (pair[0].register, pair[0].entry.key))


def _enriched(entity: LegalEntity, index: ListingIndex) -> LegalEntity:
    """A company with its number, keeper and state from registers, where its own fields are empty."""
    lines = index.find("lei", entity.lei) or index.find("legal name", company_name(entity.name))
    lines = tuple(
        line
        for line in lines
        if line.register != WARNED and (not entity.seat or line.entry.seat in {"", entity.seat})
    )
    if len({line.entry.lei for line in lines if line.entry.lei}) > 1:
        return entity  # several companies have this name: the register does not say which it is
    for line in sorted(lines, key=lambda each: each.register):
        words = [each for each in (entity.register, line.place) if each]
        entity = replace(
            entity,
            lei=entity.lei or line.entry.lei,
            seat=entity.seat or line.entry.seat,
            regulator=entity.regulator or line.entry.regulator,
            status=_status(entity.status, line),
            until=entity.until or (line.entry.until if line.register == NUMBERED else None),
            register="; ".join(dict.fromkeys(words)),
        )
    return entity


def _status(before: str, line: Listing) -> str:
    said = (
        f"no longer listed ({line.register})"
        if line.dropped
        else f"{line.entry.status} ({line.register})"
    )
    return "; ".join(dict.fromkeys(each for each in (before, said) if each))


def _authorised(listing: Listing, by: str, certainty: str) -> LegalEntity:
    entry = listing.entry
    status = entry.status if not listing.dropped else "no longer listed"
    return LegalEntity(
        name=entry.legal_name,
        seat=entry.seat,
        lei=entry.lei,
        regulator=entry.regulator,
        status=f"{status} ({listing.register})",
        since=entry.since,
        until=listing.until,
        serves=("EEA",),
        source=f"{listing.words}{', ' if by else ''}{by}",
        read=listing.as_of,
        certainty=certainty,
        role="may offer crypto-asset services in the Union",
        register=listing.place,
        origin="register",
    )


def _warning(listing: Listing, by: str) -> Fact:
    """A warning of the service itself; found by its name only, of somebody who uses that name."""
    entry = listing.entry
    is_itself = by in {"web domain", "the line itself"}
    since = f" since {entry.since.isoformat()}" if entry.since else ""
    reason = entry.detail.get("ae_reason", "")
    return Fact(
        text=(
            f"{entry.regulator or 'An authority'} lists {entry.legal_name} "
            f"({', '.join(entry.domains) or 'no web site'}) as not complying with "
            f"MiCA{since}{': ' if reason else '.'}{reason}"
        ),
        about=WARNING if is_itself else "namesake",
        source=f"{listing.words}, found by {by}",
        read=listing.as_of,
        certainty="verified",
        origin="register",
    )
