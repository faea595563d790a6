"""An answer as one document: canonical JSON that the same files, profile and ledger give again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chainlead.request.answers.asked import AskedItem, Unanswered
from chainlead.request.answers.ledger_check import check_summary
from chainlead.request.answers.new_leads import AnswerLead
from chainlead.request.answers.reading import AnswerFile
from chainlead.request.answers.stated import Doubt, StatedRow, Statement, counted


@dataclass(slots=True)
class Answer:
    """One imported answer.

    Attributes:
        answer_id: 16 hex characters over draft, files, profile and time zone.
        timezone: what a person chose for the whole answer.
        state: `partial` or `complete`.
        state_note: why the request's own state was not recorded; empty if it was. No part of the
            document.
    """

    answer_id: str
    draft_id: str
    lead_id: str
    service: str
    chain: str
    timezone: str
    profile: str
    received_at: str
    state: str
    files: tuple[AnswerFile, ...]
    statement: Statement
    items: tuple[AskedItem, ...]
    unanswered: Unanswered
    leads: tuple[AnswerLead, ...]
    state_note: str = ""

    @property
    def rows(self) -> Sequence[StatedRow]:
        """What the service states."""
        return self.statement.rows

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Every doubt: of the whole first, then row by row."""
        of_rows = (doubt for row in self.statement.rows for doubt in row.doubts)
        return (*self.statement.doubts, *of_rows)


def answer_document(answer: Answer) -> dict[str, Any]:
    """The answer with JSON values only; no number is a float, and no sheet stands in it twice."""
    return {
        "answer_id": answer.answer_id,
        "draft_id": answer.draft_id,
        "lead_id": answer.lead_id,
        "service": answer.service,
        "chain": answer.chain,
        "strength": "asserted",
        "timezone": answer.timezone,
        "profile": answer.profile,
        "received_at": answer.received_at,
        "state": answer.state,
        "files": [_file(file) for file in answer.files],
        "sheets": [
            {
                "file": sheet.file,
                "name": sheet.name,
                "kind": sheet.kind,
                "layout": sheet.layout,
                "rows": sheet.rows,
                "headers": dict(sheet.headers),
                "missing": list(sheet.missing),
                "unmapped": list(sheet.unmapped),
                "notes": list(sheet.notes),
            }
            for sheet in answer.statement.sheets
        ],
        "rows": [_row(row) for row in answer.rows],
        "doubts": [asdict(doubt) for doubt in answer.statement.doubts],
        "doubt_counts": [list(pair) for pair in counted(answer.doubts)],
        "checks": check_summary(list(answer.rows)),
        "items": [
            {
                "number": item.number,
                "state": item.state.value,
                "rows": item.rows,
                "gaps": dict(item.gaps),
            }
            for item in answer.items
        ],
        "unanswered": {
            "numbers": list(answer.unanswered.numbers),
            "sentences": list(answer.unanswered.sentences),
        },
        "leads": [
            {
                "kind": lead.kind.value,
                "value": lead.value,
                "rows": list(lead.rows),
                "detail": dict(lead.detail),
                "lacks": lead.lacks,
            }
            for lead in answer.leads
        ],
    }


def _file(file: AnswerFile) -> dict[str, Any]:
    return {
        "number": file.number,
        "name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "form": file.form,
        "state": file.state,
        "note": file.note,
        "parent": file.parent,
    }


def _row(row: StatedRow) -> dict[str, Any]:
    document = asdict(row)
    document["doubts"] = [
        {"kind": d.kind, "sentence": d.sentence, "column": d.column} for d in row.doubts
    ]
    return document
