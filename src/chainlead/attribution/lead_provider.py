"""The provider track: who knows the customer behind a contact that the evidence names.

Found in: contacts on checked pages (mail, messengers). Proof: that the contact is named there is
observed; that its provider has data of a customer is not known until it answers. Limits: a domain of
its own may be kept by any mail firm, and was sold by a registrar: both have to be looked up. Tox,
Session, onion names and keys have no provider: they are no leads.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml
from chainlead.attribution.claim import Claim, Handle, Lead, LeadTrack
from chainlead.attribution.confidence import NOT_STATED
from chainlead.attribution.lead import lead_id_of
from chainlead.attribution.services.domains import registrable_domain
from chainlead.model import Strength


@dataclass(frozen=True, slots=True)
class NamedContact:
    """A contact that the evidence names.

    Attributes:
        kind: mail, telegram … as the page check has it.
        found_in: what it stands in: a finding, or a page by its SHA-256.
        place: where in it, in words.
    """

    kind: str
    value: str
    found_in: str
    place: str


@cache
def _table() -> YamlMap:
    source = resources.files("chainlead.attribution").joinpath("data/contact_providers.yaml")
    return parse_bounded_yaml(source.read_bytes(), name="contact_providers.yaml")


def derive_provider_leads(contacts: Iterable[NamedContact]) -> tuple[Lead, ...]:
    """One lead for each provider, by name; contacts that nobody keeps are left out."""
    groups: dict[str, list[tuple[NamedContact, YamlMap]]] = {}
    for contact in contacts:
        row: YamlMap | None = _table().get(contact.kind)
        if row is not None and (provider := _provider(contact, row)):
            groups.setdefault(provider, []).append((contact, row))
    return tuple(_lead(provider, groups[provider]) for provider in sorted(groups))


def _provider(contact: NamedContact, row: Mapping[str, str]) -> str:
    if row["behind"] == "service":
        return row["brand"]
    if row["behind"] == "domain":
        domain = contact.value.rpartition(":" if contact.kind == "matrix" else "@")[2]
        return registrable_domain(domain)
    return ""


def _lead(provider: str, group: list[tuple[NamedContact, YamlMap]]) -> Lead:
    row = group[0][1]
    found: dict[tuple[str, str], list[NamedContact]] = {}
    for contact, _ in group:
        found.setdefault((contact.kind, contact.value), []).append(contact)
    handles = tuple(
        Handle(
            kind=kind,
            value=value,
            found_in=tuple(sorted({each.found_in for each in named})),
            place=min(each.place for each in named),
        )
        for (kind, value), named in sorted(found.items())
    )
    is_domain = row["behind"] == "domain"
    uri = provider if is_domain else row["uri"]
    return Lead(
        lead_id=lead_id_of(LeadTrack.PROVIDER, provider),
        trace_id="",
        chain="",
        service=provider,
        actor=None,
        jurisdictions=(),
        uri=uri,
        claims=tuple(dict.fromkeys(_claim(provider, told) for _, told in group)),
        conflicts=(),
        deposits=(),
        missing=tuple(_missing(provider, is_domain=is_domain)),
        category="messaging_service",
        track=LeadTrack.PROVIDER,
        handles=handles,
        direction="",
        network="",
    )


def _claim(provider: str, row: Mapping[str, str]) -> Claim:
    return Claim(
        address="",
        service=provider,
        actor=None,
        category="messaging_service",
        strength=Strength.ASSERTED,
        confidence=NOT_STATED,
        source=row["source"],
        lastmod=row["read"],
        pack=f"shipped table of contact providers ({row['certainty']})",
        note=f"{row['word']}: {row['source']}",
    )


def _missing(provider: str, *, is_domain: bool) -> Iterator[str]:
    if is_domain:
        yield (
            f"Who keeps the mail of {provider}, and who registered the name, is not known: a large "
            "mail provider answers for itself; for any other name ask its registrar and mail host."
        )
    yield "The provider's company and country are not known: look it up in the directory of services."
    yield "The period is not known: ask for the time in which the contact was in use."
