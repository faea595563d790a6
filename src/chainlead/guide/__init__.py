"""The next step in plain words, what was forgotten, and the practice case."""

from chainlead.guide.facts import (
    AnswerFact,
    CaseFacts,
    ClockFact,
    ContestedFact,
    DraftFact,
    ExhibitFact,
    FoundAddress,
    HiddenCoinFact,
    LeadFact,
    MovementFact,
    ServiceAgeFact,
    TraceFact,
    UnreadFact,
)
from chainlead.guide.glossary import (
    GROUPS,
    Spelling,
    Word,
    glossary,
    glossary_markdown,
    lookup_word,
)
from chainlead.guide.next_step import next_steps
from chainlead.guide.rule import NextStepRule, next_step_rules
from chainlead.guide.step import Step, Urgency

__all__ = [
    "GROUPS",
    "AnswerFact",
    "CaseFacts",
    "ClockFact",
    "ContestedFact",
    "DraftFact",
    "ExhibitFact",
    "FoundAddress",
    "HiddenCoinFact",
    "LeadFact",
    "MovementFact",
    "NextStepRule",
    "ServiceAgeFact",
    "Spelling",
    "Step",
    "TraceFact",
    "UnreadFact",
    "Urgency",
    "Word",
    "glossary",
    "glossary_markdown",
    "lookup_word",
    "next_step_rules",
    "next_steps",
]
