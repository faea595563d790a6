"""`leads`: the places where somebody knows a name, computed from the stored traces when asked."""

from chainlead.attribution import AddressBook, Lead, derive_leads
from chainlead.errors import LeadNotFoundError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain
from chainlead.store import Blobs, Store
from chainlead.workflow.case import Case


def find_leads(store: Store, blobs: Blobs) -> tuple[Lead, ...]:
    """All leads of a case: traces in the order they were made, largest traced amount first."""
    import msgspec

    book = AddressBook(store)
    ledgers: dict[str, CaseLedger] = {}
    leads: dict[str, Lead] = {}
    for row in store.rows("traces", order_by=["journal_seq", "trace_id"]):
        document = msgspec.json.decode(blobs.get(row["result_sha256"]))
        chain = document["pinned"]["chain"]
        if chain not in ledgers:
            ledgers[chain] = CaseLedger(store, Chain(chain))
        for lead in derive_leads(row["trace_id"], document, book, ledgers[chain]):
            leads.setdefault(lead.lead_id, lead)
    return tuple(leads.values())


def get_lead(store: Store, blobs: Blobs, lead_id: str) -> Lead:
    """The lead with this id, or with an id that starts like it.

    Raises:
        LeadNotFoundError: none, or several.
    """
    leads = find_leads(store, blobs)
    found = [lead for lead in leads if lead.lead_id.startswith(lead_id)] if lead_id else []
    if len(found) != 1:
        several = "several leads have" if found else "no lead has"
        raise LeadNotFoundError(
            f"In this case {several} the id {lead_id!r:.40}; there are {len(leads)}."
        )
    return found[0]


def list_leads(case: Case) -> tuple[Lead, ...]:
    """All leads of an open case."""
    return find_leads(case.store, case.blobs)
