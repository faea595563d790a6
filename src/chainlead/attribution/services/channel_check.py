"""Is this really the service's door? A case file sent to a fraud is a leak and a warning to the suspect.

Found in: pages that copy a service's text for law enforcement and put their own mailbox under it.
Proof: the registrable domain only: it belongs to an entry of the directory or to a shared portal, or
it does not. Limits: a right domain does not prove a right mailbox, and mailboxes are broken into; a
second person confirms each addressee. Spec: the rules of docs/howto/add-a-service.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import parse_bounded_yaml
from chainlead.attribution.services.directory import ServiceDirectory
from chainlead.attribution.services.domains import host_of, registrable_domain
from chainlead.attribution.services.lookalike import find_likenesses
from chainlead.attribution.services.portals import portals
from chainlead.attribution.services.register_match import WARNING
from chainlead.attribution.services.service import Channel, Service


@dataclass(frozen=True, slots=True)
class _Suspects:
    """Domains that no service uses for law enforcement."""

    free_mail: frozenset[str]
    fakes: dict[str, str]


@cache
def _suspects() -> _Suspects:
    source = resources.files("chainlead.attribution").joinpath("data/suspect_domains.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="suspect_domains.yaml")
    fakes = {row["domain"]: row["poses_as"] or "" for row in table["fakes"]}
    return _Suspects(frozenset(table["free_mail"]), fakes)


def channel_warnings(directory: ServiceDirectory, address: str) -> tuple[str, ...]:
    """What speaks against writing to an address; empty where nothing does.

    Args:
        directory: the services whose domains are known.
        address: a mail or web address.

    Returns:
        Sentences, worst first. A domain that no entry names always gives one.
    """
    return tuple(dict.fromkeys(_warnings(directory, address.strip())))


def _warnings(directory: ServiceDirectory, address: str) -> Iterator[str]:
    domain, host = registrable_domain(address), host_of(address)
    if not domain:
        yield (
            f"{address[:80]!r} has no domain that somebody registered: it cannot be checked against "
            "the directory."
        )
        return
    if domain in _suspects().fakes:
        posed = _suspects().fakes[domain]
        as_whom = f" and poses as {posed}" if posed else ""
        yield f"{domain} is a known fake page for law enforcement{as_whom}: do not write to it."
    if domain in _suspects().free_mail:
        yield f"{domain} is free mail, where anybody can have a mailbox: no service asks for this."
    owner = _owner(directory, domain)
    if owner is None:
        yield from _unknown_domain(directory, domain, host)
    else:
        yield from _unknown_door(owner, address)
    if "://" in address:
        if not address.lower().startswith("https://"):
            yield f"{address[:80]} is not encrypted: use https."
        if "@" in address.partition("://")[2].partition("/")[0]:
            yield f"{address[:80]!r} has an @ before its host; the host is {host}."
    if "xn--" in host:
        yield f"{host} has letters outside plain Latin: read it letter by letter."


def _owner(directory: ServiceDirectory, domain: str) -> Service | str | None:
    for portal in portals().values():
        if domain in portal.domains:
            return portal.name
    found = directory.lookup(domain)
    if found is not None and domain in _domains(found):
        return found
    return next((service for service in directory if domain in _domains(service)), None)


def _unknown_domain(directory: ServiceDirectory, domain: str, host: str) -> Iterator[str]:
    known = {each: service.brand for service in directory for each in _domains(service)}
    known.update((each, portal.name) for portal in portals().values() for each in portal.domains)
    for like, words in find_likenesses(domain, known):
        yield f"{domain} looks like {like} ({known[like]}): {words}. It is not the same."
    before = host.removesuffix(domain).rstrip(".")
    for each in sorted(known):
        if before == each or before.startswith(f"{each}.") or before.endswith(f".{each}"):
            yield f"{host} starts like {each} ({known[each]}), but whoever has {domain} made it."
    yield (
        f"{domain} stands in no entry of the directory: confirm it through a way that you know "
        "already (SIRIUS, a colleague, an earlier answer)."
    )


def _unknown_door(owner: Service | str, address: str) -> Iterator[str]:
    """A mailbox at the right domain that the entry does not name; a service that is warned of."""
    if isinstance(owner, str):
        return
    for fact in owner.facts:
        if fact.about == WARNING:
            yield fact.text
    domain = registrable_domain(address)
    if domain not in {registrable_domain(each) for each in owner.domains}:
        yield (
            f"{domain} stands in a channel of {owner.brand}, not among its own domains: if it is the "
            "service's, add it there."
        )
    if not owner.channels:
        yield (
            f"The directory knows no channel of {owner.brand}: confirm this one through a way that "
            "you know already."
        )
        return
    mailbox = address.casefold().removeprefix("mailto:").partition("?")[0]
    if "@" not in mailbox or "/" in mailbox:
        return
    mails = {each.address.casefold() for each in owner.channels if each.kind == "mail"}
    if mailbox not in mails:
        yield f"The entry of {owner.brand} names no mailbox {mailbox[:80]}."
    elif all(each.kind == "mail" for each in owner.channels):
        yield (
            f"{owner.brand} is known by mail only: mail is easy to forge, so confirm by another way "
            "before anything is sent."
        )


def _domains(service: Service) -> set[str]:
    """Registrable domains of a service: its own, and those of its own channels."""
    found = {registrable_domain(each) for each in service.domains}
    found |= {registrable_domain(each.address) for each in service.channels if _is_own(each)}
    shared = {domain for portal in portals().values() for domain in portal.domains}
    return found - shared - {""} - _suspects().free_mail


def _is_own(channel: Channel) -> bool:
    return channel.kind in {"portal", "mail"} and not channel.portal
