"""Drafts the letters of a lead: preserve now, produce by the legal instrument, freeze. Sends nothing.

Deterministic: the same lead, settings, choice and parameters give the same bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chainlead.attribution import (
    Lead,
    Service,
    asset_of,
    lead_document,
    service_from_document,
)
from chainlead.errors import RequestError
from chainlead.ledger import LedgerView
from chainlead.model import Asset, moment_to_text
from chainlead.request.annex import BALANCES, TRANSFERS, annex_rows, balance_rows, write_annex
from chainlead.request.deadlines import due_dates
from chainlead.request.draft_parameters import (
    DraftParameters,
    asked_of,
    draft_id_of,
    letters_of,
    parameters_document,
    part_numbers,
    parts_of,
)
from chainlead.request.draft_values import (
    Subjects,
    derive_period,
    derive_values,
    is_outside_eea,
    start_of,
)
from chainlead.request.epoc_fields import epoc_document
from chainlead.request.export_check import Expected, check_export
from chainlead.request.identifier_check import check_annex, check_claims, check_facts
from chainlead.request.instruments import Choice
from chainlead.request.letter import open_fields, render_letter
from chainlead.request.letter_docx import render_docx
from chainlead.request.letter_pdf import render_pdf
from chainlead.request.subject_facts import (
    HandleFacts,
    HoldingFacts,
    derive_handles,
    derive_holdings,
)
from chainlead.request.texts import Texts, get_texts
from chainlead.request.transfer_facts import AccountsOf, TransferFacts, chain_of, derive_facts

_SHEET = "officer"


@dataclass(frozen=True, slots=True)
class Draft:
    """Letters as Markdown, PDF and DOCX, annexes, and all fields as JSON. Not sent, not approved.

    `expected` says what each file must hold; `check_export` compares them before they are written.
    """

    draft_id: str
    lead_id: str
    kind: str
    instrument: str
    language: str
    files: Mapping[str, bytes]
    open_fields: tuple[str, ...]
    choice: Choice = field(repr=False)
    parts: tuple[str, ...] = ()
    expected: Expected | None = field(default=None, repr=False)


def draft_request(
    lead: Lead,
    settings: Mapping[str, str],
    choice: Choice,
    parameters: DraftParameters,
    *,
    ledger: LedgerView | None,
    accounts: AccountsOf | None = None,
) -> Draft:
    """Draft the letters for a lead, its annexes, its fields as JSON, and the officer's sheet.

    Args:
        lead: the place where somebody knows a name, or where money still lies.
        settings: the case's settings.
        choice: the instrument; see `choose_instrument`.
        parameters: date, language, items, period, rates, addressee, parts.
        ledger: every identifier is compared with it.
        accounts: the same for a lead on a ledger of accounts.

    Raises:
        RequestError: the lead names nothing to ask about, or a parameter cannot be.
        IdentifierMismatchError: an identifier in a finished text is not the ledger's.
    """
    if not (lead.deposits or lead.holdings or lead.handles):
        raise RequestError(f"The lead {lead.lead_id} names no transfer.")
    texts = get_texts(parameters.language)
    sheet = get_texts(parameters.sheet_language or parameters.language)
    subjects = _subjects(lead, settings, parameters, ledger, accounts)
    rows = {
        **({TRANSFERS: annex_rows(subjects.transfers)} if subjects.transfers else {}),
        **({BALANCES: balance_rows(subjects.holdings)} if subjects.holdings else {}),
    }
    annexes = {name: write_annex(each) for name, each in rows.items()}
    for name, content in annexes.items():
        check_annex(content, rows[name])
    parts = parts_of(lead, parameters, choice)
    draft_id = draft_id_of(lead, choice, parameters)
    service = service_from_document(parameters.service) if parameters.service else None
    writer = _Writer(
        lead, settings, choice, parameters, subjects, service, annexes, draft_id, parts
    )
    letters = {kind: writer.markdown(kind, texts) for kind in letters_of(lead, parts)}
    letters[_SHEET] = writer.markdown(_SHEET, sheet)
    files: dict[str, bytes] = dict(annexes)
    for kind, text in letters.items():
        files |= writer.formats(kind, text, sheet if kind == _SHEET else texts)
    opened = tuple(dict.fromkeys(f for text in letters.values() for f in open_fields(text)))
    fields = writer.fields(files, opened, texts)
    if "production" in letters:
        files["epoc.json"] = _json(
            epoc_document(fields, lead, choice, service, parameters, subjects=_told(subjects))
        )
        fields["files"]["epoc.json"] = hashlib.sha256(files["epoc.json"]).hexdigest()
    files["draft.json"] = _json(fields)
    made = Draft(
        draft_id=draft_id,
        lead_id=lead.lead_id,
        kind="+".join(parts) or "seizure memo",
        instrument=choice.chosen_id,
        language=parameters.language,
        files=dict(sorted(files.items())),
        open_fields=opened,
        choice=choice,
        parts=parts,
        expected=Expected(
            subjects=subjects.all,
            shown=subjects.shown.all,
            rows=rows,
            letters=letters,
            texts={kind: sheet if kind == _SHEET else texts for kind in letters},
            also=frozenset(writer.also()),
            lead=lead_document(lead),
            fields={name: content for name, content in files.items() if name.endswith(".json")},
            frames={
                kind: writer.frame(kind, sheet if kind == _SHEET else texts) for kind in letters
            },
        ),
    )
    check_draft(made)
    return made


def check_draft(draft: Draft) -> None:
    """Read every file of a draft again and compare its identifiers with the ledger's.

    Raises:
        IdentifierMismatchError: a file says something else.
    """
    assert draft.expected is not None
    check_export(draft.files, draft.expected)


def _told(subjects: Subjects) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    kinds = {TransferFacts: "transfer", HoldingFacts: "balance", HandleFacts: "name"}
    return tuple((kinds[type(each)], each.cells) for each in subjects.all)


def _json(document: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2)


def _subjects(
    lead: Lead,
    settings: Mapping[str, str],
    parameters: DraftParameters,
    ledger: LedgerView | None,
    accounts: AccountsOf | None,
) -> Subjects:
    transfers = derive_facts(
        lead,
        ledger,
        accounts=accounts,
        valuation=parameters.valuation,
        currency=settings.get("currency", ""),
    )
    subjects = Subjects(transfers, derive_holdings(lead, ledger, accounts), derive_handles(lead))
    assets: list[Asset | None] = [asset_of(lead, deposit) for deposit in lead.deposits]
    assets += [asset_of(lead, holding) for holding in lead.holdings]
    assets += [None] * len(lead.handles)
    check_facts(subjects.all, assets, chain_of(lead))
    check_claims(lead)
    return subjects


@dataclass(frozen=True, slots=True)
class _Writer:
    """One draft's letters: what all of them print, and the forms they come in."""

    lead: Lead
    settings: Mapping[str, str]
    choice: Choice
    parameters: DraftParameters
    subjects: Subjects
    service: Service | None
    annexes: Mapping[str, bytes]
    draft_id: str
    parts: Sequence[str]

    def markdown(self, kind: str, texts: Texts) -> str:
        values = derive_values(
            self.lead,
            self.settings,
            self.choice.in_language(texts.language),
            self.parameters,
            letter=kind,
            subjects=self.subjects,
            service=self.service,
            digests=[
                (name, hashlib.sha256(content).hexdigest())
                for name, content in self.annexes.items()
            ],
            draft_id=self.draft_id,
            parts=self.parts,
            texts=texts,
        )
        return render_letter(kind, texts, {**values, "numbers": part_numbers(kind, self.parts)})

    def formats(self, kind: str, text: str, texts: Texts) -> dict[str, bytes]:
        """A letter as Markdown, PDF and, if it is for others, DOCX."""
        banner, footer = self.frame(kind, texts)
        looks: dict[str, Any] = {
            "language": texts.language,
            "dated": self.parameters.dated,
            "banner": banner,
            "footer": footer,
        }
        made = {f"{kind}.md": text.encode(), f"{kind}.pdf": render_pdf(text, **looks)}
        if kind != _SHEET:
            template = self.parameters.docx_template
            unit = {name: self.settings.get(name, "") for name in ("unit", "reference", "country")}
            made[f"{kind}.docx"] = render_docx(text, **looks, template=template, unit=unit)
        return made

    def frame(self, kind: str, texts: Texts) -> tuple[str, str]:
        """The line at the head and the line at the foot of every page."""
        practice = self.settings.get("practice") == "yes"
        banner = texts.plain("practice_banner") if practice else ""
        return banner, texts.plain(f"footer_{kind}", draft=self.draft_id)

    def also(self) -> set[str]:
        """What a letter may hold beside the identifiers of its subjects."""
        lead = self.lead
        texts = {lead.lead_id, lead.trace_id, lead.service, lead.uri or "", self.draft_id}
        texts |= {self.settings.get(name, "") for name in ("unit", "reference", "title")}
        texts |= {self.parameters.follow_up_of, *self.parameters.unanswered, *lead.missing}
        for claim in lead.claims:
            texts |= {claim.address, claim.source, claim.pack, claim.service, claim.note}
            texts |= set(claim.inherited_via)
        for deposit in lead.deposits:
            texts.add(deposit.inference)
        texts |= {fact.rate_source for fact in self.subjects.transfers}
        texts |= set(_strings(self.parameters.service))
        return texts - {""}

    def fields(
        self, files: Mapping[str, bytes], opened: Sequence[str], texts: Texts
    ) -> dict[str, Any]:
        """Everything as JSON."""
        choice, parameters, lead = self.choice, self.parameters, self.lead
        period = derive_period(lead, parameters, texts)
        return {
            "draft_id": self.draft_id,
            "kind": "+".join(self.parts) or "seizure memo",
            "parts": list(self.parts),
            "state": "draft: not sent, not approved",
            "lead": lead_document(lead),
            "service": _named(self.service),
            "settings": dict(sorted(self.settings.items())),
            "choice": msgspec.to_builtins(choice),
            "parameters": parameters_document(parameters, lead),
            "period": {"start": str(period.start), "end": str(period.end), "days": period.days},
            "asked_of": asked_of(lead),
            "transfer_outside_eea": is_outside_eea(choice),
            "clocks": [
                {
                    "clock": due.deadline_id,
                    "name": due.deadline.name,
                    "counted_from": due.deadline.counted_from,
                    "due_at": moment_to_text(due.due_at),
                    "certainty": due.deadline.certainty.value,
                    "is_red": due.deadline.is_red,
                }
                for due in due_dates(choice.clocks, start_of(parameters))
            ],
            "open_fields": list(opened),
            "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
        }


def _named(service: Service | None) -> dict[str, Any] | None:
    """Which entry of the directory was used; its text is the draft's blob."""
    if service is None:
        return None
    read = service.read.isoformat() if service.read else None
    return {"service_id": service.service_id, "brand": service.brand, "read": read}


def _strings(value: Any) -> list[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _strings(each)]
    return []
