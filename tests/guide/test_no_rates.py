"""The guide asks for rates once a letter would have a value, and never before or after."""

from dataclasses import replace

from chainlead.guide import CaseFacts, Urgency, next_steps
from chainlead.guide.facts import LeadFact

REACHED = CaseFacts(
    folder="c", settings={"currency": "SEK"}, leads=(LeadFact("l1", "Kronbyte", "bitcoin"),)
)


def test_a_case_with_a_lead_and_no_rates_is_told_how_to_add_them() -> None:
    [step] = [step for step in next_steps(REACHED) if step.step_id == "rates"]
    assert step.command == "chainlead rates add c FILE"
    assert step.urgency is Urgency.LATER
    assert "a value in SEK" in step.title


def test_rates_or_no_lead_need_no_such_step() -> None:
    for facts in (replace(REACHED, rate_sources=1), replace(REACHED, leads=())):
        assert "rates" not in {step.step_id for step in next_steps(facts)}
