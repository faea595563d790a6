"""What to do next: every rule is asked, urgent first, dismissed steps left out."""

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import next_step_rules
from chainlead.guide.step import Step


def next_steps(facts: CaseFacts) -> tuple[Step, ...]:
    """All steps that make sense now, in a fixed order: urgency, then what is in line, then id."""
    found = (step for rule in next_step_rules() for step in rule.steps(facts))
    wanted = [step for step in found if step.step_id not in facts.dismissed]
    return tuple(sorted(wanted, key=lambda step: (step.urgency, step.forgotten, step.step_id)))
