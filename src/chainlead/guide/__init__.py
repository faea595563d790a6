"""The next step in plain words, what was forgotten, and the practice case."""

from chainlead.guide.asks import CONFIRM, WHOM, Ask, ask_table, asks
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
    RerunFact,
    ServiceAgeFact,
    StatedFact,
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
from chainlead.guide.next_step import next_steps, steps_aside
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, next_step_rules
from chainlead.guide.step import Step, Urgency

__all__ = [
    "CONFIRM",
    "GROUPS",
    "WHOM",
    "AnswerFact",
    "Ask",
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
    "Place",
    "RerunFact",
    "ServiceAgeFact",
    "Spelling",
    "StatedFact",
    "Step",
    "TraceFact",
    "UnreadFact",
    "Urgency",
    "Word",
    "ask_table",
    "asks",
    "glossary",
    "glossary_markdown",
    "lookup_word",
    "next_step_rules",
    "next_steps",
    "steps_aside",
]
