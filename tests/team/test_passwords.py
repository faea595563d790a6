import pytest
from argon2 import Parameters, extract_parameters
from argon2.low_level import Type

from chainlead.errors import TeamError
from chainlead.web.team import passwords as room
from chainlead.web.team.passwords import Passwords

QUICK = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=8, parallelism=1)
STRONGER = Parameters(Type.ID, 19, 16, 32, time_cost=2, memory_cost=16, parallelism=1)


def test_the_usual_strength_is_the_second_choice_of_the_rfc():
    used = extract_parameters(Passwords().hash("x"))
    assert (used.type, used.time_cost, used.memory_cost, used.parallelism) == (
        Type.ID, 3, 65_536, 4,
    )  # fmt: skip


def test_only_the_right_password_is_right():
    passwords = Passwords(QUICK)
    kept = passwords.hash("harbour violin")
    assert passwords.is_right(kept, "harbour violin")
    for wrong in ("Harbour violin", "harbour violin ", "", "x" * 100_000):
        assert not passwords.is_right(kept, wrong)


def test_the_same_password_has_another_hash_each_time():
    passwords = Passwords(QUICK)
    assert passwords.hash("harbour violin") != passwords.hash("harbour violin")


def test_nobodys_password_opens_nothing():
    passwords = Passwords(QUICK)
    assert not passwords.is_right(None, "a password that opens nothing")
    assert not passwords.is_right("", "a password that opens nothing")
    assert not passwords.is_right("no hash at all", "no hash at all")


def test_a_check_without_an_account_does_the_work_of_one_with(monkeypatch):
    passwords = Passwords(QUICK)
    worked = []
    verify = passwords._hasher.verify

    class Watched:
        def verify(self, kept, given):
            worked.append(extract_parameters(kept))
            return verify(kept, given)

    kept = passwords.hash("harbour violin")
    monkeypatch.setattr(passwords, "_hasher", Watched())
    passwords.is_right(kept, "wrong")
    passwords.is_right(None, "wrong")
    passwords.is_right(kept, "x" * 100_000)
    assert len(worked) == 3
    assert len(set(map(str, worked))) == 1


def test_a_hash_of_weaker_days_is_known():
    kept = Passwords(QUICK).hash("harbour violin")
    assert Passwords(STRONGER).is_weaker(kept)
    assert not Passwords(QUICK).is_weaker(kept)
    assert Passwords(STRONGER).is_right(kept, "harbour violin")


def test_no_more_than_a_few_are_checked_at_one_time(monkeypatch):
    monkeypatch.setattr(room, "_LONGEST_WAIT_S", 0.01)
    passwords = Passwords(QUICK)
    for _ in range(room._AT_ONE_TIME):
        passwords._turn.acquire()
    with pytest.raises(TeamError):
        passwords.is_right(None, "x")
    passwords._turn.release()
    assert not passwords.is_right(None, "x")
    assert not passwords.is_right(None, "x")
