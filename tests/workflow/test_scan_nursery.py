"""The program that loads what workers need and forks them."""

import os
import sys
import time

import pytest

from chainlead.evidence import Limits
from chainlead.workflow import scan_nursery
from chainlead.workflow.scan_messages import Ready
from chainlead.workflow.scan_nursery import Nursery
from chainlead.workflow.scan_pool import Pool, SetUp

SET_UP = SetUp(bytes(32), (), (), Limits())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def pool():
    made = Pool(2, SET_UP)
    yield made
    made.close()


def test_workers_are_processes_of_their_own_and_end_with_the_pool(pool):
    said = [worker.hear() for worker in pool.workers]
    assert all(isinstance(word, Ready) for word in said)
    pids = {worker.pid for worker in pool.workers}
    assert len(pids) == 2
    assert all(map(is_alive, pids))
    pool.close()
    assert not any(map(is_alive, pids))


def test_one_worker_can_be_ended_and_another_takes_its_place(pool):
    first, second = pool.workers
    first.hear()
    second.hear()
    pool.replace(first)
    until = time.monotonic() + 20
    while is_alive(first.pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_alive(first.pid)
    assert is_alive(second.pid)
    assert pool.workers[1] is second
    assert pool.workers[0].hear().pid not in {first.pid, second.pid}


def test_a_prepared_nursery_is_taken_once_and_for_its_number_of_workers():
    scan_nursery.prepare_nursery(1)
    assert scan_nursery.take_prepared(2) is None
    taken = scan_nursery.take_prepared(1)
    assert taken is not None
    assert scan_nursery.take_prepared(1) is None
    taken.close(at_once=True)


def test_one_that_was_never_used_is_not_waited_for():
    slow = Nursery(1, (sys.executable, "-c", "import time; time.sleep(600)"))
    started = time.monotonic()
    slow.close(at_once=True)
    assert time.monotonic() - started < 60
    assert slow.pipes == []
