"""Runs of transactions that only pass the money on, or peel payments off it, become one badge each.

A run is a row of transactions, each with one line in from the one before. Where nothing branches off
it is a pass-through; where payments end beside it, it is a peel chain, and the badge says how many
ended and how much. Payments to services are never in a run. Runs are those of the whole trail, so that
opening something else never changes them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from chainlead.report.graph import Edge, Graph, Held, Node, Shape, weakest
from chainlead.report.whole import KEPT, Ways, Whole, held_words

RUN, THROUGH = "fold run ", "fold through "
RUN_LEAST = 4
"""So many transactions in a row become a badge."""


@dataclass(frozen=True)
class Contracted:
    """A trail with each run as one badge, and what is in each of them.

    Attributes:
        whole: the trail with the badges.
        members: name of a run to its nodes.
        lines: name of a run to its lines, those into it and out of it too.
    """

    whole: Whole
    members: dict[str, tuple[Node, ...]]
    lines: dict[str, tuple[Edge, ...]]

    def expanded(self, graph: Graph, names: Collection[str]) -> Graph:
        """A part of the trail with some of its runs drawn in full."""
        badges = {node.key for node in graph.nodes if node.key in self.members}
        chosen = sorted(badges & set(names))
        if not chosen:
            return graph
        gone = set(chosen)
        nodes = [node for node in graph.nodes if node.key not in gone]
        nodes += [node for name in chosen for node in self.members[name]]
        present = {node.key for node in nodes}
        edges = {
            (edge.tail, edge.head): edge
            for edge in graph.edges
            if not gone & {edge.tail, edge.head}
        }
        for name in chosen:
            for edge in self.lines[name]:
                if edge.tail in present and edge.head in present:
                    edges[edge.tail, edge.head] = edge
        return Graph(tuple(nodes), tuple(edges.values()))


def contract(whole: Whole) -> Contracted:
    """Make a badge of each run.

    Args:
        whole: its lines run away from the origin.
    """
    ways = whole.ways
    gone: set[str] = set()
    nodes: list[Node] = []
    edges: list[Edge] = []
    members: dict[str, tuple[Node, ...]] = {}
    lines: dict[str, tuple[Edge, ...]] = {}
    for run in _runs(ways):
        inner = [key for step in run[:-1] for key in ways.outputs(step)]
        onward = ways.outputs(run[-1])
        passed = next((key for key in onward if ways.next_transaction(key)), "")
        inner += [key for key in onward if key != passed]
        held = sum((ways.held(key) for key in inner), Held(transactions=len(run)))
        name = f"{RUN if held.ends else THROUGH}{run[0]}"
        inside = [*run, *inner]
        gone.update(inside)
        members[name] = tuple(ways.nodes[key] for key in inside)
        into = ways.entering[run[0]]
        out = [edge for key in run for edge in ways.leaving.get(key, ())]
        between = [edge for key in inner for edge in ways.leaving.get(key, ())]
        lines[name] = (*into, *out, *between)
        least_sure = weakest(out)
        nodes.append(_badge(ways, name, run, held, sum(edge.units for edge in into)))
        edges.extend(replace(edge, head=name) for edge in into)
        edges.extend(
            replace(edge, tail=name, strength=least_sure)
            for edge in ways.leaving[run[-1]]
            if edge.head == passed
        )
    if not gone:
        return Contracted(whole, {}, {})
    kept = tuple(node for node in whole.graph.nodes if node.key not in gone)
    left = [edge for edge in whole.graph.edges if edge.tail not in gone and edge.head not in gone]
    graph = Graph((*kept, *nodes), (*left, *edges))
    return Contracted(whole.with_graph(graph), members, lines)


def _runs(ways: Ways) -> Iterator[list[str]]:
    """Each longest row, in a fixed order; no transaction is in two."""
    fit = {key for key in ways.transactions if _fits(ways, key)}
    after = {key: _successor(ways, key) for key in fit}
    inside = {head for head in after.values() if head in fit}
    for start in sorted(fit - inside):
        run = [start]
        while (step := after[run[-1]]) is not None and step in fit:
            run.append(step)
        if len(run) >= RUN_LEAST:
            yield run


def _fits(ways: Ways, transaction: str) -> bool:
    before = ways.entering.get(transaction, ())
    if len(before) != 1 or not ways.entering.get(before[0].tail):
        return False  # a merge, or where the trail begins
    onward = 0
    for output in ways.outputs(transaction):
        if ways.nodes[output].shape is not Shape.OUTPUT or ways.reason(output) in KEPT:
            return False
        if ways.next_transaction(output) is not None:
            onward += 1
        elif ways.leaving.get(output):
            return False
    return onward == 1


def _successor(ways: Ways, transaction: str) -> str | None:
    outputs = (ways.next_transaction(output) for output in ways.outputs(transaction))
    return next((after for after in outputs if after is not None), None)


def _badge(ways: Ways, name: str, run: list[str], held: Held, units: int) -> Node:
    members = sorted((ways.nodes[key] for key in run), key=lambda node: node.moment)
    begin, end = members[0], members[-1]
    what = "peel chain" if held.ends else "passed on"
    amount = ways.whole.money(units)
    said = (f"{what}: {len(run)} tx", amount, *held_words(held, ways.whole)[1:])
    title = (
        f"{len(run)} transactions in a row, {begin.date} to {end.date} UTC, folded: "
        f"{'; '.join(said)}; see the table."
    )
    return Node(
        name, Shape.FOLD, said, title,
        moment=end.moment, date=end.date, at=end.at, fold=name, held=held,
    )  # fmt: skip
