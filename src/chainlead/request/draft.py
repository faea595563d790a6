"""Drafts the two letters of a lead: preserve now, produce by the legal instrument. Sends nothing.

Deterministic: the same lead, settings, choice and parameters give the same bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from chainlead.attribution import Claim, Lead, confidence_words, lead_document
from chainlead.errors import RequestError
from chainlead.ledger import LedgerView, Valuation
from chainlead.model import Chain, moment_from_text, moment_to_text
from chainlead.request.annex import write_annex
from chainlead.request.data_files import country_groups
from chainlead.request.deadlines import DueDate, due_dates
from chainlead.request.identifier_check import check_annex, check_facts, check_letter
from chainlead.request.instruments import Choice
from chainlead.request.items import checked_items, items, minimal_items
from chainlead.request.letter import open_fields, render_letter
from chainlead.request.letter_pdf import render_pdf
from chainlead.request.markdown_text import Verbatim, as_code, escape_markdown
from chainlead.request.transfer_facts import TransferFacts, derive_facts
from chainlead.trace import TaintRule, find_rules

KIND = "preservation+production"
PARTS = ("preservation", "production", "freeze", "confidentiality")
_MOST_CLAIMS = 4
_MOST_LINKS = 3
_MOST_PERIOD_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class DraftParameters:
    """Everything that a person decides about a draft.

    Attributes:
        valuation: where fiat values come from; without one a letter says that no rate was given.
        rates_sha256: of a file of rates given for this draft only.
        rate_sources: ids of the case's rates that the valuation knows beside that file.
        service: the directory's entry that the draft uses (`service_document`), or None.
        parts: from `PARTS`; empty means those that the lead's track calls for.
        follow_up_of: the draft whose answer left something open, or empty.
        unanswered: what that answer did not say, in words.
    """

    dated: date
    language: str = "en"
    item_numbers: tuple[int, ...] = ()
    period_days: int = 7
    valuation: Valuation | None = field(default=None, repr=False)
    rates_sha256: str = ""
    rate_sources: tuple[str, ...] = ()
    service: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    parts: tuple[str, ...] = ()
    follow_up_of: str = ""
    unanswered: tuple[str, ...] = ()

    @property
    def ticked(self) -> tuple[int, ...]:
        """The items asked for: the minimal set unless numbers are given."""
        return checked_items(self.item_numbers or minimal_items())


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of the period in UTC, and how far it reaches around the transfers."""

    start: str
    end: str
    days: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Two letters as Markdown and PDF, the annex, and all fields as JSON. Not sent, not approved."""

    draft_id: str
    lead_id: str
    kind: str
    instrument: str
    language: str
    files: Mapping[str, bytes]
    open_fields: tuple[str, ...]
    choice: Choice = field(repr=False)


@dataclass(frozen=True, slots=True)
class _ShownClaim:
    """A claim as a letter prints it."""

    service: str
    strength: Any
    shown_address: Verbatim
    source: str
    pack: str
    lastmod: str | None
    confidence: str
    words: str
    note: str
    level: int
    links: tuple[str, ...]


def draft_id_of(lead: Lead, choice: Choice, parameters: DraftParameters) -> str:
    """16 hex characters over everything that a person decides."""
    decided = {
        "lead": lead.lead_id,
        "instrument": choice.chosen_id,
        "emergency": choice.is_emergency,
        "language": parameters.language,
        "dated": parameters.dated.isoformat(),
        "items": list(parameters.ticked),
        "period_days": parameters.period_days,
        "rates": parameters.rates_sha256,
        **_given(parameters, ("rate_sources", "service", "parts", "follow_up_of", "unanswered")),
    }
    return hashlib.sha256(msgspec.json.encode(decided, order="sorted")).hexdigest()[:16]


def _given(parameters: DraftParameters, names: Sequence[str]) -> dict[str, Any]:
    """The named parameters that a person gave."""
    return {name: getattr(parameters, name) for name in names if getattr(parameters, name)}


def draft_request(
    lead: Lead,
    settings: Mapping[str, str],
    choice: Choice,
    parameters: DraftParameters,
    *,
    ledger: LedgerView | None,
) -> Draft:
    """Draft the preservation letter and the production letter for a lead.

    Args:
        lead: the stop at a service.
        settings: the case's settings.
        choice: the instrument; see `choose_instrument`.
        parameters: date, language, items, period, rates.
        ledger: every identifier is compared with it.

    Raises:
        RequestError: the lead names no transfer, or a parameter cannot be.
        IdentifierMismatchError: an identifier in a finished text is not the ledger's.
    """
    if not lead.deposits:
        raise RequestError(f"The lead {lead.lead_id} names no transfer.")
    if not 0 <= parameters.period_days <= _MOST_PERIOD_DAYS:
        raise RequestError(f"A period of {parameters.period_days} days around transfers cannot be.")
    currency = settings.get("currency", "")
    facts = derive_facts(lead, ledger, valuation=parameters.valuation, currency=currency)
    check_facts(facts, Chain(lead.chain))
    annex = write_annex(facts)
    check_annex(annex, facts)
    draft_id = draft_id_of(lead, choice, parameters)
    values = _values(
        lead, settings, choice, parameters, facts=facts, annex=annex, draft_id=draft_id
    )
    files: dict[str, bytes] = {"annex.csv": annex}
    opened: list[str] = []
    for kind in ("preservation", "production"):
        text = render_letter(kind, parameters.language, values)
        check_letter(text, facts, annex=annex, also=_also(lead, settings, draft_id, facts))
        files[f"{kind}.md"] = text.encode()
        files[f"{kind}.pdf"] = render_pdf(
            text,
            language=parameters.language,
            dated=parameters.dated,
            banner="PRACTICE CASE: do not send" if values["practice"] else "",
            footer=f"Draft {draft_id}, {kind} letter: not sent, not approved",
            author="chainlead",
        )
        opened.extend(open_fields(text))
    fields = _fields(lead, settings, choice, parameters, files=files, opened=opened)
    files["draft.json"] = msgspec.json.format(
        msgspec.json.encode({"draft_id": draft_id, **fields}, order="sorted"), indent=2
    )
    return Draft(
        draft_id=draft_id,
        lead_id=lead.lead_id,
        kind=KIND,
        instrument=choice.chosen_id,
        language=parameters.language,
        files=dict(sorted(files.items())),
        open_fields=tuple(dict.fromkeys(opened)),
        choice=choice,
    )


def _values(
    lead: Lead,
    settings: Mapping[str, str],
    choice: Choice,
    parameters: DraftParameters,
    *,
    facts: Sequence[TransferFacts],
    annex: bytes,
    draft_id: str,
) -> dict[str, Any]:
    start = datetime(
        parameters.dated.year, parameters.dated.month, parameters.dated.day, tzinfo=UTC
    )
    supporting = [claim for claim in lead.claims if claim not in lead.conflicts]
    first_clocks = [name for instrument in choice.first for name in instrument.clocks]
    groups = country_groups()
    return {
        "practice": settings.get("practice") == "yes",
        "settings": {name: settings.get(name, "") for name in ("unit", "reference", "country")},
        "choice": choice,
        "lead": lead,
        "rules": _rules(lead),
        "claims": [_shown(claim) for claim in supporting[:_MOST_CLAIMS]],
        "more_claims": len(supporting[_MOST_CLAIMS:]),
        "conflicts": [_shown(claim) for claim in lead.conflicts],
        "facts": facts,
        "items": items(),
        "ticked": parameters.ticked,
        "period": _period(lead, parameters),
        "preservation_clocks": _clocks(first_clocks, start),
        "production_clocks": _clocks(choice.clocks, start),
        "outside_eea": choice.requester_country in groups["eu"]
        and choice.addressee_country not in {*groups["eea"], ""},
        "annex_sha256": hashlib.sha256(annex).hexdigest(),
        "draft_id": draft_id,
        "dated": parameters.dated.isoformat(),
        "language": parameters.language,
    }


def _rules(lead: Lead) -> tuple[TaintRule[Any], ...]:
    """The taint rules that the lead gives amounts under, so that the letter can say what they mean."""
    named = {rule for deposit in lead.deposits for rule in deposit.traced_units}
    return tuple(rule for rule in find_rules() if rule.name in named)


def _shown(claim: Claim) -> _ShownClaim:
    readable = claim.address.isalnum() and claim.address.isascii()
    return _ShownClaim(
        service=claim.service,
        strength=claim.strength,
        shown_address=as_code(claim.address)
        if readable
        else Verbatim(escape_markdown(claim.address)),
        source=claim.source,
        pack=claim.pack or "no pack",
        lastmod=claim.lastmod,
        confidence=claim.confidence,
        words=confidence_words(claim.confidence),
        note=claim.note,
        level=claim.level,
        links=claim.inherited_via[:_MOST_LINKS],
    )


def _period(lead: Lead, parameters: DraftParameters) -> Period:
    days = [moment_from_text(d.mined_at).date() for d in lead.deposits if d.mined_at]
    if not days:
        unknown = "[TO FILL: period; no transfer is in a known block]"
        return Period(unknown, unknown, parameters.period_days)
    around = timedelta(days=parameters.period_days)
    return Period(
        (min(days) - around).isoformat(), (max(days) + around).isoformat(), parameters.period_days
    )


def _clocks(names: Sequence[str], start: datetime) -> list[dict[str, Any]]:
    return [{"deadline": due.deadline, "text": _minute(due)} for due in due_dates(names, start)]


def _minute(due: DueDate) -> str:
    return due.due_at.strftime("%Y-%m-%d %H:%M")


def _also(
    lead: Lead, settings: Mapping[str, str], draft_id: str, facts: Sequence[TransferFacts]
) -> set[str]:
    """What a letter may hold beside the identifiers of its transfers."""
    texts = {lead.lead_id, lead.trace_id, lead.service, lead.uri or "", draft_id}
    texts |= {settings.get(name, "") for name in ("unit", "reference", "title")}
    for claim in lead.claims:
        texts |= {claim.address, claim.source, claim.pack, claim.service, claim.note}
        texts |= set(claim.inherited_via)
    texts |= {fact.rate_source for fact in facts}
    return texts - {""}


def _fields(
    lead: Lead,
    settings: Mapping[str, str],
    choice: Choice,
    parameters: DraftParameters,
    *,
    files: Mapping[str, bytes],
    opened: Sequence[str],
) -> dict[str, Any]:
    start = datetime(
        parameters.dated.year, parameters.dated.month, parameters.dated.day, tzinfo=UTC
    )
    return {
        "kind": KIND,
        "state": "draft: not sent, not approved",
        "lead": lead_document(lead),
        "settings": dict(sorted(settings.items())),
        "choice": msgspec.to_builtins(choice),
        "parameters": parameters_document(parameters),
        "period": msgspec.to_builtins(_period(lead, parameters)),
        "clocks": [
            {
                "clock": due.deadline_id,
                "name": due.deadline.name,
                "counted_from": due.deadline.counted_from,
                "due_at": moment_to_text(due.due_at),
                "certainty": due.deadline.certainty.value,
                "is_red": due.deadline.is_red,
            }
            for due in due_dates(choice.clocks, start)
        ],
        "open_fields": list(dict.fromkeys(opened)),
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }


def parameters_document(parameters: DraftParameters) -> dict[str, Any]:
    """The decisions as JSON; rates are named by the digest of a file, and by source."""
    return {
        "dated": parameters.dated.isoformat(),
        "language": parameters.language,
        "items": list(parameters.ticked),
        "period_days": parameters.period_days,
        "rates_sha256": parameters.rates_sha256,
        "rate_sources": list(parameters.rate_sources),
        **_given(parameters, ("service", "parts", "follow_up_of", "unanswered")),
    }
