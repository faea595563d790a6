"""Persons are pseudonyms with a role that people decide; every look and disclosure has its line."""

import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta

import pytest

import chainlead.workflow
from chainlead.custody import SteppingClock
from chainlead.errors import CaseError, ReasonMissingError
from chainlead.store import Store
from chainlead.workflow.access_log import DUTIES, Duty, list_access
from chainlead.workflow.case import Case, Projection, apply_entry, set_setting
from chainlead.workflow.deadlines import list_deadlines
from chainlead.workflow.personal_data import (
    PersonRole,
    add_person,
    decide_role,
    has_personal_data,
    lookup_retention,
    note_consultation,
    note_disclosure,
    note_handing_out,
    persons,
    require_reason,
    set_retention,
)

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_new_person_is_of_unknown_role(case) -> None:
    person = add_person(case, "  P1 ")
    assert (person.person_id, person.name, person.role) == ("p1", "P1", PersonRole.UNKNOWN)
    assert person.decisions == ()


def test_a_role_is_decided_by_a_person_with_a_reason_and_older_decisions_stay(case) -> None:
    add_person(case, "P1")
    with pytest.raises(ReasonMissingError):
        decide_role(case, "p1", "suspect", why="  ")
    decide_role(case, "p1", "suspect", why="named by the answer of the exchange")
    person = decide_role(case, "P1", "victim", why="was deceived, see interview 4")
    assert person.role is PersonRole.VICTIM
    assert [decision.role for decision in person.decisions] == ["suspect", "victim"]
    assert {decision.who for decision in person.decisions} == {"tester"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "bell\a"])
def test_a_name_that_cannot_be_is_refused(case, name) -> None:
    with pytest.raises(CaseError):
        add_person(case, name)
    assert persons(case.store) == ()


def test_no_name_stands_in_the_journal(case) -> None:
    add_person(case, "Wilhelmina Unmistakable")
    decide_role(case, "Wilhelmina unmistakable", "witness", why="saw it")
    journal = (case.folder / "journal.jsonl").read_text()
    assert "Unmistakable" not in journal
    assert persons(case.store)[0].name == "Wilhelmina Unmistakable"


def test_unknown_persons_and_roles_and_doubles_have_named_errors(case) -> None:
    add_person(case, "P1")
    for refused in (
        lambda: add_person(case, "P1"),
        lambda: decide_role(case, "p2", "suspect", why="x"),
        lambda: decide_role(case, "p1", "boss", why="x"),
    ):
        with pytest.raises(CaseError) as error:
            refused()
        assert error.value.next_step


def test_the_journal_rebuilds_persons_roles_and_retention(case) -> None:
    add_person(case, "P1")
    decide_role(case, "p1", "other", why="a neighbour")
    set_retention(case, review_on=date(2027, 1, 1), why="unit's rule")
    with Store.in_memory() as again:
        for entry in case.entries:
            apply_entry(Projection(again, case.blobs, case.key), entry)
        assert again.table_digests() == case.store.table_digests()


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
    from chainlead.workflow.case import content_head

    add_person(case, "P1")
    head = content_head(case.entries)
    note_disclosure(case, "report", why="x")
    set_before = content_head(case.entries)
    assert set_before == head


def test_every_act_of_chainlead_is_in_a_class_or_says_that_it_is_in_none() -> None:
    acts = set()
    for module in pkgutil.iter_modules(chainlead.workflow.__path__):
        made = importlib.import_module(f"chainlead.workflow.{module.name}")
        acts |= {
            f"{module.name}.{name.removeprefix('apply_')}"
            for name, what in vars(made).items()
            if name.startswith("apply_") and getattr(what, "__module__", "") == made.__name__
        }
    not_acts = {"case.entry", "request_states.drafted"}
    assert acts - not_acts <= DUTIES.keys(), "put each new act into a class in access_log.py"


def test_all_six_duties_have_acts() -> None:
    named = {duty for duties in DUTIES.values() for duty in duties}
    assert named == set(Duty)


def test_retention_has_a_reason_an_order_and_a_history(case) -> None:
    with pytest.raises(ReasonMissingError):
        set_retention(case, review_on=date(2027, 1, 1), why="")
    with pytest.raises(CaseError, match="No date"):
        set_retention(case, why="x")
    with pytest.raises(CaseError, match="after the erasure"):
        set_retention(case, review_on=date(2028, 1, 1), erase_on=date(2027, 1, 1), why="x")
    assert lookup_retention(case.store) is None
    set_retention(case, review_on=date(2027, 1, 1), why="first")
    kept = set_retention(case, erase_on=date(2029, 1, 1), why="second")
    assert (kept.review_on, kept.erase_on, kept.why) == (
        date(2027, 1, 1),
        date(2029, 1, 1),
        "second",
    )
    assert case.store.count("retention") == 2


def test_the_days_of_retention_are_deadlines(tmp_path) -> None:
    with Case.create(tmp_path / "c", key=bytes(32), clock=SteppingClock(DAY)) as case:
        set_retention(case, review_on=date(2026, 6, 1), erase_on=date(2027, 1, 1), why="rule")
    found = list_deadlines([tmp_path], now=DAY + timedelta(days=80))
    listed = [(row.clock.clock_id, row.clock.reminder(found.now)) for row in found.rows]
    assert listed == [("retention_review", 80), ("retention_end", 0)]
    assert found.rows[0].clock.draft_id == ""
