"""Why a node or a line of a picture is drawn: the reasons, each once, with the report's own cards."""

from collections.abc import Iterable, Mapping
from typing import Any

from chainlead.model import Sentence, Strength
from chainlead.report.canvas import HandFold
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.why.reason import Card, Why, card_of, inference_card
from chainlead.report.why.words import STRENGTHS

OBSERVED, ASSERTED, FOLDED = "observed", "asserted", "folded"
INFERRED, BY_CLUSTER = "inferred", "inferred-service"


def trail_reasons(
    trace: Mapping[str, Any], rules: tuple[str, ...], hand_folds: Iterable[HandFold] = ()
) -> dict[str, Why]:
    """The reasons that the nodes and lines of one picture rest on, by id.

    Args:
        trace: one trace of the bundle.
        rules: the rule or rules that are drawn.
        hand_folds: the boxes that persons made; the reason of each has the key of its box as id.
    """
    pinned = trace["pinned"]
    named: tuple[tuple[str, object], ...] = (
        (Sentence("Trace"), trace["trace_id"]),
        (Sentence("Pinned to"), f"{pinned.get('chain')} block {pinned.get('height')}"),
        (Sentence("Block hash"), pinned.get("block_hash")),
        (Sentence("Stored answer"), trace["result_sha256"]),
    )
    named = tuple((name, value) for name, value in named if value)
    taint = tuple(
        card_of("Taint rule", trace["rules"][rule]["card"])
        for rule in rules
        if "card" in trace["rules"][rule]
    )
    cards: dict[str, Card] = {}
    for inference in trace["inferences"]:
        card = card_of("Heuristic", inference_card(inference))
        cards.setdefault(card.name, card)
    words = STRENGTHS
    folded = Sentence(
        "Folded so that the picture can be read: nothing is left out of the tables, and the badge says "
        "how many and how much it holds."
    )
    by_hand = Sentence(
        "A person folded this so that the picture can be read; the box says how many and how much it holds. "
        "It says nothing about the money: each line keeps its own strength in the tables."
    )
    return {
        **{
            fold.key: Why(
                fold.key,
                INFERRED,
                (by_hand,),
                (
                    (Sentence("Folded by hand as"), fold.name),
                    (Sentence("Folded by hand by"), fold.who),
                    (Sentence("When"), fold.at),
                    *named,
                ),
                taint,
            )
            for fold in hand_folds
        },
        OBSERVED: Why(OBSERVED, OBSERVED, (words[OBSERVED],), named),
        INFERRED: Why(INFERRED, INFERRED, (words[INFERRED],), named, taint),
        BY_CLUSTER: Why(
            BY_CLUSTER, INFERRED, (words[INFERRED],), named, tuple(cards[n] for n in sorted(cards))
        ),
        ASSERTED: Why(ASSERTED, ASSERTED, (words[ASSERTED],), named),
        FOLDED: Why(FOLDED, INFERRED, (folded,), named, taint),
    }


def reason_ids(graph: Graph) -> dict[str, str]:
    """For each node, and for each line (tail and head with a space between), the id of its reason."""
    nodes = {node.key: node for node in graph.nodes}
    ids = {node.key: FOLDED if node.shape is Shape.FOLD else OBSERVED for node in graph.nodes}
    ids |= {node.key: node.key for node in graph.nodes if node.is_by_hand}
    for edge in graph.edges:
        reason = _of_edge(edge, nodes[edge.tail], nodes[edge.head])
        ids[f"{edge.tail} {edge.head}"] = reason
        for end in (edge.tail, edge.head):
            if nodes[end].shape is Shape.SERVICE:
                ids[end] = reason
    return ids


def _of_edge(edge: Edge, tail: Node, head: Node) -> str:
    if edge.strength is Strength.ASSERTED:
        return ASSERTED
    if edge.strength is Strength.OBSERVED:
        return OBSERVED
    return BY_CLUSTER if Shape.SERVICE in {tail.shape, head.shape} else INFERRED
