"""What to do next: every rule is asked, urgent first, dismissed steps left out."""

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import next_step_rules
from chainlead.guide.step import Step


def next_steps(facts: CaseFacts) -> tuple[Step, ...]:
    """All steps that make sense now, in a fixed order: urgency, then what is in line, then id."""
    return tuple(step for step in _all_steps(facts) if step.step_id not in facts.dismissed)


def steps_aside(facts: CaseFacts) -> tuple[Step, ...]:
    """The steps that would make sense, and that a person set aside."""
    return tuple(step for step in _all_steps(facts) if step.step_id in facts.dismissed)


def _all_steps(facts: CaseFacts) -> list[Step]:
    found = (step for rule in next_step_rules() for step in rule.steps(facts))
    return sorted(found, key=lambda step: (step.urgency, step.forgotten, step.step_id))
