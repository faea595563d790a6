"""Reasons for looks and disclosures are kept, and asked for where the case wants it."""

import pytest

from chainlead.errors import ReasonMissingError
from chainlead.workflow.access_log import Duty, list_access
from chainlead.workflow.case import Case, content_head, set_setting
from chainlead.workflow.person import add_person
from chainlead.workflow.personal_data import (
    has_personal_data,
    note_consultation,
    note_disclosure,
    note_handing_out,
    require_reason,
)


def test_a_practice_case_holds_no_personal_data(tmp_path) -> None:
    with Case.create(tmp_path / "c", key=bytes(32), settings={"practice": "yes"}) as case:
        add_person(case, "P1")
        assert not has_personal_data(case.store)


def test_a_reason_is_kept_if_given_and_asked_for_if_the_case_says_so(case, monkeypatch) -> None:
    monkeypatch.delenv("CHAINLEAD_WHY", raising=False)
    assert require_reason(case, "", doing="x") == ""
    set_setting(case, "reasons", "required")
    assert require_reason(case, "", doing="x") == "", "an empty case holds nobody's data"
    add_person(case, "P1")
    with pytest.raises(ReasonMissingError, match="before the pack") as error:
        require_reason(case, " ", doing="the pack")
    assert "--why" in error.value.next_step
    monkeypatch.setenv("CHAINLEAD_WHY", "hearing on Monday")
    assert require_reason(case, "", doing="x") == "hearing on Monday"


def test_a_disclosure_is_recorded_once_with_recipient_and_reason(case) -> None:
    assert note_disclosure(case, "report") is False
    assert note_disclosure(case, "report", why="indictment", recipients=["prosecutor"]) is True
    assert note_disclosure(case, "report", why="indictment", recipients=["prosecutor"]) is False
    [line] = list_access(case.entries, duties=["disclosure"])
    assert (line.about, line.recipients, line.why) == ("report", ("prosecutor",), "indictment")


def test_a_disclosure_out_of_the_eu_needs_its_own_reason(case) -> None:
    with pytest.raises(ReasonMissingError, match="outside the EU"):
        note_disclosure(case, "pack", why="asked for", recipients=["expert"], to_country="AE")
    assert note_disclosure(case, "pack", to_country="NO", why="asked for")
    assert note_disclosure(case, "pack", to_country="AE", outside_eu="no other way", why="x")
    assert case.entries[-1].what["outside_eu"] == "no other way"


def test_handing_out_writes_nothing_where_nothing_is_said(tmp_path) -> None:
    with Case.create(tmp_path / "c", key=bytes(32)) as case:
        add_person(case, "P1")
    before = (tmp_path / "c" / "journal.jsonl").read_bytes()
    assert note_handing_out(tmp_path / "c", "pack", why="", recipients=()) is False
    assert (tmp_path / "c" / "journal.jsonl").read_bytes() == before
    assert note_handing_out(tmp_path / "c", "pack", why="x", recipients=["a"]) is True


def test_looks_are_recorded_where_the_case_says_so(case) -> None:
    assert note_consultation(case, "findings") is False
    set_setting(case, "log_views", "yes")
    assert note_consultation(case, "findings", why="prepare an interview") is True
    [line] = list_access(case.entries, duties=[Duty.CONSULTATION])
    assert (line.about, line.why, line.who) == ("findings", "prepare an interview", "tester")


def test_looks_and_disclosures_leave_the_report_as_it_was(case) -> None:
    add_person(case, "P1")
    head = content_head(case.entries)
    note_disclosure(case, "report", why="x")
    set_before = content_head(case.entries)
    assert set_before == head
