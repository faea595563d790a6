from datetime import UTC, datetime, timedelta

from chainlead.custody import SteppingClock, SystemClock


def test_the_system_clock_is_utc_in_whole_seconds():
    moment = SystemClock().now()
    assert moment.tzinfo is UTC
    assert moment.microsecond == 0


def test_a_stepping_clock_moves_at_each_look():
    clock = SteppingClock(datetime(2024, 3, 1, tzinfo=UTC), timedelta(minutes=1))
    assert [clock.now().minute for _ in range(3)] == [0, 1, 2]
