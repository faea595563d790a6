"""The addressee of a request: confirmed by a second person against the directory, and where it sits.

A request that goes to a stranger is a leak. So somebody who did not draft it compares the address with
the service directory, and a draft can be marked sent to that address only. Limits: the directory
knows domains and mailboxes of services, not those of authorities abroad; for these it always warns, and
the second person says how the address is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from chainlead.attribution import (
    ServiceDirectory,
    channel_warnings,
    registrable_domain,
)
from chainlead.errors import AddresseeUnconfirmedError, BlobMissingError
from chainlead.request import (
    Moment,
    RequestState,
    State,
    check_step,
)
from chainlead.store import Row
from chainlead.workflow.case import Case
from chainlead.workflow.personal_data import require_reason
from chainlead.workflow.request_states import check_clocks, record_state, state_of
from chainlead.workflow.services import service_directory
from chainlead.workflow.transfer_reason import require_transfer_reason


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An address with what the directory says against it."""

    state: RequestState
    address: str
    domain: str
    service: str
    warnings: tuple[str, ...]


def addressee_warnings(
    directory: ServiceDirectory, draft: Row, address: str, today: date
) -> tuple[str, ...]:
    """What speaks against this address for this draft; empty where nothing does."""
    warnings = list(channel_warnings(directory, address))
    owner = directory.lookup(address)
    told = draft["parameters"].get("service")
    meant = told.get("service_id") if isinstance(told, Mapping) else None
    if owner and meant and owner.service_id != meant:
        warnings.append(f"The address belongs to {owner.brand}; the draft is for {meant}.")
    if owner and owner.is_stale(today):
        warnings.append(
            f"The entry of {owner.brand} was read {owner.read or 'never'}: look at its source again."
        )
    return tuple(dict.fromkeys(warnings))


def confirm_addressee(
    case: Case,
    draft_id: str,
    address: str,
    *,
    directory: ServiceDirectory | None = None,
    despite_warnings: bool = False,
    note: str = "",
    when: datetime | None = None,
) -> Confirmed:
    """Record that a second person compared the address with the directory.

    Args:
        case: open for writing, in the name of somebody who did not draft.
        draft_id: or its beginning.
        address: mail or web address, or a line for the post.
        directory: what it is compared with; this machine's directory if left out.
        despite_warnings: the person knows the address from another way; `note` says which.
        note: how the address is known.
        when: the moment; now if left out.

    Raises:
        AddresseeUnconfirmedError: the directory warns, and the person did not say how it is known.
        SecondPersonError, DraftNotFoundError: see `record_state`.
    """
    state = state_of(case.store, draft_id)
    draft = _draft(case, state.draft_id)
    wanted = " ".join(address.split())
    if not wanted:
        raise AddresseeUnconfirmedError("No address was given.")
    known = directory if directory is not None else service_directory()
    warnings = addressee_warnings(known, draft, wanted, case.now().date())
    if warnings and not (despite_warnings and note.strip()):
        raise AddresseeUnconfirmedError(
            " ".join(warnings),
            safe="Nothing was recorded.",
            next_step="If you know the address from another way (SIRIUS, a colleague, an earlier "
            "answer), repeat this with --despite-warnings and say how with --note.",
        )
    owner = known.lookup(wanted)
    domain = registrable_domain(wanted)
    detail = {
        "domain": domain,
        "service": owner.service_id if owner else "",
        "warnings": list(warnings),
    }
    state = record_state(
        case, state.draft_id, Moment.CONFIRMED, note=note, channel=wanted, when=when, detail=detail
    )
    return Confirmed(state, wanted, domain, owner.brand if owner else "", warnings)


def addressee_country(case: Case, draft_id: str) -> str:
    """The country that the draft's instrument was chosen for; empty where it is not known."""
    draft = _draft(case, draft_id)
    try:
        kept = msgspec.json.decode(case.blobs.get(draft["files"]["draft.json"]))
        return str(kept["choice"]["addressee_country"] or "")
    except (BlobMissingError, KeyError, TypeError, msgspec.DecodeError):
        return ""


def sending_detail(
    case: Case, draft_id: str, *, to_country: str, outside_eu: str
) -> dict[str, Any]:
    """What the record of a sending keeps about where it went.

    Args:
        case: the case.
        draft_id: in full.
        to_country: two letters; the draft's own country if left out.
        outside_eu: why a transfer out of the EU is necessary (LED Art. 39), where it is one.

    Raises:
        ReasonMissingError: it goes out of the EU or to an unknown country, and nobody said why.
    """
    country = to_country or addressee_country(case, draft_id)
    return require_transfer_reason(case, country, outside_eu)


def record_sent(
    case: Case,
    draft_id: str,
    channel: str,
    *,
    parts: Sequence[str] = (),
    clocks: Sequence[str] = (),
    to_country: str = "",
    outside_eu: str = "",
    when: datetime | None = None,
    person: str = "",
    note: str = "",
    reference: str = "",
) -> RequestState:
    """Record that a person sent a request, or parts of it; this tool sends nothing.

    Args:
        case: open for writing.
        draft_id: or its beginning.
        channel: the address that a second person confirmed.
        parts: the parts that were sent; all if left out.
        clocks: clocks that only this sending starts, such as `spoc_other`.
        to_country: where it went; the draft's country if left out.
        outside_eu: why a transfer out of the EU is necessary.
        when: the moment of sending; now if left out.
        person: who sent it, if it was not the author.
        note: what is to be said about it.
        reference: the addressee's number, if there is one already.

    Raises:
        RequestOrderError, SecondPersonError, AddresseeUnconfirmedError: see `check_step`.
        RequestError: an unknown clock.
        ReasonMissingError: a transfer out of the EU, and nobody said why.
    """
    state = state_of(case.store, draft_id)
    check_clocks(clocks)
    wanted = " ".join(channel.split())
    now = case.now()
    check_step(
        state, State.SENT, who=case.who, at=when or now, now=now, channel=wanted, parts=parts
    )
    detail = sending_detail(case, state.draft_id, to_country=to_country, outside_eu=outside_eu)
    reason = require_reason(case, note or outside_eu, doing="a request is marked sent")
    detail |= {"parts": list(parts), "clocks": sorted(set(clocks))}
    return record_state(
        case,
        state.draft_id,
        State.SENT,
        person=person,
        when=when or now,
        note=reason,
        reference=reference,
        channel=wanted,
        detail=detail,
    )


def _draft(case: Case, draft_id: str) -> Row:
    row = case.store.lookup("drafts", draft_id=draft_id)
    assert row is not None
    return row
