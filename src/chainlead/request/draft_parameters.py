"""What a person decides about a draft, its parts, and the id that follows from it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from chainlead.attribution import Lead, LeadTrack
from chainlead.errors import RequestError
from chainlead.ledger import Valuation
from chainlead.request.instruments import Choice
from chainlead.request.items import PROVIDER, SERVICE, checked_items, minimal_items

PARTS = ("preservation", "production", "freeze", "confidentiality")
SEIZURE = "seizure"
_TRACK_PARTS = {
    LeadTrack.SERVICE: PARTS,
    LeadTrack.ISSUER: ("freeze", "confidentiality"),
    LeadTrack.PROVIDER: ("preservation", "production", "confidentiality"),
    LeadTrack.UNSPENT: (),
}
_GIVEN = ("parts", "follow_up_of", "unanswered")


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
        docx_template: the unit's own template, or empty: the shipped one.
        sheet_language: of the officer's sheet; that of the letters if empty.
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
    docx_template: bytes = field(default=b"", repr=False)
    sheet_language: str = ""

    @property
    def ticked(self) -> tuple[int, ...]:
        """The items asked of a service: the minimal set unless numbers are given."""
        return self.ticked_of(SERVICE)

    def ticked_of(self, asked_of: str) -> tuple[int, ...]:
        """The items asked of a service or a provider: the minimal set unless numbers are given."""
        return checked_items(self.item_numbers or minimal_items(asked_of), asked_of)


def asked_of(lead: Lead) -> str:
    """Which of the two lists of data suits a lead."""
    return PROVIDER if lead.track is LeadTrack.PROVIDER else SERVICE


def parts_of(lead: Lead, parameters: DraftParameters, choice: Choice) -> tuple[str, ...]:
    """The parts of a draft, in their fixed order.

    A freeze is left out unless a person asks for it where the table has no instrument for one.

    Raises:
        RequestError: a part that there is not, or that has no sense for this lead.
    """
    if unknown := [part for part in parameters.parts if part not in PARTS]:
        raise RequestError(
            f"There is no part {unknown[0]!r:.40}.", next_step=f"Parts are: {', '.join(PARTS)}."
        )
    fitting = _TRACK_PARTS[lead.track]
    if parameters.parts:
        wanted = parameters.parts
    elif parameters.follow_up_of:
        wanted = ("production", "confidentiality")
    else:
        wanted = tuple(part for part in fitting if part != "freeze" or choice.freeze)
    parts = tuple(part for part in PARTS if part in wanted and part in fitting)
    if fitting and not set(parts) - {"confidentiality"}:
        raise RequestError(
            f"A draft for a lead of the kind {lead.track.value} needs one of: "
            f"{', '.join(part for part in fitting if part != 'confidentiality')}."
        )
    return parts


def letters_of(lead: Lead, parts: Sequence[str]) -> tuple[str, ...]:
    """The letters that these parts make: one each, confidentiality stands in all of them."""
    if lead.track is LeadTrack.UNSPENT:
        return (SEIZURE,)
    return tuple(part for part in parts if part != "confidentiality")


def part_numbers(letter: str, parts: Sequence[str]) -> dict[str, int]:
    """The number of each part inside one letter; the production letter names all of them."""
    inside = [
        part for part in parts if part in {letter, "confidentiality"} or letter == "production"
    ]
    return {part: number for number, part in enumerate(inside, start=1)}


def draft_id_of(lead: Lead, choice: Choice, parameters: DraftParameters) -> str:
    """16 hex characters over everything that a person decides."""
    decided = {
        "lead": lead.lead_id,
        "instrument": choice.chosen_id,
        "emergency": choice.is_emergency,
        "language": parameters.language,
        "dated": parameters.dated.isoformat(),
        "items": list(parameters.ticked_of(asked_of(lead))),
        "period_days": parameters.period_days,
        "rates": parameters.rates_sha256,
        **({"service": parameters.service} if parameters.service else {}),
        **(
            {"docx_template": hashlib.sha256(parameters.docx_template).hexdigest()}
            if parameters.docx_template
            else {}
        ),
        **_given(parameters, ("rate_sources", "sheet_language", *_GIVEN)),
    }
    return hashlib.sha256(msgspec.json.encode(decided, order="sorted")).hexdigest()[:16]


def parameters_document(parameters: DraftParameters, lead: Lead | None = None) -> dict[str, Any]:
    """The decisions as JSON; rates, entry and template are named by digest or id, not held.

    Args:
        parameters: the decisions.
        lead: whose they are; it says which list of data the items are from.
    """
    service = parameters.service
    list_name = asked_of(lead) if lead else SERVICE
    return {
        "dated": parameters.dated.isoformat(),
        "language": parameters.language,
        "items": list(parameters.ticked_of(list_name)),
        "period_days": parameters.period_days,
        "rates_sha256": parameters.rates_sha256,
        "rate_sources": list(parameters.rate_sources),
        **({"service": {"service_id": service["service_id"]}} if service else {}),
        **_given(parameters, ("sheet_language", *_GIVEN)),
    }


def _given(parameters: DraftParameters, names: Sequence[str]) -> dict[str, Any]:
    """The named parameters that a person gave."""
    return {name: getattr(parameters, name) for name in names if getattr(parameters, name)}
