"""What the guide is told of leads, requests, clocks, the directory and answers."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chainlead.custody import SteppingClock
from chainlead.guide import next_steps
from chainlead.model import Strength
from chainlead.workflow.case import Case
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.demo import Demo
from chainlead.workflow.leads import find_leads
from chainlead.workflow.request_facts import lead_fact, old_service_facts
from chainlead.workflow.request_states import record_state

LATER = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_unit(monkeypatch) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")


@pytest.fixture
def folder(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


def services(case):
    return [lead for lead in find_leads(case.store, case.blobs) if lead.track.value == "service"]


def test_drafts_and_clocks_are_told_as_their_events_leave_them(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        facts = gather_facts(case, LATER)
    sent = [draft for draft in facts.drafts if draft.parts_sent]
    assert sent
    assert {draft.state for draft in facts.drafts} != {"draft"}
    assert facts.clocks
    assert all(clock.is_over == (clock.reminder == 100) for clock in facts.clocks)


def test_the_practice_case_is_looked_at_from_its_own_last_act(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        assert gather_facts(case) == gather_facts(case, case.history[-1].at)


def test_an_answer_with_gaps_asks_for_a_follow_up_until_one_is_drafted(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        facts = gather_facts(case)
    assert facts.answers
    open_ones = replace(
        facts, answers=tuple(replace(answer, has_follow_up=False) for answer in facts.answers)
    )
    asked = [s for s in next_steps(open_ones) if s.step_id.startswith("answer-incomplete:")]
    assert len(asked) == sum(bool(answer.left_open) for answer in facts.answers)


def test_a_lead_that_rests_on_one_inferred_link_says_so(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        lead = services(case)[0]
    one = replace(lead, strength=Strength.INFERRED, claims=lead.claims[:1], conflicts=())
    assert lead_fact(one).rests_on_inference
    other = replace(lead.claims[0], source="another source", pack="another pack")
    assert not lead_fact(replace(one, claims=(lead.claims[0], other))).rests_on_inference
    assert not lead_fact(replace(one, strength=Strength.ASSERTED)).rests_on_inference


def test_a_wallet_of_all_customers_is_known_by_its_tag(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        lead = services(case)[0]
    deposit = replace(lead.deposits[0], sweep_txid=None)
    claim = replace(
        lead.claims[0], address=deposit.address, inherited_via=(), note="hot wallet",
        service="Kastell Exchange hot wallet",
    )  # fmt: skip
    straight = replace(lead, claims=(claim,), deposits=(deposit,))
    swept = replace(straight, deposits=(replace(deposit, sweep_txid="aa" * 32),))
    assert lead_fact(straight).names_shared is True
    assert lead_fact(swept).names_shared is False


def test_a_missing_destination_tag_is_told_for_ledgers_that_need_one(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        lead = services(case)[0]
    assert lead_fact(lead).missing_memo == ""
    bare = replace(lead, chain="xrp")
    assert lead_fact(bare).missing_memo == "destination tag"
    tagged = replace(bare, deposits=tuple(replace(d, memo="7") for d in bare.deposits))
    assert lead_fact(tagged).missing_memo == ""


def test_only_entries_that_leads_use_and_nobody_read_lately_are_old(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        lead = services(case)[0]
    kraken = replace(lead, service="Kraken", actor="kraken", uri="kraken.com")
    assert list(old_service_facts([kraken], datetime(2026, 11, 23, tzinfo=UTC).date())) == []
    [old] = old_service_facts([kraken, kraken], datetime(2028, 1, 1, tzinfo=UTC).date())
    assert old.lead_ids == (lead.lead_id, lead.lead_id)
    assert list(old_service_facts([lead], datetime(2028, 1, 1, tzinfo=UTC).date())) == [], (
        "practice"
    )


def test_a_real_case_is_guided_to_review_and_to_preserve(folder: Path, demo: Demo) -> None:
    from chainlead.workflow.case import set_setting

    with Case.open_to_write(folder, clock=SteppingClock(LATER), who="second") as case:
        set_setting(case, "practice", "no")
        drafted = [d for d in gather_facts(case, LATER).drafts if d.state == "drafted"]
        assert drafted
        waiting = {s.step_id for s in next_steps(gather_facts(case, LATER))}
        assert f"review:{drafted[0].draft_id}" in waiting
        record_state(case, drafted[0].draft_id, "reviewed")
        after = {s.step_id for s in next_steps(gather_facts(case, LATER + timedelta(days=1)))}
        assert f"review:{drafted[0].draft_id}" not in after
