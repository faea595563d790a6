"""Drafts of the practice case: written twice the same, made again from the tables, never sent."""

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from chainlead.errors import LeadNotFoundError, NoInstrumentError
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.request import draft, list_drafts, redraft

LETTERS = ("preservation", "production", "freeze")
FILES = {
    "annex.csv", "draft.json", "epoc.json", "officer.md", "officer.pdf",
    *(f"{letter}.{form}" for letter in LETTERS for form in ("md", "pdf", "docx")),
}  # fmt: skip


@pytest.fixture
def practice(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the practice case that a test may write to."""
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


def test_the_files_on_disk_are_the_blobs(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        rows = list_drafts(case)
        assert [row["draft_id"] for row in rows] == list(demo.drafts)
        for row in rows:
            folder = demo.case / "requests" / row["draft_id"]
            assert {file.name for file in folder.iterdir()} == FILES
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
