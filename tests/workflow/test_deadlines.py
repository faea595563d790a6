"""What is due over all cases of a folder: read only, damaged cases named, the most urgent first."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from chainlead.custody import SteppingClock
from chainlead.errors import CaseNotFoundError
from chainlead.request import Running, deadlines
from chainlead.workflow.case import Case
from chainlead.workflow.deadlines import list_deadlines
from chainlead.workflow.request_states import record_state

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def write_case(tmp_path):
    """Make a case with one sent request that has these clocks."""
    import json

    def write(name, *clocks, until=None, sent=True, reference=""):
        folder = tmp_path / "cases" / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        with Case.create(folder, key=hashlib.sha256(name.encode()).digest(), who="ann",
                         settings={"reference": reference}, clock=SteppingClock(DAY)) as case:  # fmt: skip
            kept = {"choice": {"clocks": list(clocks), "first": [], "freeze": [],
                               "addressee_country": "FR", "is_emergency": False}}  # fmt: skip
            case.act("request.draft", blobs={"draft.json": json.dumps(kept).encode()}, what={
                "draft_id": hashlib.sha256(name.encode()).hexdigest()[:16], "lead_id": "l",
                "trace_id": "t", "kind": "+".join(sorted({deadlines()[name].part for name in clocks})), "instrument": "eio",
                "parameters": {"language": "en"}, "files": {}})  # fmt: skip
        with Case.open_to_write(folder, who="bo", clock=SteppingClock(DAY)) as case:
            draft_id = case.store.lookup("drafts")["draft_id"]
            if sent:
                record_state(case, draft_id, "reviewed")
                record_state(case, draft_id, "addressee_confirmed", channel="le@x.example")
                record_state(case, draft_id, "sent", channel="le@x.example",
                             note="secret name of a person", person="Somebody Private")  # fmt: skip
                record_state(case, draft_id, "acknowledged", until=until)
        return folder

    return write


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_red_clocks_come_first_and_nothing_is_written(write_case, tmp_path) -> None:
    write_case("one", "reminder_30", "us_preservation", reference="K 1")
    write_case("two", "epoc_pr", until=DAY + timedelta(days=58))
    write_case("three", "eio_decision", sent=False)
    before = content(tmp_path)
    found = list_deadlines([tmp_path], now=DAY + timedelta(days=55))
    assert content(tmp_path) == before
    assert (found.cases, found.passed) == (3, ())
    listed = [(row.folder.name, row.clock.clock_id) for row in found.rows]
    assert listed == [
        ("two", "service_promise"), ("two", "epoc_pr"), ("one", "reminder_30"),
        ("one", "us_preservation"), ("three", "eio_decision"),
    ]  # fmt: skip
    assert [row.reference for row in found.rows if row.folder.name == "one"] == ["K 1", "K 1"]
    assert found.rows[-1].is_unsent


def test_the_draft_s_own_file_names_its_clocks_and_without_it_the_table_does(write_case) -> None:
    folder = write_case("one", "us_preservation", "reminder_60")
    named = [row.clock.clock_id for row in list_deadlines([folder], now=DAY).rows]
    assert named == ["us_preservation", "reminder_60"]
    for blob in (folder / "blobs").glob("*/*"):
        blob.unlink()
    names = {row.clock.clock_id for row in list_deadlines([folder], now=DAY).rows}
    assert {"eio_decision", "eio_execution"} <= names


def test_a_damaged_case_is_named_and_the_others_are_listed(write_case, tmp_path) -> None:
    write_case("good", "us_preservation")
    torn = write_case("torn", "us_preservation")
    journal = torn / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"seq":1', b'"seq":9', 1))
    gone = write_case("gone", "us_preservation")
    (gone / "case.db").write_bytes(b"not a database" * 100)
    (write_case("lost", "us_preservation") / "case.db").unlink()
    found = list_deadlines([tmp_path], now=DAY)
    assert {row.folder.name for row in found.rows} == {"good"}
    assert [passed.folder.name for passed in found.passed] == ["gone", "lost", "torn"]
    for passed in found.passed:
        assert passed.next_step


@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "soon"), ("until", "1"), ("detail", []), ("detail", {"parts": "x"})],
)
def test_tables_that_somebody_wrote_into_are_named(write_case, tmp_path, column, value) -> None:
    from chainlead.store import Store

    folder = write_case("one", "us_preservation")
    write_case("good", "us_preservation")
    with Store.open(folder / "case.db", write=True) as store:
        row = next(iter(list(store.rows("request_events"))))
        store.insert("request_events", [{**row, column: value}], replace=True)
        store.close(settle=True)
    found = list_deadlines([tmp_path], now=DAY)
    assert {row.folder.name for row in found.rows} == {"good"}
    assert "not what was written" in found.passed[0].sentence


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"choice": 5}', b'{"choice": {"clocks": 5}}']
)
def test_a_draft_s_file_of_any_content_is_no_crash(write_case, content) -> None:
    from chainlead.store import Blobs
    from chainlead.workflow.deadlines import draft_clocks

    folder = write_case("one", "us_preservation")
    blobs = Blobs(folder / "blobs")
    draft = {"files": {"draft.json": blobs.put(content)}, "instrument": "eio"}
    assert "eio_decision" in draft_clocks(draft, blobs)[0]


def test_an_interrupted_case_is_shown_as_far_as_it_got(write_case) -> None:
    folder = write_case("one", "us_preservation")
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    before = content(folder)
    found = list_deadlines([folder], now=DAY)
    assert len(found.rows) == 1
    assert found.passed[0].was_read
    assert content(folder) == before


def test_a_missing_folder_is_an_error_and_an_empty_one_is_not(tmp_path) -> None:
    with pytest.raises(CaseNotFoundError):
        list_deadlines([tmp_path / "nothing"], now=DAY)
    assert list_deadlines([tmp_path], now=DAY).rows == ()


def test_a_case_that_is_named_twice_is_listed_once(write_case, tmp_path) -> None:
    folder = write_case("one", "us_preservation")
    found = list_deadlines([folder, tmp_path], now=DAY)
    assert len(found.rows) == 1


def test_the_calendar_names_the_case_and_the_draft_and_nobody(write_case, tmp_path) -> None:
    write_case("one", "us_preservation", until=DAY + timedelta(days=58), reference="K 1-26")
    found = list_deadlines([tmp_path], now=DAY)
    made = found.to_calendar()
    assert made == list_deadlines([tmp_path], now=DAY + timedelta(days=9)).to_calendar()
    text = made.replace(b"\r\n ", b"").decode()
    for private in ("Somebody", "secret name", "le@x.example", "ann", "/cases/"):
        assert private not in text
    events = Calendar.from_ical(made).walk("VEVENT")
    assert len(events) == 2
    assert all("K 1-26, draft" in event["SUMMARY"] for event in events)


def test_an_answer_ends_the_clocks(write_case) -> None:
    folder = write_case("one", "us_preservation", "eio_decision", until=DAY + timedelta(days=58))
    with Case.open_to_write(folder, who="bo", clock=SteppingClock(DAY)) as case:
        record_state(case, case.store.lookup("drafts")["draft_id"], "complete")
    found = list_deadlines([folder], now=DAY + timedelta(days=200))
    assert found.open_rows == ()
    assert {row.clock.standing(found.now) for row in found.rows} == {Running.ENDED}


def test_documents_are_json(write_case) -> None:
    import msgspec

    folder = write_case("one", "us_preservation", "eio_execution")
    found = list_deadlines([folder], now=DAY + timedelta(days=80))
    first, second = (row.to_document(found.now) for row in found.rows)
    assert (first["clock"], first["standing"], first["reminder"]) == (
        "us_preservation",
        "running",
        80,
    )
    assert second["standing"] == "waiting"
    assert second["starts_when"]
    assert msgspec.json.encode([first, second])
