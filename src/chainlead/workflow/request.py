"""`request draft`: from a lead to letters in the case folder. Nothing is ever sent.

A draft keeps what it depends on beside the case's tables: a file of rates, the directory's entry of the
addressee and the unit's Word template are blobs of its journal entry, so that it can be made again when
the unit's own files have changed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from chainlead import version
from chainlead.attribution import (
    Answers,
    Lead,
    LeadTrack,
    Service,
    lookup_category,
    service_document,
    service_from_document,
)
from chainlead.config import unit_folder
from chainlead.custody import Entry
from chainlead.errors import IdentifierMismatchError, RequestError
from chainlead.ledger import (
    CaseAccounts,
    CaseLedger,
    RateTable,
    Valuation,
    find_account_chain,
    parse_rate_file,
)
from chainlead.model import Chain
from chainlead.request import (
    Choice,
    Draft,
    DraftParameters,
    addressee_state,
    asked_of,
    choose_instrument,
    default_template,
    draft_request,
    languages,
    minimal_items,
    parameters_document,
)
from chainlead.store import Row, Store
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.leads import get_lead
from chainlead.workflow.replaced import take_place
from chainlead.workflow.request_states import apply_drafted, state_of
from chainlead.workflow.services import service_directory

REQUESTS = "requests"
RATES_NAME = "rates.csv"
TEMPLATE = "templates/request.docx"
_KEPT = ("rates", "service", "docx_template")
_TRACK_KINDS = {
    LeadTrack.ISSUER: "issuer",
    LeadTrack.UNSPENT: "seizure",
    LeadTrack.PROVIDER: "information",
}


def draft(
    case: Case,
    lead_id: str,
    *,
    dated: date | None = None,
    instrument: str = "",
    language: str = "",
    item_numbers: Sequence[int] = (),
    also: Sequence[int] = (),
    period_days: int = 7,
    rates: bytes = b"",
    rates_name: str = RATES_NAME,
    is_emergency: bool = False,
    parts: Sequence[str] = (),
    follow_up_of: str = "",
    unanswered: Sequence[str] = (),
    why: str = "",
) -> Draft:
    """Draft the letters for a lead; write them into the case as blobs and as files.

    Args:
        case: open for writing.
        lead_id: a lead's id, or its beginning.
        dated: the date on the letters; the day of the case's last act if left out.
        instrument: the compulsory step, if a person prefers another than the table's.
        language: of the letters; the case's setting if left out.
        item_numbers: data to ask for; the minimal set if left out.
        also: data to ask for beside these.
        period_days: how far the period reaches around the transfers.
        rates: a file of exchange rates for this draft only; they go before those of the case.
        rates_name: that file's name; some forms have their pair only there.
        is_emergency: whether life or limb is at risk now.
        parts: from `PARTS`; those that the lead's track calls for if left out.
        follow_up_of: the draft whose answer left something open.
        unanswered: what that answer did not say, in words; the letters list it.
        why: the person's reason, for the journal.

    Raises:
        LeadNotFoundError, NoInstrumentError, IdentifierMismatchError, RequestError, RateFileError:
            see `errors`.
    """
    lead = get_lead(case.store, case.blobs, lead_id)
    service = lookup_service(lead)
    template = _unit_template()
    own = case.settings["language"]
    parameters = DraftParameters(
        dated=dated or case.now().date(),
        language=language or own,
        sheet_language=own if language and language != own and own in languages() else "",
        service=service_document(service) if service else None,
        docx_template=template,
        item_numbers=(*(item_numbers or minimal_items(asked_of(lead))), *also)
        if also
        else tuple(item_numbers),
        period_days=period_days,
        parts=tuple(parts),
        follow_up_of=follow_up_of,
        unanswered=tuple(unanswered),
        **_rates(case.store, rates, rates_name),
    )
    made = _make(case.projection, lead, parameters, instrument, is_emergency=is_emergency)
    asked = {
        "instrument_asked": instrument, "is_emergency": is_emergency, "rates_name": rates_name,
    }  # fmt: skip
    kept = {
        "rates": rates,
        "service": _json(parameters.service) if parameters.service else b"",
        "docx_template": template,
    }
    _keep(
        case, lead, made, {**asked, "parameters": parameters_document(parameters, lead)}, kept, why
    )
    return made


def draft_anew(case: Case, entry: Entry, lead_id: str, told: Mapping[str, Any]) -> Draft:
    """Draft again what an act drafted, with its parameters, for the lead that stands in its place.

    Args:
        case: open for writing.
        entry: the `request.draft`.
        lead_id: the lead of now.
        told: what the journal says of the cause.

    Raises:
        LeadNotFoundError, NoInstrumentError, IdentifierMismatchError, RequestError: as `draft`.
    """
    what = entry.what
    kept = {name: case.blobs.get(entry.blobs[name]) for name in _KEPT if name in entry.blobs}
    parameters = _parameters_of(case.projection, entry)
    lead = get_lead(case.store, case.blobs, lead_id)
    instrument, is_emergency = what["instrument_asked"], what["is_emergency"]
    made = _make(case.projection, lead, parameters, instrument, is_emergency=is_emergency)
    asked = {
        "instrument_asked": instrument, "is_emergency": is_emergency,
        "rates_name": what.get("rates_name", RATES_NAME), "rerun": dict(told),
        "parameters": parameters_document(parameters, lead),
    }  # fmt: skip
    _keep(case, lead, made, asked, kept, entry.why)
    return made


def _keep(  # noqa: PLR0917  (what an act of drafting is made of)
    case: Case,
    lead: Lead,
    made: Draft,
    asked: Mapping[str, Any],
    kept: Mapping[str, bytes],
    why: str,
) -> None:
    """The act, if it says anything new, then the files."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in made.files.items()}
    what = {
        "draft_id": made.draft_id,
        "lead_id": lead.lead_id,
        "trace_id": lead.trace_id,
        "kind": made.kind,
        "instrument": made.instrument,
        "version": version(),
        **asked,
        "files": {f"{REQUESTS}/{made.draft_id}/{name}": one for name, one in digests.items()},
    }
    blobs = dict(made.files) | {name: content for name, content in kept.items() if content}
    known = case.store.lookup("drafts", draft_id=made.draft_id)
    if known is None or known["files"] != digests or "rerun" in what:
        case.act("request.draft", why=why, what=what, blobs=blobs)
    write_draft_files(case, made.draft_id)


def write_draft_files(case: Case, draft_id: str, *, only_missing: bool = False) -> None:
    """Write the files of a draft into the case folder; with `only_missing` those that are not there."""
    row = case.store.lookup("drafts", draft_id=draft_id)
    folder = case.folder / REQUESTS / draft_id
    for name, sha256 in sorted((row["files"] if row else {}).items()):
        path = folder / name
        if not (only_missing and path.is_file()):
            folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, case.blobs.get(sha256))


def _write_whole(path: Path, content: bytes) -> None:
    """The file as it was, or whole as it is now; never a part of it, never anything else.

    Raises:
        IdentifierMismatchError: the disk gives back other bytes.
    """
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    if part.read_bytes() != content:
        part.unlink()
        raise IdentifierMismatchError(f"{path.name}: the disk gives back other bytes.")
    part.replace(path)


def apply_draft(projection: Projection, entry: Entry) -> None:
    """`request.draft`: one row; the texts are blobs."""
    what = entry.what
    files = {name: sha256 for name, sha256 in sorted(entry.blobs.items()) if name not in _KEPT}
    row = {
        "draft_id": what["draft_id"],
        "lead_id": what["lead_id"],
        "trace_id": what["trace_id"],
        "kind": what["kind"],
        "instrument": what["instrument"],
        "language": what["parameters"]["language"],
        "state": "draft",
        "files": files,
        "parameters": dict(what["parameters"]),
        "journal_seq": entry.seq,
    }
    take_place(projection.store, entry, what["draft_id"])
    projection.store.insert("drafts", [row], replace=True)
    apply_drafted(projection, entry)


def redraft(projection: Projection, entry: Entry) -> dict[str, bytes]:
    """Make a draft again from the tables and blobs alone: the same bytes under the same names.

    Raises:
        LeadNotFoundError: the tables no longer give the lead.
    """
    what = entry.what
    lead = get_lead(projection.store, projection.blobs, what["lead_id"])
    made = _make(
        projection,
        lead,
        _parameters_of(projection, entry),
        what["instrument_asked"],
        is_emergency=what["is_emergency"],
    )
    return dict(made.files)


def _parameters_of(projection: Projection, entry: Entry) -> DraftParameters:
    what = entry.what
    told = what["parameters"]
    kept = {name: projection.blobs.get(entry.blobs[name]) for name in _KEPT if name in entry.blobs}
    return DraftParameters(
        dated=date.fromisoformat(told["dated"]),
        language=told["language"],
        item_numbers=tuple(told["items"]),
        period_days=told["period_days"],
        service=_entry(kept.get("service", b"")),
        docx_template=kept.get("docx_template", b""),
        sheet_language=told.get("sheet_language", ""),
        parts=tuple(told.get("parts", ())),
        follow_up_of=told.get("follow_up_of", ""),
        unanswered=tuple(told.get("unanswered", ())),
        **_rates(projection.store, kept.get("rates", b""), what.get("rates_name", RATES_NAME)),
    )


def _rates(store: Store, content: bytes, name: str) -> dict[str, Any]:
    """What a draft knows of rates: a file given for it, before the rates of the case."""
    kept = RateTable.from_store(store)
    files = [parse_rate_file(name, content)] if content else []
    return {
        "valuation": Valuation(RateTable.from_files(files, after=kept)),
        "rates_sha256": hashlib.sha256(content).hexdigest() if content else "",
        "rate_sources": tuple(source.source_id for source, _ in kept.sources),
    }


def list_drafts(case: Case) -> tuple[Row, ...]:
    """The drafts of a case, in the order they were made."""
    rows = case.store.rows("drafts", order_by=["journal_seq"])
    return tuple(
        {**row, "state": state_of(case.store, row["draft_id"]).state.value} for row in rows
    )


def lookup_service(lead: Lead) -> Service | None:
    """The directory's entry of a lead's service, or None."""
    return service_directory().lookup_any(lead.actor, lead.uri, lead.service)


def choose_for(
    lead: Lead,
    country: str,
    *,
    instrument: str = "",
    is_emergency: bool = False,
    service: Service | None = None,
) -> Choice:
    """What the table of instruments says for a lead.

    Args:
        lead: the lead.
        country: the requester's.
        instrument: one that a person prefers.
        is_emergency: whether life or limb is at risk now.
        service: the directory's entry; it knows more than an actor pack.
    """
    category = lookup_category(lead.category)
    answers = category.answers if category else Answers.NONE
    kind = "unknown" if answers is Answers.NONE else answers.value
    state = addressee_state(lead, service)
    return choose_instrument(
        country,
        state.seats or lead.jurisdictions,
        _TRACK_KINDS.get(lead.track) or (kind if state.kind == "unknown" else state.kind),
        instrument=instrument,
        is_emergency=is_emergency,
        state=state.state,
    )


def _make(
    projection: Projection,
    lead: Lead,
    parameters: DraftParameters,
    instrument: str,
    *,
    is_emergency: bool,
) -> Draft:
    store = projection.store
    settings: dict[str, Any] = {row["name"]: row["text"] for row in store.rows("settings")}
    service = service_from_document(parameters.service) if parameters.service else None
    choice = choose_for(
        lead,
        settings["country"],
        instrument=instrument,
        is_emergency=is_emergency,
        service=service,
    )
    if not lead.chain:
        return draft_request(lead, settings, choice, parameters, ledger=None)
    chain = Chain(lead.chain)
    if find_account_chain(chain) is not None:
        accounts = partial(CaseAccounts, store, chain)
        return draft_request(lead, settings, choice, parameters, ledger=None, accounts=accounts)
    ledger = CaseLedger(store, chain)
    return draft_request(lead, settings, choice, parameters, ledger=ledger)


def _unit_template() -> bytes:
    """The unit's own Word template; empty if it has none.

    Raises:
        RequestError: it is there and cannot be read.
    """
    folder = unit_folder()
    path = folder / TEMPLATE if folder else None
    if path is None or not path.is_file():
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestError(f"The unit's template {path} cannot be read: {error}.") from error


def write_default_template(path: Path) -> None:
    """Write the shipped Word template.

    Raises:
        RequestError: there is a file already, or it cannot be written.
    """
    try:
        with path.open("xb") as file:
            file.write(default_template())
    except OSError as error:
        raise RequestError(f"{path} cannot be written: {error.strerror}.") from error


def _json(document: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(document, order="sorted")


def _entry(content: bytes) -> dict[str, Any] | None:
    return msgspec.json.decode(content, type=dict[str, Any]) if content else None
