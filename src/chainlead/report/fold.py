"""Fold before drawing: nobody reads a wall. A badge always says how many and how much.

Four things are folded: branches that reach no service, runs that pass money on or peel it, fans of
ends, and what is beyond the budget. What is folded stays in the tables, in full; it can be opened.
"""

from collections import defaultdict
from collections.abc import Collection

from chainlead.report.cut import cut
from chainlead.report.graph import Edge, Graph, Held, Node, Shape, together, weakest
from chainlead.report.runs import contract
from chainlead.report.whole import KEPT, UNSPENT, Ways, Whole, held_words, turned

FOLD_ABOVE = 24
"""Graphs with at most so many nodes are drawn whole."""
FAN = 3
"""So many ends of one transaction with one reason become a badge."""
TRANSACTION_BUDGET = 60
"""At most so many transactions are drawn: those on the way to a service, then the largest."""
GOES_ON = "goes on, not drawn"
ENDS = "fold ends "


def folded(
    whole: Whole,
    *,
    opened: Collection[str] = (),
    show_unspent: bool = False,
    budget: int = TRANSACTION_BUDGET,
    keep_services: bool = True,
) -> Graph:
    """The trail, folded to a size that a person can read.

    Args:
        whole: the trail.
        opened: names of folds whose content is drawn, in the order of opening.
        show_unspent: open every fold that holds something unspent.
        budget: how many transactions are drawn at most, before any is opened.
        keep_services: never fold ends at services.
    """
    if len(whole.graph.nodes) <= FOLD_ABOVE:
        return whole.graph
    contracted = whole.away.kept("contracted", contract)
    away = cut(contracted.whole, budget=budget, opened=opened, show_unspent=show_unspent)
    names = {node.key for node in away.graph.nodes if _is_asked(node, opened, show_unspent)}
    part = away.with_graph(contracted.expanded(away.graph, names))
    kept = KEPT if keep_services else frozenset[str]()
    graph = _fold_fans(part, opened=opened, show_unspent=show_unspent, kept=kept)
    return turned(graph) if whole.is_backward else graph


def _is_asked(node: Node, opened: Collection[str], show_unspent: bool) -> bool:
    return node.fold in opened or bool(show_unspent and node.held and node.held.unspent)


def _fold_fans(
    whole: Whole, *, opened: Collection[str], show_unspent: bool, kept: Collection[str]
) -> Graph:
    """Replace fans of ends (outputs of one transaction with one reason) by a badge."""
    graph = whole.graph
    if len(graph.nodes) <= FOLD_ABOVE:
        return graph
    ways = whole.ways
    fans: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        head = ways.nodes[edge.head]
        if head.shape is Shape.FOLD and not head.has_time:
            fans[edge.tail, GOES_ON].append(edge)
        elif reason := _fan_reason(ways, edge.head, kept):
            fans[edge.tail, reason].append(edge)
    gone: set[str] = set()
    badges: list[Node] = []
    edges: list[Edge] = []
    for (txid, reason), fan in sorted(fans.items()):
        key = f"{ENDS}{txid} {reason}"
        if len(fan) < FAN or key in opened or (show_unspent and reason == UNSPENT):
            continue
        inside = {edge.head for edge in fan}
        if ways.whole.is_backward:
            inside |= {step.head for end in inside for step in ways.leaving.get(end, ())}
        gone |= inside
        gone |= _services_of(ways, inside)
        badge = _badge(ways, key, reason, fan)
        badges.append(badge)
        units, by_rule = together(fan)
        edges.append(Edge(txid, key, weakest(fan), units, badge.title, by_rule))
    return Graph(
        (*(node for node in graph.nodes if node.key not in gone), *badges),
        (*(edge for edge in graph.edges if not gone & {edge.tail, edge.head}), *edges),
    )


def _fan_reason(ways: Ways, key: str, kept: Collection[str]) -> str:
    """Why this end may be put into a fan; empty where it may not."""
    reason = ways.reason(key)
    if not reason or reason in kept or ways.nodes[key].shape is not Shape.OUTPUT:
        return ""
    services = [e.head for e in ways.leaving.get(key, ())]
    if reason == "service":
        names = sorted(ways.nodes[each].title for each in services)
        return f"service {' '.join(names)}"
    if not services:
        return reason
    # Backward, the transaction that created an end stands behind it: it goes with its only output.
    bare = all(not ways.leaving.get(step) and len(ways.entering[step]) == 1 for step in services)
    return reason if ways.whole.is_backward and bare else ""


def _services_of(ways: Ways, outputs: set[str]) -> set[str]:
    """Services that nothing else leads to."""
    heads = {edge.head for key in outputs for edge in ways.leaving.get(key, ())}
    return {
        key
        for key in heads
        if ways.nodes[key].shape is Shape.SERVICE
        and all(edge.tail in outputs for edge in ways.entering[key])
    }


def _badge(ways: Ways, key: str, reason: str, fan: list[Edge]) -> Node:
    members = [ways.nodes[edge.head] for edge in fan]
    held = sum((node.held or ways.held(node.key) for node in members), Held())
    total = ways.whole.money(sum(edge.units for edge in fan))
    words = f"{len(fan)} outputs, {reason}"
    lines: tuple[str, ...] = (words, total)
    if reason == GOES_ON:
        lines = (*lines, *held_words(held, ways.whole))
    title = f"{words}: {total} together; see the table."
    return Node(key, Shape.FOLD, lines, title, fold=key, held=held)
