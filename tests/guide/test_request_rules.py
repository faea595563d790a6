"""The steps between a lead and its answer: preserve, review, confirm, ask rightly, watch, ask again."""

import pytest

from chainlead.guide import (
    AnswerFact,
    CaseFacts,
    ClockFact,
    DraftFact,
    LeadFact,
    ServiceAgeFact,
    Urgency,
    next_steps,
)

KIND = "preservation+production+confidentiality"
LEAD = LeadFact("l1", "Kronbyte", "bitcoin")


def steps(rule, **facts):
    found = next_steps(CaseFacts(folder="c", leads=facts.pop("leads", (LEAD,)), **facts))
    return [step for step in found if step.step_id.partition(":")[0] == rule]


def draft(state="drafted", sent=(), **more) -> DraftFact:
    return DraftFact("d1", "l1", KIND, state, tuple(sent), **more)


def test_a_drafted_preservation_that_nobody_sent_is_urgent() -> None:
    [step] = steps("preserve", drafts=(draft(),))
    assert step.urgency is Urgency.NOW
    assert step.command == "chainlead request review c d1"
    for more, verb in (({}, "confirm-addressee"), ({"confirmed_by": "bo"}, "send")):
        [step] = steps("preserve", drafts=(draft("reviewed", **more),))
        assert step.command.startswith(f"chainlead request {verb} c d1")
    assert steps("preserve", drafts=(draft("sent", ["preservation"]),)) == []
    assert steps("preserve") == [], "without a draft another rule asks for one"
    assert steps("preserve", drafts=(draft(),), practice=True) == []


def test_a_new_draft_waits_for_another_person_and_then_to_be_sent() -> None:
    [review] = steps("review", drafts=(draft(),))
    assert "colleague" in review.title
    assert steps("draft", drafts=(draft(),)) == []
    assert steps("review", drafts=(draft("reviewed"),)) == []
    assert len(steps("draft", drafts=(draft("reviewed"),))) == 1
    [again] = steps("review", drafts=(draft(lost_review=True),))
    assert "changed after its review" in again.why


def test_in_a_practice_case_nothing_is_reviewed_and_the_draft_is_read() -> None:
    assert steps("review", drafts=(draft(),), practice=True) == []
    [read] = steps("draft", drafts=(draft(),), practice=True)
    assert "send nothing" in read.title


@pytest.mark.parametrize(
    "state", ["sent", "acknowledged", "partial", "complete", "refused", "expired"]
)
def test_a_sent_draft_is_no_open_draft(state) -> None:
    for rule in ("draft", "review", "preserve"):
        assert steps(rule, drafts=(draft(state, ["preservation"]),)) == []


def clock(**more) -> ClockFact:
    told = {"is_red": True, "is_over": False, "reminder": 80, "draft_id": "d1", **more}
    return ClockFact(
        clock_id="epoc_pr", name="Preservation ends", due="2026-03-01 09:00 UTC", **told
    )


@pytest.mark.parametrize(
    ("more", "urgency"),
    [
        ({"reminder": 100, "is_over": True}, Urgency.NOW),
        ({"reminder": 80}, Urgency.NOW),
        ({"reminder": 50}, Urgency.SOON),
        ({"reminder": 0}, None),
        ({"is_red": False, "reminder": 100, "is_over": True}, Urgency.NEXT),
        ({"is_red": False, "reminder": 80}, None),
    ],
)
def test_a_red_clock_is_heard_at_half_and_again_at_four_fifths(more, urgency) -> None:
    found = steps("clock", clocks=(clock(**more),))
    assert [step.urgency for step in found] == ([urgency] if urgency is not None else [])


def test_a_term_that_nobody_named_is_asked_for() -> None:
    asked = ClockFact("d1", "preservation_unknown", "Ask how long", "2026-03-01", True, True, 100)
    [step] = steps("clock", clocks=(asked,))
    assert (step.title, step.urgency) == ("Ask how long (draft d1)", Urgency.NOW)
    assert step.command == "chainlead request event c d1 preserved --until DAY"


def test_a_lapsing_preservation_comes_before_everything_else() -> None:
    first = next_steps(CaseFacts(folder="c", leads=(LEAD,), clocks=(clock(),)))[0]
    assert "Do not let it lapse" in first.title
    assert "2026-03-01" in first.title


def test_the_end_of_the_time_to_keep_a_case_is_a_step() -> None:
    [step] = steps("clock", clocks=(clock(draft_id="", is_red=False),))
    assert step.command == "chainlead case retention c"


def test_the_hot_wallet_is_not_what_to_ask_about() -> None:
    lead = LeadFact("l1", "Kronbyte", "bitcoin", names_shared=True)
    [step] = steps("shared-wallet", leads=(lead,), drafts=(draft(),))
    assert step.why.startswith("A draft for this lead exists. The tagged address")
    [step] = steps("shared-wallet", leads=(lead,))
    assert step.why.startswith("The tagged address")
    assert steps("shared-wallet") == []


def test_a_missing_destination_tag_is_named() -> None:
    lead = LeadFact("l1", "Kronbyte", "xrp", missing_memo="destination tag")
    [step] = steps("lead-memo", leads=(lead,))
    assert "destination tag" in step.title
    assert steps("lead-memo") == []


def test_one_inferred_link_asks_for_a_second_indicator_until_it_was_sent() -> None:
    lead = LeadFact("l1", "Kronbyte", "bitcoin", rests_on_inference=True)
    assert len(steps("second-indicator", leads=(lead,), drafts=(draft(),))) == 1
    sent = draft("sent", ["preservation"])
    assert steps("second-indicator", leads=(lead,), drafts=(sent,)) == []
    assert steps("second-indicator") == []


def test_an_old_entry_of_the_directory_is_named_with_its_date() -> None:
    [step] = steps(
        "old-service", old_services=(ServiceAgeFact("kb", "Kronbyte", "2025-01-01", ("l1",)),)
    )
    assert "2025-01-01" in step.why
    assert step.command == "chainlead services show kb"


def test_what_an_answer_left_open_is_asked_once_more() -> None:
    left = ("No item 3.", "No item 4.", "No item 5.", "No item 6.")
    [step] = steps("answer-incomplete", answers=(AnswerFact("a1", "d1", "Kronbyte", left),))
    assert "No item 5. And 1 more." in step.why
    assert step.command == "chainlead answer follow-up c a1"
    for done in (AnswerFact("a1", "d1", "K", ()), AnswerFact("a1", "d1", "K", left, True)):
        assert steps("answer-incomplete", answers=(done,)) == []
