"""Draws what stands before a trail that goes on behind a service: the service, and its word, dotted.

The join is asserted by the service alone. It is drawn after folding, so that it is never folded away.
"""

from collections.abc import Mapping
from dataclasses import replace
from textwrap import wrap
from typing import Any

from chainlead.model import Strength
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.plain_text import visible

BEHIND = "behind "
"""The key of the service before the origin begins so."""
_LABEL_WIDTH = 15
_MOST_LINES = 3


def add_behind(graph: Graph, trace: Mapping[str, Any]) -> Graph:
    """The graph with the service that states where the trail begins; as it is for other trails."""
    basis = trace.get("basis")
    origins = sorted(node.key for node in graph.nodes if node.shape is Shape.ORIGIN)
    if not basis or not origins:
        return graph
    name = visible(str(basis["source"]))
    key = f"{BEHIND}{name}"
    lines = (*wrap(name, _LABEL_WIDTH)[:_MOST_LINES], "states: same customer")
    title = (
        f"{name} states that this withdrawal belongs to the customer who received the deposits "
        f"(answer {basis['answer_id']}, row {basis['row']}). No ledger shows it."
    )
    edges = [
        Edge(key, origin, Strength.ASSERTED, int(basis["amount_units"]), title)
        for origin in origins
    ]
    node = Node(key, Shape.SERVICE, lines, title)
    return replace(graph, nodes=(*graph.nodes, node), edges=(*edges, *graph.edges))
