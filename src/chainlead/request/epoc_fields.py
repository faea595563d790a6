"""The fields of a production request in the order of the European Production Order form (Annex I).

Not the form itself: the issuing authority fills the official one. The sections A, B, C, F, I, J, L and
M are named in the sources that were read; D, E, G, H and K are general knowledge and say so. For an
instrument other than the EPOC the same fields serve as a checklist, and `applies` is false.
Spec: Regulation (EU) 2023/1543, Annex I.
"""

from collections.abc import Mapping
from typing import Any

from chainlead.attribution import Lead, Service
from chainlead.request.addressee import companies_at, transfer_days
from chainlead.request.deadlines import deadlines
from chainlead.request.draft_parameters import DraftParameters, asked_of
from chainlead.request.instruments import Choice
from chainlead.request.items import items

FORM = "Regulation (EU) 2023/1543, Annex I"
_EPOC = "epoc"
_READ = "sections named in stored copies of the annex"
_GENERAL = "general knowledge, not checked against the annex"
_TO_FILL = "to be filled by the issuing authority"


def epoc_document(
    fields: Mapping[str, Any],
    lead: Lead,
    choice: Choice,
    service: Service | None,
    parameters: DraftParameters,
    *,
    subjects: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
) -> dict[str, Any]:
    """The fields of a draft by section.

    Args:
        fields: the draft's own fields.
        lead: whom it is about.
        choice: the instrument.
        service: the directory's entry, or None.
        parameters: what a person decided.
        subjects: kind and identifiers of each transfer, balance and name.
    """
    settings = fields["settings"]
    limits = ("epoc_emergency", "validation") if choice.is_emergency else ("epoc",)
    sections = {
        "A": _section(
            "Issuing and, where needed, validating authority; file numbers",
            {
                "issuing_state": choice.requester_country,
                "issuing_authority": _TO_FILL,
                "validating_authority": _TO_FILL,
                "unit": settings.get("unit", ""),
                "file_number": settings.get("reference", ""),
                "draft_id": fields["draft_id"],
            },
        ),
        "B": _section(
            "Addressee: designated establishment or legal representative",
            _addressee(lead, service, parameters),
        ),
        "C": _section(
            "Deadline",
            {
                "is_emergency": choice.is_emergency,
                "limits": [
                    {
                        "clock": name,
                        "length": deadlines()[name].length,
                        "from": deadlines()[name].counted_from,
                    }
                    for name in limits
                ],
                "reason_for_emergency": _TO_FILL if choice.is_emergency else "",
            },
        ),
        "D": _section(
            "Relation to an earlier order",
            {
                "follows_draft": parameters.follow_up_of,
                "unanswered": list(parameters.unanswered),
                "preservation_in_same_draft": "preservation" in fields["parts"],
            },
            _GENERAL,
        ),
        "E": _section(
            "Information that identifies the requested data",
            {
                "subjects": [
                    {"kind": kind, "identifiers": dict(cells)} for kind, cells in subjects
                ],
                "period_utc": fields["period"],
            },
            _GENERAL,
        ),
        "F": _section("Data requested", {"items": _items(lead, parameters)}),
        "G": _section(
            "Conditions",
            {
                "offence_and_provision": _TO_FILL,
                "necessity_and_proportionality": "see the items of F",
            },
            _GENERAL,
        ),
        "H": _section(
            "Information of the user",
            {
                "confidentiality_asked": "confidentiality" in fields["parts"],
                "legal_basis": _TO_FILL,
            },
            _GENERAL,
        ),
        "I": _section(
            "Details of the issuing authority", {"person": _TO_FILL, "contact": _TO_FILL}
        ),
        "J": _section(
            "Details of the validating authority", {"person": _TO_FILL, "contact": _TO_FILL}
        ),
        "K": _section("Enforcing authority", {"authority": _TO_FILL}, _GENERAL),
        "L": _section(
            "Authority that receives the data",
            {"authority": settings.get("unit", "") or _TO_FILL, "form_of_transfer": _TO_FILL},
        ),
        "M": _section(
            "Notification to the enforcing authority (traffic and content data, Art. 8)",
            {
                "needed": "only for traffic data other than for identifying the user, and content data"
            },
        ),
    }
    return {
        "form": FORM,
        "applies": choice.chosen_id == _EPOC,
        "instrument": choice.chosen_id,
        "confirm": choice.confirm,
        "sections": sections,
    }


def _section(name: str, fields: Mapping[str, Any], certainty: str = _READ) -> dict[str, Any]:
    return {"name": name, "certainty": certainty, "fields": dict(fields)}


def _addressee(lead: Lead, service: Service | None, parameters: DraftParameters) -> dict[str, Any]:
    told: dict[str, Any] = {
        "service": lead.service,
        "designated_establishment_or_representative": _TO_FILL,
        "companies_at_the_time": [],
    }
    if service is not None:
        told["companies_at_the_time"] = [
            {"name": each.name, "seat": each.seat, "lei": each.lei, "source": each.source}
            for each in companies_at(service, transfer_days(lead) or (parameters.dated,))
        ]
    return told


def _items(lead: Lead, parameters: DraftParameters) -> list[dict[str, Any]]:
    list_name = asked_of(lead)
    ticked = parameters.ticked_of(list_name)
    return [
        {
            "number": item.number,
            "ask": item.ask[parameters.language],
            "why": item.why[parameters.language],
            "period_only": item.bounded,
        }
        for item in items()
        if item.number in ticked
    ]
