"""Persons are pseudonyms with a role that people decide."""

from datetime import date

import pytest

from chainlead.errors import CaseError, ReasonMissingError
from chainlead.store import Store
from chainlead.workflow.case import Projection, apply_entry
from chainlead.workflow.person import PersonRole, add_person, decide_role, persons
from chainlead.workflow.retention import set_retention


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
