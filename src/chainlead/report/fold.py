"""Fold before drawing: nobody reads a wall. A badge always says how many and how much.

What is folded stays in the tables, in full.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chainlead.report.graph import Edge, Graph, Node, Shape

FOLD_ABOVE = 24
"""Graphs with at most so many nodes are drawn whole."""
FAN = 3
"""So many ends of one transaction with one reason become a badge."""
TRANSACTION_BUDGET = 60
"""At most so many transactions are drawn: those on the way to a service, then the largest."""
_KEPT = frozenset({"service", "mixing", "one of several"})
GOES_ON = "goes on, not drawn"


def fold_fans(graph: Graph, ends: Mapping[str, Any]) -> Graph:
    """Replace fans of ends (outputs of one transaction with one reason) by a badge.

    Args:
        graph: the trail.
        ends: outpoint to its frontier node, with `reason`, `amount` and `traced`.
    """
    if len(graph.nodes) <= FOLD_ABOVE:
        return graph
    spent = {edge.tail for edge in graph.edges}
    fans: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    drawn = {node.key: node for node in graph.nodes}
    for edge in graph.edges:
        end = ends.get(edge.head)
        if drawn[edge.head].shape is Shape.FOLD:
            fans[edge.tail, GOES_ON].append(edge)
        elif end and drawn[edge.head].shape is Shape.OUTPUT and edge.head not in spent:
            fans[edge.tail, str(end["reason"])].append(edge)
    gone: set[str] = set()
    badges: list[Node] = []
    edges: list[Edge] = []
    for (txid, reason), fan in sorted(fans.items()):
        if len(fan) < FAN or reason in _KEPT:
            continue
        gone.update(edge.head for edge in fan)
        key = f"fold {txid} {reason}"
        total = _total(sum(edge.units for edge in fan), ends)
        words = f"{len(fan)} outputs, {reason}"
        badges.append(
            Node(key, Shape.FOLD, (words, total), f"{words}: {total} together; see the table.")
        )
        weakest = max((edge.strength for edge in fan), key=lambda s: s.value == "inferred")
        edges.append(
            Edge(txid, key, weakest, sum(edge.units for edge in fan), f"{words}: {total}.")
        )
    return Graph(
        (*(node for node in graph.nodes if node.key not in gone), *badges),
        (*(edge for edge in graph.edges if edge.head not in gone), *edges),
    )


def _total(units: int, ends: Mapping[str, Any]) -> str:
    """The sum in the words of the trail's own asset."""
    sample = next((end["traced"] for end in ends.values() if "traced" in end), None)
    if sample is None:
        return f"{units} units"
    places = len(sample["decimal"].partition(".")[2])
    whole, part = divmod(units, 10**places)
    return (
        f"{whole}.{part:0{places}d} {sample['symbol']}" if places else f"{whole} {sample['symbol']}"
    )


def within_budget(graph: Graph, ends: Mapping[str, Any], budget: int = TRANSACTION_BUDGET) -> Graph:
    """Keep the ways to services and the largest of the rest; mark where the drawing stops.

    Args:
        graph: the trail.
        ends: outpoint to frontier node.
        budget: how many transactions are drawn at most.
    """
    transactions = {node.key for node in graph.nodes if node.shape is Shape.TRANSACTION}
    if len(transactions) <= budget:
        return graph
    leaving: dict[str, list[Edge]] = defaultdict(list)
    entering: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.tail].append(edge)
        entering[edge.head].append(edge)
    wanted = _before([o for o, end in ends.items() if end["reason"] in _KEPT], entering)
    kept = _grown(transactions, leaving, entering, wanted, budget)
    nodes, edges = [], []
    for node in graph.nodes:
        if node.shape is Shape.TRANSACTION:
            if node.key in kept:
                nodes.append(node)
            continue
        touching = [e.tail for e in entering[node.key]] + [e.head for e in leaving[node.key]]
        owners = [key for key in touching if key in transactions]
        if node.shape is Shape.SERVICE:
            outputs = [e.tail for e in entering[node.key]]
            owners = [e.tail for output in outputs for e in entering[output]]
        if not any(key in kept for key in owners):
            continue
        hidden = [e for e in leaving[node.key] if e.head in transactions and e.head not in kept]
        if hidden and node.shape is Shape.OUTPUT:
            title = f"{node.title} It goes on in the table; the picture stops here."
            nodes.append(replace(node, shape=Shape.FOLD, lines=(*node.lines, GOES_ON), title=title))
        else:
            nodes.append(node)
    present = {node.key for node in nodes}
    edges = [edge for edge in graph.edges if edge.tail in present and edge.head in present]
    return Graph(tuple(nodes), tuple(edges))


def _before(starts: list[str], entering: Mapping[str, list[Edge]]) -> set[str]:
    seen: set[str] = set()
    waiting = sorted(starts)
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting.extend(edge.tail for edge in entering[key])
    return seen


def _grown(
    transactions: set[str],
    leaving: Mapping[str, list[Edge]],
    entering: Mapping[str, list[Edge]],
    wanted: set[str],
    budget: int,
) -> set[str]:
    """Transactions reached from the start, those towards a service first, then by amount."""
    starts = sorted(
        key for key in transactions if not any(entering[edge.tail] for edge in entering[key])
    )
    queue = [(key not in wanted, 0, key) for key in starts]
    heapq.heapify(queue)
    kept: set[str] = set()
    while queue and len(kept) < budget:
        _, _, key = heapq.heappop(queue)
        if key in kept:
            continue
        kept.add(key)
        for created in leaving[key]:
            for spent in leaving[created.head]:
                if spent.head in transactions:
                    heapq.heappush(queue, (spent.head not in wanted, -spent.units, spent.head))
    return kept
