"""States follow from events; two persons, and an order that cannot be turned round."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import (
    AddresseeUnconfirmedError,
    ChainleadError,
    RequestOrderError,
    SecondPersonError,
)
from chainlead.request import EVENTS, RequestEvent, State, check_step, derive_state

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=400)
PARTS = ("preservation", "production")


def happen(*told, drafter="ann"):
    """Events from (name, who, fields) in order, one hour apart; the first is the draft."""
    events = []
    content = "aa"
    for number, (name, who, fields) in enumerate([("drafted", drafter, {}), *told]):
        content = fields.get("content", content)
        detail = fields.get("detail", {"parts": list(PARTS)} if name == "drafted" else {})
        at = fields.get("at", START + timedelta(hours=number))
        events.append(
            RequestEvent(
                seq=number, draft_id="d", event=name, at=at, recorded_at=at, who=who, person="",
                note="", reference=fields.get("reference", ""), channel=fields.get("channel", ""),
                until=fields.get("until"), content_sha256=content, detail=detail,
            )
        )  # fmt: skip
    return derive_state("d", events)


READY = (("reviewed", "bo", {}), ("addressee_confirmed", "bo", {"channel": "le@x.example"}))
SENT = (*READY, ("sent", "ann", {"channel": "le@x.example"}))


def step(state, event, who="ann", **more):
    check_step(state, event, **{"who": who, "at": NOW, "now": NOW, **more})


def test_a_new_draft_is_drafted_and_nothing_else() -> None:
    state = happen()
    assert (state.state, state.reviewed_by, state.confirmed_by) == (State.DRAFTED, "", "")
    assert state.parts == PARTS


def test_the_drafter_cannot_review_or_confirm() -> None:
    for event in ("reviewed", "addressee_confirmed"):
        with pytest.raises(SecondPersonError, match="ann drafted"):
            step(happen(), event, who="ann")
        step(happen(), event, who="bo")


def test_a_review_ends_when_its_reviewer_drafts() -> None:
    state = happen(
        *READY, ("drafted", "bo", {"content": "bb"}), ("drafted", "ann", {"content": "aa"})
    )
    assert (state.state, state.reviewed_by, state.confirmed_channels) == (State.DRAFTED, "", ())


def test_a_time_in_another_zone_is_the_same_moment_and_one_without_is_none() -> None:
    east = timezone(timedelta(hours=9))
    before_midnight_utc = datetime(2024, 3, 1, 23, 30, tzinfo=UTC)
    step(happen(*SENT), "acknowledged", at=before_midnight_utc.astimezone(east))
    with pytest.raises(RequestOrderError, match="is before"):
        step(happen(*SENT), "acknowledged", at=datetime(2024, 3, 1, 8, 0, tzinfo=east))
    with pytest.raises(ValueError, match="zone"):
        step(happen(*SENT), "acknowledged", at=datetime(2024, 3, 2))


def test_a_name_in_other_letters_is_the_same_person() -> None:
    with pytest.raises(SecondPersonError):
        step(happen(), "reviewed", who="ANN")


def test_everybody_who_made_a_version_is_a_drafter() -> None:
    state = happen(("drafted", "bo", {"content": "bb"}))
    for who in ("ann", "bo"):
        with pytest.raises(SecondPersonError):
            step(state, "reviewed", who=who)
    step(state, "reviewed", who="cy")


def test_sending_needs_a_review_and_a_confirmed_addressee() -> None:
    with pytest.raises(SecondPersonError, match="Nobody has reviewed"):
        step(happen(), "sent", channel="le@x.example")
    with pytest.raises(AddresseeUnconfirmedError, match="Nobody has confirmed"):
        step(happen(("reviewed", "bo", {})), "sent", channel="le@x.example")
    with pytest.raises(AddresseeUnconfirmedError, match="not an address"):
        step(happen(*READY), "sent", channel="le@y.example")
    step(happen(*READY), "sent", channel="LE@X.example")


def test_each_confirmed_address_can_be_sent_to() -> None:
    second = ("addressee_confirmed", "cy", {"channel": "https://portal.x.example"})
    state = happen(*READY, second)
    assert state.confirmed_channels == ("le@x.example", "https://portal.x.example")
    for channel in state.confirmed_channels:
        step(state, "sent", channel=channel)


def test_a_changed_draft_loses_its_review_and_its_addressee() -> None:
    state = happen(*READY, ("drafted", "ann", {"content": "bb"}))
    assert (state.state, state.lost_review, state.confirmed_by) == (State.DRAFTED, True, "")
    with pytest.raises(SecondPersonError, match="changed after its review"):
        step(state, "sent", channel="le@x.example")


def test_what_was_sent_stays_sent_when_the_draft_is_made_anew() -> None:
    state = happen(*SENT, ("drafted", "ann", {"content": "bb"}))
    assert (state.state, state.changed_since_sent) == (State.SENT, True)


def test_parts_are_sent_one_after_the_other_and_once() -> None:
    first = ("sent", "ann", {"channel": "le@x.example", "detail": {"parts": ["preservation"]}})
    state = happen(*READY, first)
    assert state.parts_sent == ("preservation",)
    step(state, "sent", channel="le@x.example", parts=["production"])
    for parts in (["preservation"], []):
        with pytest.raises(RequestOrderError, match="sent already"):
            step(state, "sent", channel="le@x.example", parts=parts)
    with pytest.raises(RequestOrderError, match="no part named"):
        step(state, "sent", channel="le@x.example", parts=["freeze"])


@pytest.mark.parametrize(
    "event", sorted({*EVENTS} - {"drafted", "reviewed", "addressee_confirmed"})
)
def test_nothing_comes_back_before_it_was_sent(event: str) -> None:
    with pytest.raises(ChainleadError) as refused:
        step(happen(), event, who="bo", channel="le@x.example")
    assert refused.value.next_step


@pytest.mark.parametrize("event", ["complete", "refused"])
def test_a_late_answer_opens_a_closed_request_again(event: str) -> None:
    state = happen(*SENT, (event, "ann", {}))
    assert state.is_closed
    step(state, "partial")
    assert happen(*SENT, (event, "ann", {}), ("partial", "ann", {})).state is State.PARTIAL
    with pytest.raises(RequestOrderError):
        step(state, "acknowledged")


def test_the_future_and_the_time_before_are_refused() -> None:
    with pytest.raises(RequestOrderError, match="has not come yet"):
        step(happen(*SENT), "acknowledged", at=NOW + timedelta(seconds=1))
    with pytest.raises(RequestOrderError, match="is before"):
        step(happen(*SENT), "acknowledged", at=START - timedelta(days=1))


def test_an_unknown_word_is_refused_and_so_is_drafted() -> None:
    for word in ("drafted", "posted", ""):
        with pytest.raises(RequestOrderError, match="no step named"):
            step(happen(*SENT), word)


def test_the_newest_reference_counts_and_the_older_ones_stay() -> None:
    state = happen(*SENT, ("acknowledged", "ann", {"reference": "N-1"}), ("complete", "ann", {}))
    assert state.reference == "N-1"
    assert [event.reference for event in state.events][-2:] == ["N-1", ""]


@given(
    st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from(["ann", "bo", "cy"])), max_size=12)
)
def test_no_order_of_allowed_steps_sends_without_two_persons(tries) -> None:
    told = []
    for event, who in tries:
        state = happen(*told)
        try:
            step(state, event, who=who, channel="le@x.example", at=NOW, now=NOW)
        except ChainleadError:
            continue
        told.append((event, who, {"channel": "le@x.example", "at": NOW}))
    state = happen(*told)
    before_sending = [e.event for e in state.events][: _place(state, "sent")]
    if state.was_sent:
        assert {"reviewed", "addressee_confirmed"} <= {*before_sending}
    for event in state.events:
        if event.event in {"reviewed", "addressee_confirmed"}:
            assert event.who not in state.drafted_by
    assert (state.state in {State.DRAFTED, State.REVIEWED}) is not state.was_sent


def _place(state, name):
    return next((n for n, e in enumerate(state.events) if e.event == name), len(state.events))
