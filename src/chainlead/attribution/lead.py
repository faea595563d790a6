"""Leads: where a trail stops at a service, what a request must name, and what is missing for it.

A lead is computed from a stored trace document, the address book and the ledger; it is kept in no
table. The same case gives the same leads.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Claim, Deposit, Lead
from chainlead.attribution.confidence import confidence_level
from chainlead.attribution.sweep import SweepCard, lookup_sweep
from chainlead.attribution.taxonomy import pools_money
from chainlead.ledger import LedgerView
from chainlead.model import Outpoint, Strength, Txid, moment_to_text

_WEAK_LEVEL = 20


@dataclass(slots=True)
class _Stop:
    """One frontier node with reason service, with its traced part under each rule."""

    outpoint: str
    address: str
    note: str
    strength: Strength
    traced_units: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    claims: dict[Claim, None] = field(default_factory=dict)
    stops: list[_Stop] = field(default_factory=list)


def derive_leads(
    trace_id: str, document: Mapping[str, Any], book: AddressBook, ledger: LedgerView | None
) -> tuple[Lead, ...]:
    """The leads of one trace, largest traced amount first.

    Args:
        trace_id: the trace's id.
        document: its stored result (docs/design/taint.md, "The document").
        book: who is said to control which address.
        ledger: where heights, block hashes and times are looked up; the document's own if None.
    """
    groups: dict[str, _Group] = {}
    for stop in _stops(document):
        claims = _claims(stop, document, book)
        group = groups.setdefault(_party(claims[0]), _Group())
        group.stops.append(stop)
        group.claims.update(dict.fromkeys(claims))
    trail = _Trail(document, book, ledger)
    leads = [_lead(trace_id, trail, group, book) for group in groups.values()]
    return tuple(sorted(leads, key=lambda lead: (-_largest(lead), lead.lead_id)))


def _stops(document: Mapping[str, Any]) -> Iterator[_Stop]:
    found: dict[str, _Stop] = {}
    for rule in sorted(document["rules"]):
        for node in document["rules"][rule]["frontier"]:
            if node["reason"] != "service" or node["outpoint"] is None or node["address"] is None:
                continue
            stop = found.setdefault(
                node["outpoint"],
                _Stop(
                    node["outpoint"],
                    node["address"],
                    node["note"],
                    Strength(node.get("strength") or "asserted"),
                ),
            )
            stop.traced_units[rule] = int(node["traced_units"])
    yield from (found[key] for key in sorted(found))


def _claims(stop: _Stop, document: Mapping[str, Any], book: AddressBook) -> tuple[Claim, ...]:
    """The claims that made the trace stop: on the address itself, else inherited from its cluster."""
    own = book.service_claims(document["pinned"]["chain"], stop.address)
    told = next((s for s in document.get("stops", ()) if s["address"] == stop.address), None)
    claims = own or tuple(_claim_from(each) for each in (told or {"claims": ()})["claims"])
    if not claims:
        claims = (_claim_from({"address": stop.address, "service": stop.note or "a service"}),)
    return tuple(sorted(claims, key=_claim_order))


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


def _party(claim: Claim) -> str:
    return f"actor:{claim.actor}" if claim.actor else f"label:{claim.service.casefold()}"


class _Trail:
    """A trace document, indexed."""

    def __init__(
        self, document: Mapping[str, Any], book: AddressBook, ledger: LedgerView | None
    ) -> None:
        self.document = document
        self.chain: str = document["pinned"]["chain"]
        self.direction: str = document["direction"]
        self.book = book
        self.ledger = ledger
        self.transactions = {each["txid"]: each for each in document.get("transactions", ())}
        self.spenders = {
            spent["outpoint"]: transaction
            for transaction in self.transactions.values()
            for spent in transaction["inputs"]
        }
        self.traced: dict[str, dict[str, int]] = {}
        self.places: dict[str, Mapping[str, Any]] = {}
        for rule in sorted(document["rules"]):
            for node in (
                *document["rules"][rule].get("transfers", ()),
                *document["rules"][rule]["frontier"],
            ):
                if node["outpoint"] is not None:
                    units = self.traced.setdefault(node["outpoint"], {})
                    units[rule] = max(units.get(rule, 0), int(node["traced_units"]))
                    self.places[node["outpoint"]] = node

    def deposits(self, stop: _Stop, party: str) -> Iterator[Deposit]:
        """The transfers to name for one stop: at the stop itself, or one hop from it."""
        txid = stop.outpoint.partition(":")[0]
        if self.direction == "backward":
            spender = self.spenders.get(stop.outpoint)
            paid_out = [
                output
                for output in (spender or {"outputs": ()})["outputs"]
                if output["outpoint"] in self.traced and output["address"] is not None
            ]
            for output in paid_out:
                yield self._deposit(output["outpoint"], service_address=stop.address)
            if paid_out:
                return
        elif (transaction := self.transactions.get(txid)) is not None:
            sweep = lookup_sweep(
                transaction,
                on_trail=self.traced.keys(),
                held_by_service=lambda address: self._is_held_by(address, party),
            )
            if sweep is not None:
                for outpoint in sweep.deposits:
                    yield self._deposit(
                        outpoint,
                        service_address=stop.address,
                        sweep_txid=txid,
                        inference=SweepCard.sentence(len(sweep.addresses)),
                    )
                return
        yield self._deposit(stop.outpoint, service_address=stop.address)

    def _is_held_by(self, address: str, party: str) -> bool:
        claims = sorted(self.book.service_claims(self.chain, address), key=_claim_order)
        return bool(claims) and _party(claims[0]) == party

    def _deposit(
        self,
        outpoint: str,
        *,
        service_address: str,
        sweep_txid: str | None = None,
        inference: str = "",
    ) -> Deposit:
        place = Outpoint.from_display(outpoint)
        address, amount_units = self._paid(place)
        height, block_hash, mined_at = self._block(place.txid)
        return Deposit(
            txid=place.txid.display,
            output_index=place.output_index,
            address=address,
            amount_units=amount_units,
            traced_units=dict(sorted(self.traced.get(outpoint, {}).items())),
            height=height,
            block_hash=block_hash,
            mined_at=mined_at,
            sweep_txid=sweep_txid,
            service_address=service_address,
            inference=inference,
        )

    def _paid(self, place: Outpoint) -> tuple[str, int]:
        output = self.ledger.lookup_output(place) if self.ledger else None
        if output is not None:
            return output.address or "", output.amount_units
        node = self.places.get(str(place))
        if node is None:
            outputs = self.transactions[place.txid.display]["outputs"]
            node = next(each for each in outputs if each["outpoint"] == str(place))
        return node["address"] or "", int(node["amount_units"])

    def _block(self, txid: Txid) -> tuple[int | None, str | None, str | None]:
        known = self.ledger.lookup_transaction(txid) if self.ledger else None
        if known is not None:
            return (
                known.height,
                known.block_hash.display if known.block_hash else None,
                moment_to_text(known.mined_at) if known.mined_at else None,
            )
        told = self.transactions.get(txid.display, {})
        return told.get("height"), told.get("block_hash"), told.get("mined_at")


def _lead(trace_id: str, trail: _Trail, group: _Group, book: AddressBook) -> Lead:
    claims = tuple(sorted(group.claims, key=_claim_order))
    first = claims[0]
    party = _party(first)
    actor = book.actor(first.actor)
    deposits: dict[tuple[str, int | None], Deposit] = {}
    for stop in group.stops:
        for deposit in trail.deposits(stop, party):
            deposits.setdefault((deposit.txid, deposit.output_index), deposit)
    ordered = tuple(
        sorted(deposits.values(), key=lambda d: (d.mined_at or "~", d.txid, d.output_index or 0))
    )
    conflicts = book.conflicts(claims)
    addresses = sorted({stop.address for stop in group.stops} | {d.address for d in ordered})
    identity = "\n".join((trace_id, party, *addresses))
    moments = sorted(deposit.mined_at for deposit in ordered if deposit.mined_at)
    lead = Lead(
        lead_id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        trace_id=trace_id,
        chain=trail.chain,
        service=actor.label if actor else first.service,
        actor=first.actor,
        jurisdictions=actor.jurisdictions if actor else (),
        uri=actor.uri if actor else None,
        claims=claims,
        conflicts=conflicts,
        deposits=ordered,
        missing=(),
        category=next((claim.category for claim in claims if claim.category), None),
        direction=trail.direction,
        network=trail.document["pinned"].get("network") or "main",
        origin=trail.document["origin"],
        first_at=moments[0] if moments else None,
        last_at=moments[-1] if moments else None,
    )
    return _with_missing(lead)


def _with_missing(lead: Lead) -> Lead:
    missing = []
    if not lead.jurisdictions:
        missing.append(
            "The service's country is not known: import an actor pack, or ask a register."
        )
    if len(lead.jurisdictions) > 1:
        missing.append("Several countries are named: find out which company holds the account.")
    if not lead.uri:
        missing.append("No web address of the service is known.")
    if lead.conflicts:
        missing.append("Sources name different parties for the same address: settle this first.")
    if max(claim.level for claim in lead.claims) <= _WEAK_LEVEL:
        missing.append("Only weak sources name the service: look for a better one.")
    if any(claim.strength is Strength.INFERRED for claim in lead.claims[:1]):
        missing.append("The service is inferred from a cluster, not named for the address itself.")
    if any(deposit.block_hash is None for deposit in lead.deposits):
        missing.append("A transfer is in no known block: add the blocks that hold it.")
    if any(not deposit.sweep_txid for deposit in lead.deposits) and lead.direction == "forward":
        missing.append(
            "Whether the address is one customer's deposit address or a shared wallet of the "
            "service is not known: the draft asks."
        )
    fields = {name: getattr(lead, name) for name in Lead.__dataclass_fields__}
    return Lead(**{**fields, "missing": tuple(missing)})


def _claim_order(claim: Claim) -> tuple[Any, ...]:
    """Claims that make a trace stop come first, then the stronger, then the newer."""
    newest_first = tuple(-ord(character) for character in claim.lastmod or "")
    stops = pools_money(claim.category) is not None
    rest = (claim.service, claim.source, claim.pack, claim.address)
    return (not stops, -claim.level, newest_first, *rest)


def _largest(lead: Lead) -> int:
    units: Iterable[int] = (
        units for deposit in lead.deposits for units in deposit.traced_units.values()
    )
    return max(units, default=0)
