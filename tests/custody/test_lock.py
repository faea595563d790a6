import pytest

from chainlead.custody.lock import ExclusiveLock
from chainlead.errors import CaseBusyError


def test_a_lock_is_held_by_one_and_given_back(tmp_path):
    one, two = ExclusiveLock(tmp_path / "lock"), ExclusiveLock(tmp_path / "lock")
    one.acquire()
    with pytest.raises(CaseBusyError) as refused:
        two.acquire()
    assert refused.value.exit_code == 13
    one.release()
    one.release()
    two.acquire()
    two.release()


def test_the_lock_file_stays_empty(tmp_path):
    lock = ExclusiveLock(tmp_path / "lock")
    lock.acquire()
    lock.release()
    assert (tmp_path / "lock").read_bytes() == b""
