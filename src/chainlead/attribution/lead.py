"""Leads: where a trail stops at a service, what a request must name, and what is missing for it.

A lead is computed from a stored trace document, the address book and the ledger; it is kept in no
table. The same case gives the same leads.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chainlead.attribution.account_trail import AccountTrail
from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Claim, Deposit, Lead
from chainlead.attribution.claim_order import claim_order, party_of
from chainlead.attribution.confidence import confidence_level
from chainlead.attribution.lead_gaps import find_gaps
from chainlead.attribution.lead_trail import LeadTrail, ServiceEnd
from chainlead.attribution.output_trail import OutputTrail
from chainlead.ledger import CaseAccounts, LedgerView
from chainlead.model import Strength

POISON = "poison"


@dataclass(slots=True)
class _Group:
    claims: dict[Claim, None] = field(default_factory=dict)
    ends: list[ServiceEnd] = field(default_factory=list)


def derive_leads(
    trace_id: str,
    document: Mapping[str, Any],
    book: AddressBook,
    ledger: LedgerView | None,
    accounts: CaseAccounts | None = None,
) -> tuple[Lead, ...]:
    """The leads of one trace, largest traced amount first.

    Args:
        trace_id: the trace's id.
        document: its stored result (docs/design/taint.md, "The document"), over outputs or accounts.
        book: who is said to control which address.
        ledger: where heights, block hashes and times are looked up; the document's own if None.
        accounts: the same for a trace over accounts: the traced asset's ledger.
    """
    trail: LeadTrail = (
        AccountTrail(document, book, accounts)
        if document.get("kind") == "accounts"
        else OutputTrail(document, book, ledger)
    )
    groups: dict[str, _Group] = {}
    for end in trail.ends():
        claims = _claims(end, document, book)
        claims = tuple(claim for claim in claims if not claim.says_nothing)
        if not claims:
            continue
        group = groups.setdefault(party_of(claims[0]), _Group())
        group.ends.append(end)
        group.claims.update(dict.fromkeys(claims))
    leads = [_lead(trace_id, document, trail, group, book) for group in groups.values()]
    return tuple(sorted(leads, key=lambda lead: (-largest_units(lead), lead.lead_id)))


def _claims(end: ServiceEnd, document: Mapping[str, Any], book: AddressBook) -> tuple[Claim, ...]:
    """The claims that made the trace stop: on the address itself, else inherited from its cluster."""
    own = book.service_claims(document["pinned"]["chain"], end.address)
    told = next((s for s in document.get("stops", ()) if s["address"] == end.address), None)
    claims = own or tuple(_claim_from(each) for each in (told or {}).get("claims", ()))
    if not claims:
        claims = (_claim_from({"address": end.address, "service": end.note or "a service"}),)
    return tuple(sorted(claims, key=claim_order))


def _claim_from(told: Mapping[str, Any]) -> Claim:
    """A claim as the trace kept it; one that the trace names in words only is inferred and weak."""
    confidence = told.get("confidence", "heuristic")
    return Claim(
        address=told["address"],
        service=told["service"],
        actor=told.get("actor"),
        category=told.get("category"),
        strength=Strength(told.get("strength", "inferred")),
        confidence=confidence,
        source=told.get("source", "the trace's stop rule"),
        lastmod=told.get("lastmod"),
        pack=told.get("pack", ""),
        inherited_via=tuple(told.get("inherited_via", ())),
        level=confidence_level(confidence),
        note=told.get("note", ""),
    )


def _lead(
    trace_id: str,
    document: Mapping[str, Any],
    trail: LeadTrail,
    group: _Group,
    book: AddressBook,
) -> Lead:
    claims = tuple(sorted(group.claims, key=claim_order))
    first = claims[0]
    party = party_of(first)
    actor = book.actor(first.actor)
    deposits: dict[tuple[str, int | None, str], Deposit] = {}
    for end in group.ends:
        for deposit in trail.deposits(end, party):
            place = (deposit.txid, deposit.output_index, deposit.transfer_place)
            deposits.setdefault(place, deposit)
    ordered = in_order(deposits.values())
    addresses = sorted({end.address for end in group.ends} | {d.address for d in ordered})
    is_inferred = first.strength is Strength.INFERRED or any(d.inference for d in ordered)
    first_at, last_at = moments_of(ordered)
    lead = Lead(
        lead_id=lead_id_of(trace_id, party, *addresses),
        trace_id=trace_id,
        chain=trail.chain,
        service=actor.label if actor else first.service,
        actor=first.actor,
        jurisdictions=actor.jurisdictions if actor else (),
        uri=actor.uri if actor else None,
        claims=claims,
        conflicts=book.conflicts(claims),
        deposits=ordered,
        missing=(),
        category=next((claim.category for claim in claims if claim.category), None),
        direction=trail.direction,
        network=document["pinned"].get("network") or "main",
        origin=trail.origin,
        reach=words_of_reach(ordered, document["rules"]),
        strength=Strength.INFERRED if is_inferred else Strength.ASSERTED,
        first_at=first_at,
        last_at=last_at,
    )
    return replace(lead, missing=(*trail.doubts, *find_gaps(lead)))


def lead_id_of(*parts: str) -> str:
    """16 hex characters over trace, party and addresses."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def in_order(deposits: Iterable[Deposit]) -> tuple[Deposit, ...]:
    """By time, then by place in the ledger's names."""
    return tuple(
        sorted(
            deposits,
            key=lambda d: (d.mined_at or "~", d.txid, d.output_index or 0, d.transfer_place),
        )
    )


def moments_of(deposits: Iterable[Deposit]) -> tuple[str | None, str | None]:
    """First and last moment of the deposits; None where no time is known."""
    moments = sorted(deposit.mined_at for deposit in deposits if deposit.mined_at)
    return (moments[0], moments[-1]) if moments else (None, None)


def words_of_reach(deposits: Iterable[Deposit], rules: Iterable[str]) -> str:
    """Whether only poison leads here: it is an upper bound, and proves no single unit."""
    reaching = {
        rule for deposit in deposits for rule, units in deposit.traced_units.items() if units
    }
    if reaching != {POISON}:
        return ""
    if set(rules) == {POISON}:
        return "asked under poison only: an upper bound; ask again under all rules for a minimum"
    return "under poison only; minimum 0"


def largest_units(lead: Lead) -> int:
    """The largest traced amount of one deposit under any rule."""
    units = (units for deposit in lead.deposits for units in deposit.traced_units.values())
    return max(units, default=0)
