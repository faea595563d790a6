"""How long a case is kept is a person's decision, and both days are deadlines."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import CaseError, ReasonMissingError
from chainlead.workflow.case import Case
from chainlead.workflow.deadlines import list_deadlines
from chainlead.workflow.retention import lookup_retention, set_retention

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
