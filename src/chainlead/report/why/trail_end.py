"""Why a trail stops where it does, and what each rule says is there."""

from collections.abc import Iterable, Mapping
from typing import Any

from chainlead.model import Sentence
from chainlead.report.why.reason import Card, Why, card_of, inference_card

PLACES = Sentence(
    "Places and amounts are observed. The traced parts are inferred, each by the rule that "
    "names its column. A dash means that the rule brings nothing there."
)
BOUNDS = Sentence(
    "Least and most bound every rule: no rule brings less than the one or more than the other."
)
STOPS = {
    "service": Sentence(
        "The address is said to belong to a service: it mixes its customers' money."
    ),
    "unspent": Sentence("No known block spends it: the money may still lie there."),
    "mixing": Sentence(
        "The transaction was made so that nobody can tell whose output is whose; going on would guess."
    ),
    "limit": Sentence("The trace was told to go no further."),
    "left the known blocks": Sentence("What spends it is in blocks that this case does not hold."),
    "balance not known": Sentence("The balance that the account had is not known."),
    "not fetched": Sentence("Nobody has asked for its history yet."),
    "fee": Sentence("It was left to the miner as a fee."),
    "coinbase": Sentence("New coins: they have no earlier history."),
    "one of several": Sentence(
        "The ledger hides which of several outputs was spent; keys of the owner would show it."
    ),
}
_TAINT, _HEURISTIC = Sentence("Taint rule"), Sentence("Heuristic")


def why_end(trace: Mapping[str, Any], place: Mapping[str, Any], cards: Iterable[Card] = ()) -> Why:
    """The reasons for one end of a trail.

    Args:
        trace: its document (`trace_documents`).
        place: a line of `side_by_side`.
        cards: of the trace, see `trace_cards`.
    """
    reason = place["reason"]
    sentences: list[str] = [STOPS[reason]] if reason in STOPS else []
    sentences.append(PLACES)
    if place["least"] or place["most"]:
        sentences.append(BOUNDS)
    if place["note"]:
        sentences.append(Sentence(place["note"]))
    return Why(
        f"end:{trace['trace_id']}:{place['place']}",
        "inferred",
        tuple(sentences),
        (
            (Sentence("Place"), place["place"]),
            (Sentence("Stops because"), Sentence(reason)),
            *(
                (name, f"{place[key]['decimal']} {place[key]['symbol']}")
                for name, key in (
                    (Sentence("At least"), "least"),
                    (Sentence("At most"), "most"),
                )
                if place[key]
            ),
        ),
        tuple(cards),
    )


def trace_cards(trace: Mapping[str, Any]) -> tuple[Card, ...]:
    """The rules and heuristics that a trace rests on, as they were when it was made."""
    rules = [
        card_of(_TAINT, result["card"])
        for _, result in sorted(trace["rules"].items())
        if "card" in result
    ]
    used = {str(card["name"]): card for card in map(inference_card, trace["inferences"])}
    return (*rules, *(card_of(_HEURISTIC, card) for _, card in sorted(used.items())))
