from datetime import timedelta

import pytest

from chainlead.web.team.team_sessions import SessionTimes, TeamSessions

pytestmark = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def sessions(team, hands, secrets_of_test):
    for name in ("ada", "bo"):
        team.add_person(name, name.title(), "hash", at=hands.now())
    return TeamSessions(team, hands, secrets_of_test)


def opened(sessions, name="ada"):
    return sessions.open(name, way="password", address="192.0.2.1", agent="x" * 1_000)


def test_a_session_says_whose_it_is(sessions):
    session = sessions.find(opened(sessions))
    assert (session.who, session.person_id, session.is_admin) == ("ada", "ada", False)


def test_the_tables_hold_nothing_that_opens_a_session(sessions, team):
    session_id = opened(sessions)
    assert session_id not in str(team.sessions())
    assert sessions.find(team.sessions()[0].digest) is None
    assert len(team.sessions()[0].agent) == 300


def test_an_id_that_was_made_up_opens_nothing(sessions):
    opened(sessions)
    for made_up in ("", "x", "secret-of-the-test-000000"):
        assert sessions.find(made_up) is None


def test_an_idle_session_ends_and_a_used_one_does_not(sessions, hands):
    idle, used = opened(sessions), opened(sessions)
    for _ in range(5):
        hands.move(minutes=50)
        assert sessions.find(used) is not None
    assert sessions.find(idle) is None
    hands.move(minutes=61)
    assert sessions.find(used) is None
    assert not sessions.open_of()


def test_a_page_that_asks_by_itself_does_not_keep_a_session_open(sessions, hands):
    session_id = opened(sessions)
    for _ in range(6):
        hands.move(minutes=10)
        assert sessions.find(session_id, is_used=False) is not None
    hands.move(minutes=1)
    assert sessions.find(session_id, is_used=False) is None


def test_each_session_ends_after_a_working_day_however_busy(sessions, hands):
    session_id = opened(sessions)
    for _ in range(24):
        hands.move(minutes=30)
        assert sessions.find(session_id) is not None
    hands.move(minutes=1)
    assert sessions.find(session_id) is None


def test_the_times_are_the_units_choice(team, hands, secrets_of_test, sessions):
    short = TeamSessions(
        team, hands, secrets_of_test, SessionTimes(timedelta(minutes=5), timedelta(hours=1))
    )
    session_id = opened(short)
    for _ in range(14):
        hands.move(minutes=4)
        assert short.find(session_id) is not None
    hands.move(minutes=6)
    assert short.find(session_id) is None


def test_sessions_are_ended_one_by_one_or_all_but_one(sessions):
    ids = [opened(sessions) for _ in range(3)]
    others = opened(sessions, "bo")
    first = sessions.find(ids[0]).digest
    sessions.revoke(sessions.find(ids[1]).digest)
    assert sessions.find(ids[1]) is None
    assert sessions.revoke_of("ada", but=first) == 1
    assert sessions.find(ids[0]) is not None
    assert sessions.find(ids[2]) is None
    assert sessions.find(others) is not None
    assert sessions.is_open(first)
    sessions.revoke(first)
    assert not sessions.is_open(first)


def test_old_sessions_are_swept_away_when_a_new_one_begins(sessions, hands, team):
    opened(sessions)
    hands.move(hours=2)
    opened(sessions)
    assert len(team.sessions()) == 1


def test_another_process_sees_a_revocation_at_once(sessions, team, hands, secrets_of_test):
    session_id = opened(sessions)
    elsewhere = TeamSessions(team, hands, secrets_of_test)
    elsewhere.revoke_of("ada")
    assert sessions.find(session_id) is None
