"""A purge takes two persons, leaves no content, and a trace that anybody can check."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import CaseError, ReasonMissingError, SecondPersonError
from chainlead.workflow.case import BLOBS, Case
from chainlead.workflow.journal import verify_journal
from chainlead.workflow.pack import pack_case
from chainlead.workflow.person import add_person, decide_role, persons
from chainlead.workflow.purge import confirm_purge, order_purge
from chainlead.workflow.purged import purge_point
from chainlead.workflow.report import export_report
from chainlead.workflow.verify import verify

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "Wilhelmina Unmistakable"


def open_as(folder, who, days=0):
    clock = SteppingClock(DAY + timedelta(days=days))
    return Case.open_to_write(folder, who=who, clock=clock)


@pytest.fixture
def folder(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32), who="ann", clock=SteppingClock(DAY),
                     settings={"title": NAME, "reference": "K 1"}) as case:  # fmt: skip
        add_person(case, NAME)
        decide_role(case, "p1", "witness", why="saw it")
        export_report(case)
        letter = case.folder / "requests" / "d" / "preservation.md"
        letter.parent.mkdir(parents=True)
        letter.write_text(NAME)
        case.act(
            "request.draft",
            what={
                "draft_id": "d", "lead_id": "l", "trace_id": "t", "kind": "preservation",
                "instrument": "eio", "parameters": {"language": "en"}, "version": "0",
                "files": {"requests/d/preservation.md": hashlib.sha256(NAME.encode()).hexdigest()},
            },
            blobs={"preservation.md": NAME.encode()},
        )  # fmt: skip
    return tmp_path / "case"


def purge(folder):
    with open_as(folder, "ann", 1) as case:
        order = order_purge(case, why="the time to keep it is over")
    with open_as(folder, "bo", 2) as case:
        return confirm_purge(case, order.code)


def leftovers(folder, text=NAME):
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_a_purge_needs_a_reason_a_code_and_a_second_person(folder) -> None:
    with open_as(folder, "ann", 1) as case:
        with pytest.raises(ReasonMissingError):
            order_purge(case, why=" ")
        with pytest.raises(CaseError, match="no open order"):
            confirm_purge(case, "ABCDEFGH")
        order = order_purge(case, why="over")
        with pytest.raises(SecondPersonError):
            confirm_purge(case, order.code)
    with open_as(folder, "bo", 2) as case:
        for code in ("", "å", order.code[:-1]):
            with pytest.raises(CaseError, match="no open order"):
                confirm_purge(case, code)
    with open_as(folder, "bo", 9) as case, pytest.raises(CaseError, match="seven days"):
        confirm_purge(case, order.code)
    with Case.open_to_read(folder) as case:
        assert persons(case.store)[0].name == NAME, "nothing was erased"


def test_after_a_purge_no_file_holds_the_content(folder) -> None:
    assert len(leftovers(folder)) >= 3
    done = purge(folder)
    assert done.blob_count > 0
    assert done.file_count > 0
    assert leftovers(folder) == ["journal.jsonl"], "the title that a person typed into a setting"
    assert sorted(path.name for path in folder.iterdir()) == [
        BLOBS, "case.db", "case.key", "journal.jsonl", "journal.lock",
    ]  # fmt: skip
    assert not [path for path in (folder / BLOBS).rglob("*") if path.is_file()]


def test_what_was_uploaded_before_a_purge_goes_with_it_and_what_came_after_stays(folder) -> None:
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, days in (("before.txt", 0), ("after.txt", 9)):
        (inbox / name).write_text(NAME)
        moment = (DAY + timedelta(days=days)).timestamp()
        os.utime(inbox / name, (moment, moment))
    purge(folder)
    with open_as(folder, "ann", 3):
        assert [path.name for path in inbox.iterdir()] == ["after.txt"]


def test_verify_and_the_journal_say_what_was_purged(folder) -> None:
    done = purge(folder)
    checked = verify(folder)
    assert checked.problems == []
    assert any("purged the case" in note and "ordered by ann" in note for note in checked.notes)
    verdict = verify_journal(folder, head=done.digest)
    assert verdict.is_sound
    assert verdict.is_sealed
    assert "confirmed by bo" in verdict.purges[0]
    assert verdict.to_document()["purges"] == list(verdict.purges)
    assert verdict.warnings == ()


def test_the_tables_hold_the_purge_and_the_plain_settings_only(folder) -> None:
    purge(folder)
    with Case.open_to_read(folder) as case:
        assert persons(case.store) == ()
        assert case.store.count("drafts") == 0
        assert case.settings["title"] == ""
        assert case.settings["reference"] == "K 1"
        row = case.store.lookup("purges")
        assert (row["ordered_by"], row["confirmed_by"]) == ("ann", "bo")
        assert case.entries[0].act == "purge.done"
        assert case.history[0].act == "case.new"


def test_a_purged_case_can_be_used_packed_and_reported_again(folder, tmp_path) -> None:
    purge(folder)
    with open_as(folder, "ann", 3) as case:
        add_person(case, "P9")
        export_report(case)
    assert verify(folder).problems == []
    assert pack_case(folder, tmp_path / "c.zip").file_count > 5
    done = purge(folder)
    assert done.blob_count > 0
    assert len(verify_journal(folder).purges) == 2
    assert verify(folder).problems == []


def test_a_file_that_should_be_gone_is_named(folder) -> None:
    with Case.open_to_read(folder) as case:
        blob = next(sha for entry in case.entries for sha in entry.blobs.values())
        content = case.blobs.get(blob)
    purge(folder)
    path = folder / BLOBS / blob[:2] / blob
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    [problem] = verify(folder).problems
    assert "purged this file, and it is still there" in problem.sentence
    open_as(folder, "ann", 4).close()
    assert not path.exists()
    assert verify(folder).problems == []


@pytest.mark.parametrize("step", ["files", "tables", "nothing"])
def test_a_purge_that_was_killed_is_finished_when_the_case_is_opened(
    folder, step, monkeypatch
) -> None:
    with open_as(folder, "ann", 1) as case:
        order = order_purge(case, why="over")

    class KilledError(BaseException):
        pass

    def killed(*_):
        raise KilledError

    from chainlead.workflow import case as case_module

    case = open_as(folder, "bo", 2)
    if step == "files":
        monkeypatch.setattr(case_module, "erase_purged", killed)
    elif step == "tables":
        monkeypatch.setattr(case_module, "apply_entry", killed)
    if step == "nothing":
        confirm_purge(case, order.code)
    else:
        with pytest.raises(KilledError):
            confirm_purge(case, order.code)
    case.store.close()
    case._journal.close()  # as a killed process leaves it: no seal
    monkeypatch.undo()
    with Case.open_to_read(folder) as opened:
        assert purge_point(opened.history)
        assert persons(opened.store) == ()
    assert leftovers(folder) == ["journal.jsonl"]
    assert verify(folder).problems == []


def test_a_journal_with_the_purge_cut_away_is_found_out(folder) -> None:
    done = purge(folder)
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[: done.seq]))
    assert verify(folder).problems
    assert not verify_journal(folder).is_sound or verify_journal(folder).warnings
