"""Drafts of the practice case: written twice the same, made again from the tables, never sent."""

import hashlib
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from chainlead.errors import (
    BlobMissingError,
    IdentifierMismatchError,
    LeadNotFoundError,
    NoInstrumentError,
)
from chainlead.request import default_template
from chainlead.request.docx_bytes import docx_text
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.leads import list_leads
from chainlead.workflow.request import draft, list_drafts, redraft

LETTERS = ("preservation", "production", "freeze")
FILES = {
    "annex.csv", "draft.json", "epoc.json", "officer.md", "officer.pdf",
    *(f"{letter}.{form}" for letter in LETTERS for form in ("md", "pdf", "docx")),
}  # fmt: skip
KIND = "preservation+production+freeze+confidentiality"


@pytest.fixture
def practice(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the practice case that a test may write to."""
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


def test_the_files_on_disk_are_the_blobs(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        rows = list_drafts(case)
        assert [row["draft_id"] for row in rows][: len(demo.drafts)] == list(demo.drafts)
        for row in rows:
            folder = demo.case / "requests" / row["draft_id"]
            assert {file.name for file in folder.iterdir()} == row["files"].keys()
            assert row["files"].keys() == FILES or row["kind"] != KIND
            for name, sha256 in row["files"].items():
                assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
                assert case.blobs.get(sha256) == (folder / name).read_bytes()


def test_a_draft_is_made_again_from_tables_and_blobs(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        entry = next(entry for entry in case.entries if entry.act == "request.draft")
        for name, content in redraft(case.projection, entry).items():
            assert hashlib.sha256(content).hexdigest() == entry.blobs[name], name


def test_the_same_decisions_give_the_same_draft(practice: Path, demo: Demo) -> None:
    day = date(2024, 5, 6)
    with Case.open_to_write(practice) as case:
        first = draft(case, demo.leads[0], dated=day)
        second = draft(case, demo.leads[0][:10], dated=day)
        assert (first.draft_id, dict(first.files)) == (second.draft_id, dict(second.files))
        assert len([r for r in list_drafts(case) if r["draft_id"] == first.draft_id]) == 1


def test_rates_and_a_chosen_instrument_are_kept_for_the_next_time(
    practice: Path, demo: Demo
) -> None:
    rates = b"date,asset,currency,rate,source\n2024-02-02,BTC,SEK,455123.45,Bank of X\n"
    with Case.open_to_write(practice) as case:
        made = draft(
            case,
            demo.leads[0],
            dated=date(2024, 5, 6),
            instrument="epoc",
            rates=rates,
            item_numbers=[1, 13],
            period_days=3,
            is_emergency=True,
        )
        again = redraft(case.projection, case.entries[-1])
    assert again == dict(made.files)
    assert b"Bank of X" in made.files["production.md"]
    assert made.choice.first[0].name.startswith("Emergency disclosure")


def test_a_draft_does_not_depend_on_the_unit_s_files_of_later_days(
    practice: Path, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = tmp_path / "unit"
    (unit / "templates").mkdir(parents=True)
    (unit / "services").mkdir()
    letterhead = Document(io.BytesIO(default_template()))
    letterhead.paragraphs[0].insert_paragraph_before("Practice police, desk for payments")
    letterhead.save(unit / "templates" / "request.docx")
    monkeypatch.setenv("CHAINLEAD_UNIT", str(unit))
    with Case.open_to_write(practice) as case:
        made = draft(case, demo.leads[0], dated=date(2024, 5, 6), language="sv")
        entry = case.entries[-1]
    assert "Practice police, desk for payments" in docx_text(made.files["production.docx"])
    assert "Begäran om utlämnande av uppgifter" in made.files["production.md"].decode()
    assert "Officer's sheet" in made.files["officer.md"].decode(), "the case's own language"
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")
    with Case.open_to_read(practice) as case:
        assert redraft(case.projection, entry) == dict(made.files)


def test_one_character_of_the_stored_trace_stops_the_draft(practice: Path, demo: Demo) -> None:
    with Case.open_to_write(practice) as case:
        row = case.store.lookup("traces", trace_id=demo.trace_id)
        assert row is not None
        lead = next(lead for lead in list_leads(case) if lead.lead_id == demo.leads[0])
        kept = case.blobs.path(row["result_sha256"])
        content = kept.read_bytes()
        place = content.index(lead.deposits[0].txid.encode()) + 9
        other = b"1" if content[place : place + 1] != b"1" else b"2"
        kept.chmod(0o644)
        kept.write_bytes(content[:place] + other + content[place + 1 :])
        before = len(case.entries)
        with pytest.raises(BlobMissingError):
            draft(case, demo.leads[0], dated=date(2024, 5, 9))
        assert len(case.entries) == before


def test_the_disk_must_give_back_what_was_written(
    practice: Path, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: written(path, data[:-1] + b"?"))
    with (
        Case.open_to_write(practice) as case,
        pytest.raises(IdentifierMismatchError, match="gives back other bytes"),
    ):
        draft(case, demo.leads[0], dated=date(2024, 5, 8))


def test_nothing_is_written_for_an_unknown_lead_or_instrument(practice: Path, demo: Demo) -> None:
    with Case.open_to_write(practice) as case:
        before = len(case.entries)
        with pytest.raises(LeadNotFoundError):
            draft(case, "ffffffff", dated=date(2024, 5, 6))
        with pytest.raises(NoInstrumentError):
            draft(case, demo.leads[0], dated=date(2024, 5, 6), instrument="fax")
        assert len(case.entries) == before


def test_the_draft_names_only_the_service_and_its_deposits(demo: Demo) -> None:
    """The case's own origin is nobody's business at the service."""
    with Case.open_to_read(demo.case) as case:
        trace = case.store.lookup("traces", trace_id=demo.trace_id)
        assert trace is not None
    for draft_id in demo.drafts:
        for kind in ("preservation", "production"):
            text = (demo.case / "requests" / draft_id / f"{kind}.md").read_text()
            assert trace["origin"] not in text
