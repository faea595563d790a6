"""Every clock of the data starts at its own event, ends in UTC, and is ended by the right events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.request import (
    EVENTS,
    PROMISE,
    TARGET,
    RequestEvent,
    Running,
    choosable_clocks,
    deadlines,
    derive_clocks,
    derive_state,
)
from chainlead.request.deadlines import Deadline, Unit

START = datetime(2024, 2, 28, 9, 30, tzinfo=UTC)
TABLE = sorted(deadlines())
ALL_PARTS = ("preservation", "production", "freeze")
_LENGTH = {Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}
STARTS = {"dispatch": "sent", "receipt": "receipt", "decision": "decision",
          "certificate": "certificate", "order": "order"}  # fmt: skip


def request(*told):
    """A draft of all parts, then events of (name, fields), one hour apart."""
    events = []
    for number, (name, fields) in enumerate(
        [("drafted", {"detail": {"parts": [*ALL_PARTS]}}), *told]
    ):
        at = fields.get("at", START + timedelta(hours=number))
        events.append(
            RequestEvent(
                seq=number, draft_id="d", event=name, at=at, recorded_at=at, who="ann", person="",
                note="", reference="", channel="", until=fields.get("until"), content_sha256="aa",
                detail=fields.get("detail", {}),
            )
        )  # fmt: skip
    return derive_state("d", events)


def clock_of(name, *told, **more):
    chosen = [("sent", {"detail": {"clocks": [name]}})] if deadlines()[name].is_chosen else []
    told = [*chosen, *[each for each in told if not (chosen and each[0] == "sent")]]
    found = derive_clocks(request(*told), [name], is_emergency=True, **more)
    return next((clock for clock in found if clock.clock_id == name), None)


def ids(clocks):
    return {clock.clock_id for clock in clocks}


def only(clocks, clock_id):
    return next(clock for clock in clocks if clock.clock_id == clock_id)


def needed(deadline):
    """The events without which a clock does not show."""
    return [(deadline.only_after, {})] if deadline.only_after else []


@pytest.mark.parametrize("name", TABLE)
def test_each_line_starts_at_its_own_event_and_ends_after_its_own_length(name: str) -> None:
    deadline = deadlines()[name]
    event = STARTS[deadline.counted_from]
    told = [("sent", {})] if event != "sent" else []
    clock = clock_of(name, *told, (event, {}), *needed(deadline))
    assert clock is not None
    started = next(e.at for e in request(*told, (event, {})).events if e.event == event)
    if deadline.is_chosen:  # the sending that names it stands first
        started = clock.started_at
    assert clock.started_at == started
    assert clock.due_at is not None
    if deadline.unit in _LENGTH:
        assert clock.due_at == started + deadline.count * _LENGTH[deadline.unit]
    assert clock.due_at.tzinfo is UTC
    assert clock.is_red is deadline.is_red
    assert (clock.source, clock.certainty) == (deadline.source, deadline.certainty)


@pytest.mark.parametrize("name", TABLE)
def test_each_line_waits_and_says_for_what_while_its_event_is_unknown(name: str) -> None:
    deadline = deadlines()[name]
    clock = clock_of(name, *needed(deadline))
    assert clock is not None
    assert clock.standing(START) is Running.WAITING
    assert clock.starts_when.startswith("starts w")
    assert (clock.due_at, clock.spent_percent(START), clock.reminders()) == (None, None, ())


@pytest.mark.parametrize("name", TABLE)
def test_each_line_is_ended_by_every_event_that_it_names(name: str) -> None:
    deadline = deadlines()[name]
    assert deadline.ended_by, "a clock that nothing ends would nag for ever"
    for end in deadline.ended_by:
        assert end in EVENTS
        event = STARTS[deadline.counted_from]
        told = [("sent", {})] if event != "sent" else []
        clock = clock_of(name, *told, (event, {}), *needed(deadline), (end, {}))
        assert clock is not None
        assert (clock.ended_by, clock.standing(START)) == (end, Running.ENDED)
        assert clock.reminder(START + timedelta(days=999)) == 0


@pytest.mark.parametrize("name", TABLE)
def test_each_line_names_words_that_exist(name: str) -> None:
    deadline = deadlines()[name]
    assert deadline.part in {*ALL_PARTS, "police"}
    assert deadline.only_after in {*EVENTS, ""}
    assert deadline.counted_from in STARTS


def test_only_one_of_a_clock_and_its_extension_runs() -> None:
    pairs = [("epoc_pr", "epoc_pr_extended", "extended"), ("eio_decision", "eio_decision_extended", "extended"),
             ("us_preservation", "us_preservation_renewed", "renewed")]  # fmt: skip
    for first, second, event in pairs:
        before = derive_clocks(request(("sent", {}), ("receipt", {})), [first, second])
        assert ids(c for c in before if not c.ended_by) & {first, second} == {first}
        after = derive_clocks(request(("sent", {}), ("receipt", {}), (event, {})), [first, second])
        assert ids(c for c in after if not c.ended_by) & {first, second} == {second}


def test_clocks_of_an_emergency_run_in_an_emergency_or_when_named() -> None:
    state = request(("sent", {}))
    assert "epoc_emergency" not in ids(derive_clocks(state, ["epoc_emergency"]))
    assert "epoc_emergency" in ids(derive_clocks(state, ["epoc_emergency"], is_emergency=True))
    named = request(("sent", {"detail": {"clocks": ["epoc_emergency"]}}))
    assert "epoc_emergency" in ids(derive_clocks(named, []))
    assert choosable_clocks(["epoc", "epoc_emergency", "spoc_other"]) == (
        "epoc_emergency",
        "spoc_other",
    )


def test_clocks_of_a_part_that_was_not_sent_wait() -> None:
    state = request(("sent", {"detail": {"parts": ["preservation"]}}))
    found = {c.clock_id: c for c in derive_clocks(state, ["us_preservation", "reminder_30"])}
    assert found["us_preservation"].due_at is not None
    assert found["reminder_30"].standing(START) is Running.WAITING


def test_an_acknowledgement_stands_in_for_the_receipt_and_says_so() -> None:
    state = request(("sent", {}), ("acknowledged", {}))
    clock = only(derive_clocks(state, ["epoc_pr"]), "epoc_pr")
    assert clock.started_by == "acknowledged"
    assert clock.earliest_at == state.events[1].at + timedelta(days=60)
    told = request(("sent", {}), ("acknowledged", {}), ("receipt", {}))
    exact = only(derive_clocks(told, ["epoc_pr"]), "epoc_pr")
    assert (exact.started_by, exact.earliest_at) == ("receipt", None)


def test_a_request_that_was_opened_again_is_owed_again() -> None:
    state = request(("sent", {}), ("receipt", {}), ("complete", {}), ("partial", {}))
    assert only(derive_clocks(state, ["epoc"]), "epoc").ended_by == ""


def test_what_the_addressee_promised_is_a_red_clock() -> None:
    until = START + timedelta(days=30)
    state = request(("sent", {}), ("acknowledged", {"until": until}))
    clock = next(c for c in derive_clocks(state, []) if c.clock_id == PROMISE)
    assert (clock.is_red, clock.due_at) == (True, until)
    longer = request(
        ("sent", {}),
        ("preserved", {"until": until}),
        ("renewed", {"until": until + timedelta(days=9)}),
    )
    assert only(derive_clocks(longer, []), PROMISE).due_at == until + timedelta(days=9)


def test_the_directory_s_target_replaces_the_usual_one() -> None:
    found = derive_clocks(request(("sent", {})), ["provider_target"], target_days=14)
    assert "provider_target" not in ids(found)
    assert only(found, TARGET).due_at == START + timedelta(hours=1, days=14)


STAND_INS = {
    "preservation": {"preservation_unknown"},
    "production": {"reminder_30", "reminder_60", "reminder_90"},
    "freeze": {"freeze_unknown"},
}


@pytest.mark.parametrize("part", sorted(STAND_INS))
def test_a_sent_part_without_a_clock_gets_a_reminder(part) -> None:
    sent = request(("sent", {"detail": {"parts": [part]}}))
    assert ids(derive_clocks(sent, [])) == STAND_INS[part]
    assert derive_clocks(request(), []) == ()
    own = {"preservation": "epoc_pr", "production": "epoc", "freeze": "freeze_recognition"}[part]
    assert not ids(derive_clocks(sent, [own])) & STAND_INS[part]


def test_a_promise_says_how_long_so_nobody_has_to_ask() -> None:
    sent = ("sent", {"detail": {"parts": ["preservation"]}})
    told = ("acknowledged", {"until": START + timedelta(days=30)})
    assert ids(derive_clocks(request(sent, told), [])) == {PROMISE}


moments = st.datetimes(datetime(1999, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))


@given(moments, st.integers(1, 400), st.sampled_from([Unit.HOURS, Unit.DAYS]))
def test_hours_and_days_are_exact_over_leap_days_and_year_ends(start, count, unit) -> None:
    end = _deadline(count, unit).due(start)
    assert end - start == count * _LENGTH[unit]
    if unit is Unit.DAYS:
        assert end.time() == start.time()
        assert end.toordinal() - start.toordinal() == count


@given(moments, st.integers(1, 60))
def test_working_days_end_on_one_and_give_so_many_whole_ones(start, count) -> None:
    end = _deadline(count, Unit.WORKING_DAYS).due(start)
    assert end.weekday() < 5
    hours = [start + timedelta(hours=n) for n in range(int((end - start) / timedelta(hours=1)))]
    at_work = sum(hour.weekday() < 5 for hour in hours)
    assert at_work in {count * 24, count * 24 - 1}, "so many days of 24 hours, none at a weekend"


@given(moments, st.integers(1, 30), st.integers(1, 30), st.sampled_from([*Unit]))
def test_a_longer_term_ends_later_and_a_later_start_never_earlier(start, count, more, unit) -> None:
    assert _deadline(count + more, unit).due(start) > _deadline(count, unit).due(start)
    later = start + timedelta(hours=more)
    assert _deadline(count, unit).due(later) >= _deadline(count, unit).due(start)


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        ("2024-02-28T12:00", 1, Unit.DAYS, "2024-02-29T12:00"),
        ("2023-02-28T12:00", 1, Unit.DAYS, "2023-03-01T12:00"),
        ("2100-02-28T12:00", 1, Unit.DAYS, "2100-03-01T12:00"),
        ("2023-12-31T20:00", 8, Unit.HOURS, "2024-01-01T04:00"),
        ("2023-12-29T10:00", 3, Unit.WORKING_DAYS, "2024-01-03T10:00"),
        ("2024-03-02T10:00", 1, Unit.WORKING_DAYS, "2024-03-05T00:00"),
        ("2024-03-30T10:00", 10, Unit.DAYS, "2024-04-09T10:00"),
    ],
)
def test_known_ends(start, count, unit, end) -> None:
    made = _deadline(count, unit).due(datetime.fromisoformat(start).replace(tzinfo=UTC))
    assert made == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(moments, st.integers(1, 200), st.integers(0, 400))
def test_reminders_come_in_order_and_the_last_is_the_end(start, days, gone) -> None:
    event = {"at": start}
    state = request(("sent", event))
    clock = only(derive_clocks(state, [], target_days=days), TARGET)
    percents = [percent for percent, _ in clock.reminders()]
    times = [at for _, at in clock.reminders()]
    assert percents == [50, 80, 100]
    assert times == sorted(times)
    assert times[-1] == clock.due_at.replace(microsecond=0)
    now = start + timedelta(days=gone)
    assert clock.reminder(now) <= clock.spent_percent(now)
    assert (clock.standing(now) is Running.OVER) is (gone >= days)


def _deadline(count: int, unit: Unit) -> Deadline:
    from chainlead.request import LegalCertainty

    return Deadline("x", count, unit, "dispatch", False, LegalCertainty.GENERAL, "x")
