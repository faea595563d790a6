from datetime import UTC, datetime

from chainlead.model import Strength
from chainlead.workflow.case import Case
from chainlead.workflow.timeline import KINDS, timeline


def test_the_practice_case_has_payments_and_requests_in_order(demo):
    with Case.open_to_read(demo.case) as case:
        events = timeline(case)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert {"payment", "request"} <= {event.kind for event in events} <= set(KINDS)
    assert len(events) == len(set(events))


def test_a_payment_is_observed_and_what_persons_say_is_asserted(demo):
    with Case.open_to_read(demo.case) as case:
        for event in timeline(case):
            wanted = Strength.OBSERVED if event.kind == "payment" else Strength.ASSERTED
            assert event.strength is wanted
            assert event.kind != "payment" or "stops" not in event.what


def test_only_the_wanted_kinds_are_told(demo):
    with Case.open_to_read(demo.case) as case:
        assert {event.kind for event in timeline(case, frozenset({"payment"}))} == {"payment"}
        assert timeline(case, frozenset()) == ()


def test_a_case_without_anything_has_an_empty_timeline(case):
    assert timeline(case) == ()


def test_every_payment_has_the_time_of_its_block(demo):
    with Case.open_to_read(demo.case) as case:
        times = {
            datetime.fromtimestamp(row["mined_at_unix"], UTC)
            for row in case.store.rows("blocks", columns=["mined_at_unix"])
        }
        payments = timeline(case, frozenset({"payment"}))
    assert payments
    assert {event.at for event in payments} <= times
