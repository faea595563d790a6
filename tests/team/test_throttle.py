"""The growing wait, with a clock that is moved by hand."""

from datetime import timedelta

import pytest

from chainlead.store import TeamStore
from chainlead.web.team.throttle import Throttle

pytestmark = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def throttle(team):
    return Throttle(team, "the secret of this server")


def waits(throttle, hands, count, *, name="ada", address=ELSEWHERE, browser=""):
    """How long each of so many failures in a row had to wait, in seconds."""
    found = []
    for _ in range(count):
        trial = throttle.try_name(name, address, browser, hands.now())
        found.append(int(trial.left.total_seconds()))
        hands.moment += trial.left
        if trial.left:
            assert throttle.try_name(name, address, browser, hands.now()).left == timedelta(0)
    return found


def test_the_wait_grows_with_each_failure_up_to_a_quarter_of_an_hour(throttle, hands):
    found = waits(throttle, hands, 20)
    assert found[:9] == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert found == sorted(found)
    assert max(found) == 15 * 60


def test_waiting_does_not_lengthen_the_wait(throttle, hands):
    waits(throttle, hands, 8)
    left = throttle.try_name("ada", ELSEWHERE, "", hands.now()).left
    assert left > timedelta(0)
    for _ in range(50):
        assert throttle.try_name("ada", ELSEWHERE, "", hands.now()).left == left
    hands.moment += left
    assert throttle.try_name("ada", ELSEWHERE, "", hands.now()).left == timedelta(0)


def test_the_counts_survive_a_restart(throttle, hands, team):
    waits(throttle, hands, 8)
    after = Throttle(team, "the secret of this server")
    assert after.try_name("ada", ELSEWHERE, "", hands.now()).left > timedelta(0)


def test_a_name_that_nobody_has_waits_like_one_that_somebody_has(throttle, hands, team):
    team.add_person("ada", "Ada", "hash", at=hands.now())
    known = waits(throttle, hands, 12, name="ada", address=HOME)
    assert waits(throttle, hands, 12, name="nobody", address=ELSEWHERE) == known


def test_one_strangers_failures_cost_a_colleague_at_most_a_minute(throttle, hands):
    waits(throttle, hands, 30)
    assert throttle.try_name("ada", HOME, "", hands.now()).left <= timedelta(minutes=1)


def test_a_browser_that_was_let_in_before_does_not_wait_for_strangers(throttle, hands):
    known = throttle.browser_of("ada", "mark-of-this-browser")
    waits(throttle, hands, 30)
    assert throttle.try_name("ada", HOME, "", hands.now()).left > timedelta(0)
    assert throttle.try_name("ada", HOME, known, hands.now()).left == timedelta(0)


def test_a_known_browser_waits_for_its_own_failures(throttle, hands):
    known = throttle.browser_of("ada", "mark-of-this-browser")
    assert waits(throttle, hands, 9, browser=known)[-1] == 8


@pytest.mark.parametrize("kept", ["made.up", ".", "x", "mark-of-this-browser.", "å.ö"])
def test_what_a_browser_makes_up_is_no_mark(throttle, hands, kept):
    waits(throttle, hands, 30)
    assert throttle.try_name("ada", HOME, kept, hands.now()).left > timedelta(0)


def test_the_mark_of_a_browser_counts_for_its_name_only(throttle, hands):
    others = throttle.browser_of("bo", "mark-of-this-browser")
    waits(throttle, hands, 30)
    assert throttle.try_name("ada", HOME, others, hands.now()).left > timedelta(0)


def test_many_names_from_one_address_wait_for_each_other(throttle, hands):
    found = [throttle.try_name(f"name{n}", HOME, "", hands.now()).left for n in range(25)]
    assert not any(found[:20])
    assert found[-1] > timedelta(0)
    assert throttle.try_name("ada", ELSEWHERE, "", hands.now()).left == timedelta(0)


def test_addresses_of_one_network_of_ipv6_are_one(throttle, hands):
    for n in range(20):
        throttle.try_name(f"name{n}", f"2001:db8:0:1::{n:x}", "", hands.now())
    assert throttle.try_name("ada", "2001:db8:0:1::ffff", "", hands.now()).left > timedelta(0)
    assert throttle.try_name("ada", "2001:db8:0:2::1", "", hands.now()).left == timedelta(0)


def test_being_let_in_ends_the_own_count_and_not_the_strangers(throttle, hands):
    for _ in range(4):
        throttle.let_in(throttle.try_name("ada", HOME, "", hands.now()))
    for _ in range(6):
        throttle.try_name("ada", ELSEWHERE, "", hands.now())
        hands.move(minutes=1)
    throttle.let_in(throttle.try_name("ada", HOME, "", hands.now()))
    hands.move(seconds=1)
    assert throttle.try_name("ada", ELSEWHERE, "", hands.now()).left > timedelta(0)


def test_a_day_without_attempts_forgets_them(throttle, hands):
    waits(throttle, hands, 12)
    hands.move(days=1, minutes=1)
    assert waits(throttle, hands, 5) == [0, 0, 0, 0, 0]


def test_no_name_and_no_address_stands_in_the_counts(throttle, hands, team: TeamStore):
    from sqlalchemy import select

    from chainlead.store.team_tables import failures

    throttle.try_name("a password typed into the wrong field", HOME, "", hands.now())
    with team._begin(reads=True) as connection:
        rows = str(connection.execute(select(failures)).all())
    assert "password typed" not in rows
    assert HOME not in rows
