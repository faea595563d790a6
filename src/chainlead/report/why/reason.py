"""What stands behind a claim: its strength, sentences, names with values, and the rules it rests on.

The report's sections and the page print the same of these; nothing is worded twice. Texts are English;
those that are `Sentence` can be said in another language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.model import Sentence

NOT_MEASURED = "not measured"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Card:
    """A rule or heuristic as it stands behind a claim.

    Attributes:
        kind: `Taint rule` or `Heuristic`.
        named: version, assumption, known failure, citation, parameters, error rate, in this order.
        questions: what to ask before relying on it.
    """

    kind: str
    name: str
    named: tuple[tuple[str, object], ...]
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why one claim is made.

    Attributes:
        about: what is claimed, as an id: `finding:…`, `lead:…`, `draft:…`, `clock:…`, `end:…`.
        strength: `observed`, `inferred` or `asserted`.
        sentences: in the order in which they are read.
        named: names and values.
        cards: the rules and heuristics that it rests on.
    """

    about: str
    strength: str
    sentences: tuple[str, ...]
    named: tuple[tuple[str, object], ...] = ()
    cards: tuple[Card, ...] = ()


def inference_card(inference: Mapping[str, Any]) -> dict[str, Any]:
    """The card of an inference: its own record, or the one inside it."""
    card = inference.get("card") or inference.get("heuristic")
    return dict(card) if isinstance(card, dict) else dict(inference)


def card_of(kind: str, told: Mapping[str, Any]) -> Card:
    """The card of a rule or heuristic, from its record in a trace or a document of clusters."""
    questions = told.get("critical_questions") or told.get("questions") or ()
    return Card(
        kind, str(told.get("name", "unnamed")), card_pairs(told), tuple(map(str, questions))
    )


def card_pairs(told: Mapping[str, Any]) -> tuple[tuple[str, object], ...]:
    """What speaks for and against one rule or heuristic, as names and values."""
    return (
        (Sentence("Version"), told.get("version")),
        (Sentence("Assumption"), told.get("assumption")),
        (Sentence("Known failure"), told.get("known_failure")),
        (Sentence("Citation"), told.get("citation")),
        (Sentence("Parameters"), _parameters(told.get("parameters"))),
        (Sentence("Error rate"), told.get("error_rate") or Sentence(NOT_MEASURED)),
    )


def _parameters(parameters: Any) -> str:
    if not parameters:
        return Sentence(_NONE)
    if isinstance(parameters, Mapping):
        return ", ".join(f"{name} = {value}" for name, value in sorted(parameters.items()))
    return str(parameters)
