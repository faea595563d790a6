"""`leads`: where somebody knows a name or money still lies, computed from the traces when asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chainlead.attribution import (
    AddressBook,
    Lead,
    LeadTrack,
    NamedContact,
    derive_issuer_leads,
    derive_leads,
    derive_provider_leads,
    derive_unspent,
)
from chainlead.errors import LeadNotFoundError
from chainlead.ledger import CONTRACTS, CaseAccounts, CaseLedger
from chainlead.model import Chain, moment_from_unix, moment_to_text
from chainlead.store import Blobs, Row, Store
from chainlead.workflow.case import Case
from chainlead.workflow.replaced import old_rows

_HELD_BY_CODE = "a contract holds it: no key alone moves it, its code says who can"


def find_leads(
    store: Store, blobs: Blobs, tracks: Collection[LeadTrack] = tuple(LeadTrack)
) -> tuple[Lead, ...]:
    """All leads of a case, by track; then traces as they were made, largest traced amount first.

    Args:
        store: the case's tables.
        blobs: its stored answers.
        tracks: which ways on; all if left out.
    """
    found = _every_lead(store, blobs, tracks, _trace_rows(store))
    found[LeadTrack.ISSUER] = _once(found[LeadTrack.ISSUER])
    return tuple(lead for track in LeadTrack if track in tracks for lead in found[track].values())


def _trace_rows(store: Store) -> list[Row]:
    return list(store.rows("traces", order_by=["journal_seq", "trace_id"]))


def _every_lead(
    store: Store, blobs: Blobs, tracks: Collection[LeadTrack], traces: Iterable[Row]
) -> dict[LeadTrack, dict[str, Lead]]:
    """All leads by track and id, those about the same balance too: a draft may rest on any."""
    found: dict[LeadTrack, dict[str, Lead]] = {track: {} for track in LeadTrack}
    for lead in (*_from_traces(store, blobs, tracks, traces), *_from_pages(store)):
        found[lead.track].setdefault(lead.lead_id, lead)
    return found


@dataclass(frozen=True, slots=True)
class SilentEnd:
    """A place where a trace stopped, but where nobody can be asked, with the reason."""

    trace_id: str
    chain: str
    address: str
    service: str
    reason: str


def find_silent_ends(store: Store, blobs: Blobs) -> tuple[SilentEnd, ...]:
    """Stops of traces at what everybody uses and nobody keeps: routers, pools, bridges of code."""
    import msgspec

    book = AddressBook(store)
    found: dict[tuple[str, str], SilentEnd] = {}
    for row in store.rows("traces", order_by=["journal_seq", "trace_id"]):
        document = msgspec.json.decode(blobs.get(row["result_sha256"]))
        chain = document["pinned"]["chain"]
        for stop in document.get("stops", ()):
            claims = book.service_claims(chain, stop["address"])
            if claims and all(claim.says_nothing for claim in claims):
                end = SilentEnd(
                    row["trace_id"],
                    chain,
                    stop["address"],
                    claims[0].service,
                    claims[0].says_nothing,
                )
                found.setdefault((row["trace_id"], stop["address"]), end)
    return tuple(found.values())


def _once(leads: Mapping[str, Lead]) -> dict[str, Lead]:
    """Of several leads to one issuer about the same balances, the one whose trace followed the token."""
    kept: dict[frozenset[tuple[str, str]], Lead] = {}
    for lead in leads.values():
        about = frozenset((holding.contract, holding.address) for holding in lead.holdings)
        if about not in kept or (lead.deposits and not kept[about].deposits):
            kept[about] = lead
    return {lead.lead_id: lead for lead in kept.values()}


def _from_traces(
    store: Store, blobs: Blobs, tracks: Collection[LeadTrack], traces: Iterable[Row]
) -> Iterator[Lead]:
    import msgspec

    book = AddressBook(store)
    ledgers: dict[str, CaseLedger] = {}
    own = _known_addresses(store) if LeadTrack.UNSPENT in tracks else {}
    for row in traces:
        trace_id = row["trace_id"]
        document = msgspec.json.decode(blobs.get(row["result_sha256"]))
        chain = Chain(document["pinned"]["chain"])
        ledger: CaseLedger | None = None
        accounts: CaseAccounts | None = None
        if document.get("kind") == "accounts":
            accounts_of = partial(CaseAccounts, store, chain)
            accounts = accounts_of(document["asset"]["contract"] or "")
            if LeadTrack.ISSUER in tracks:
                issuers = derive_issuer_leads(trace_id, document, book, accounts_of)
                yield from _behind(document, issuers)
        else:
            ledger = ledgers.setdefault(chain.value, CaseLedger(store, chain))
        if LeadTrack.SERVICE in tracks:
            reached = derive_leads(trace_id, document, book, ledger, accounts)
            yield from _behind(document, reached)
        if LeadTrack.UNSPENT in tracks:
            as_of = _pinned_at(store, document["pinned"])
            held = derive_unspent(trace_id, document, book, ledger, accounts, own=own, as_of=as_of)
            yield from () if held is None else _behind(document, (held,))


def _behind(document: Mapping[str, Any], leads: Iterable[Lead]) -> Iterator[Lead]:
    """The leads of a trace that began behind a service say on whose word it did."""
    source = (document.get("basis") or {}).get("source", "")
    for lead in leads:
        yield replace(lead, behind=source) if source else lead


def _pinned_at(store: Store, pinned: Mapping[str, Any]) -> str | None:
    """The time of the block that a trace is pinned to, where the case holds that block."""
    if pinned["height"] is None:
        return None
    where = {"chain": pinned["chain"], "height": pinned["height"]}
    rows = [
        *store.rows("blocks", columns=("mined_at_unix",), on_best_chain=True, **where),
        *store.rows("account_blocks", columns=("mined_at_unix",), **where),
    ]
    return moment_to_text(moment_from_unix(rows[0]["mined_at_unix"])) if rows else None


def _known_addresses(store: Store) -> dict[str, str]:
    """Addresses whose wallet or key was found, with the exhibit, and contracts, in words."""
    contracts = (row for row in store.rows("account_contracts") if row["kind"] in CONTRACTS)
    known = {row["account"]: _HELD_BY_CODE for row in contracts}
    own: dict[str, str] = {}
    columns = ("value", "exhibit")
    for row in store.rows("findings", columns=columns, kind="address", role="own"):
        if row["value"]:
            words = f"own address of a wallet found in exhibit {row['exhibit']}"
            own[row["value"]] = min(own.get(row["value"], words), words)
    return known | own


def _from_pages(store: Store) -> tuple[Lead, ...]:
    rows = store.rows("page_contacts", order_by=["kind", "value", "page_sha256"])
    return derive_provider_leads(
        NamedContact(
            row["kind"], row["value"], row["page_sha256"], f"{row['file']}, {row['place']}"
        )
        for row in rows
        if row["certainty"] != "shape"
    )


def get_lead(store: Store, blobs: Blobs, lead_id: str) -> Lead:
    """The lead with this id, or with an id that starts like it.

    A lead of a trace that another took the place of is found too: a draft may rest on it.

    Raises:
        LeadNotFoundError: none, or several.
    """
    traces = [*_trace_rows(store), *old_rows(store, "trace")]
    every = _every_lead(store, blobs, tuple(LeadTrack), traces)
    leads = [lead for by_id in every.values() for lead in by_id.values()]
    found = [lead for lead in leads if lead.lead_id.startswith(lead_id)] if lead_id else []
    if len(found) != 1:
        several = "several leads have" if found else "no lead has"
        raise LeadNotFoundError(
            f"In this case {several} the id {lead_id!r:.40}; there are {len(leads)}."
        )
    return found[0]


def list_leads(case: Case, tracks: Collection[LeadTrack] = tuple(LeadTrack)) -> tuple[Lead, ...]:
    """The leads of an open case, all tracks if none is named."""
    return find_leads(case.store, case.blobs, tracks)
