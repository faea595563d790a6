import threading
from datetime import timedelta

import pytest

from chainlead.errors import PersonExistsError, PersonNotFoundError

KEY, OTHER = "a" * 64, "b" * 64
pytestmark = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def people(team, now):
    for name in ("ada", "bo"):
        team.add_person(name, name.title(), "hash", at=now)
    return team


def test_a_name_is_given_once(people, now):
    with pytest.raises(PersonExistsError):
        people.add_person("ada", "Another", None, at=now)
    people.disable("ada")
    with pytest.raises(PersonExistsError):
        people.add_person("ada", "Another", None, at=now)


def test_a_subject_belongs_to_one_person(team, now):
    team.add_person("ada", "Ada", None, "s-1", at=now)
    team.add_person("bo", "Bo", None, None, at=now)
    team.add_person("cy", "Cy", None, None, at=now)
    with pytest.raises(PersonExistsError):
        team.add_person("di", "Di", None, "s-1", at=now)
    with pytest.raises(PersonExistsError):
        team.set_subject("bo", "s-1")
    assert team.person_of_subject("s-1").name == "ada"
    assert team.person_of_subject("") is None


def test_a_record_of_a_person_does_not_show_the_hash(people):
    assert "hash" not in repr(people.person("ada")).replace("has_password", "")
    assert people.person("ada").has_password


def test_who_is_not_there_is_a_named_error(team, now):
    for act in (
        lambda: team.disable("nobody"),
        lambda: team.enable("nobody"),
        lambda: team.set_password("nobody", "x", must_change=False),
        lambda: team.set_role(KEY, "nobody", "reader", at=now),
        lambda: team.required_person("nobody"),
    ):
        with pytest.raises(PersonNotFoundError):
            act()


def test_disabling_a_person_ends_their_sessions_and_roles_at_once(people, now):
    for name in ("ada", "bo"):
        people.add_session(f"d-{name}", name, way="password", at=now, address="x", agent="y")
        people.set_role(KEY, name, "owner", at=now)
    assert people.disable("ada") == 1
    assert people.session("d-ada") is None
    assert people.session("d-bo") is not None
    assert people.role_of(KEY, "ada") is None
    people.enable("ada")
    assert people.session("d-ada") is None
    assert people.role_of(KEY, "ada") == "owner"


def test_a_session_of_a_disabled_person_is_none_even_if_its_row_is_there(people, now):
    people.disable("ada")
    people.add_session("late", "ada", way="password", at=now, address="", agent="")
    assert people.session("late") is None


def test_a_role_is_changed_and_taken_away(people, now):
    assert people.role_of(KEY, "ada") is None
    people.set_role(KEY, "ada", "reader", at=now)
    people.set_role(KEY, "ada", "owner", at=now)
    people.set_role(OTHER, "ada", "reader", at=now)
    people.set_role(KEY, "bo", "reader", at=now)
    assert people.cases_of("ada") == {KEY: "owner", OTHER: "reader"}
    assert [each.name for each in people.members(KEY)] == ["ada", "bo"]
    people.set_role(KEY, "ada", None, at=now)
    assert people.role_of(KEY, "ada") is None


def test_looks_are_chained_for_each_case(people, now):
    for case in (KEY, OTHER, KEY):
        people.add_view(case, "ada", now, "findings", "file 7")
    first, second = people.views(KEY)
    assert (first.number, second.number) == (1, 2)
    assert second.previous == first.digest
    assert [each.number for each in people.views(OTHER)] == [1]
    assert people.first_broken_view(KEY) is None


@pytest.mark.parametrize("column", ["name", "page", "reason", "at"])
def test_a_look_that_was_changed_or_removed_shows(people, now, column):
    from sqlalchemy import delete, update

    from chainlead.store.team_tables import views

    for _ in range(3):
        people.add_view(KEY, "ada", now, "findings", "file 7")
    value = 1 if column == "at" else "bo"
    with people._begin() as connection:
        connection.execute(update(views).where(views.c.number == 2).values({column: value}))
    assert people.first_broken_view(KEY) == 2
    with people._begin() as connection:
        connection.execute(delete(views).where(views.c.number == 2))
    assert people.first_broken_view(KEY) == 2


def test_looks_from_many_threads_make_one_chain(people, now):
    def look():
        for _ in range(5):
            people.add_view(KEY, "ada", now, "findings", "")

    threads = [threading.Thread(target=look) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(people.views(KEY)) == 20
    assert people.first_broken_view(KEY) is None


def test_a_code_opens_an_account_once_and_in_time(people, now):
    people.set_code("ada", "digest", now + timedelta(hours=1))
    assert people.take_code("digest", now + timedelta(hours=2)) is None
    people.set_code("ada", "digest", now + timedelta(hours=1))
    taken = people.take_code("digest", now)
    assert (taken.name, taken.must_change) == ("ada", True)
    assert people.take_code("digest", now) is None


def test_a_code_of_a_disabled_person_opens_nothing(people, now):
    people.set_code("ada", "digest", now + timedelta(hours=1))
    people.disable("ada")
    assert people.take_code("digest", now) is None
    people.enable("ada")
    assert people.take_code("digest", now) is None


def test_many_attempts_at_one_time_are_not_judged_together(people, now):
    def after(count):
        return timedelta(minutes=1) if count >= 3 else timedelta(0)

    judged = []

    def attempt():
        if people.begin_attempt({"name:ada": after}, now) == timedelta(0):
            judged.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(judged) == 3
