"""Runs of transactions that only pass the money on, or peel payments off it, become one badge each.

A run is a row of transactions, each with one line in from the one before. Where nothing branches off
it is a pass-through; where payments end beside it, it is a peel chain, and the badge says how many
ended and how much. Payments to services are never in a run.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from chainlead.model import Strength
from chainlead.report.cut import held_words
from chainlead.report.graph import Edge, Graph, Held, Node, Shape
from chainlead.report.whole import KEPT, Ways, Whole

RUN, THROUGH = "fold run ", "fold through "
RUN_LEAST = 4
"""So many transactions in a row become a badge."""


def fold_runs(whole: Whole, *, opened: Collection[str], show_unspent: bool) -> Whole:
    """The trail with each run as one badge.

    Args:
        whole: its lines run away from the origin.
        opened: names of folds that a person opened.
        show_unspent: leave runs alone in which something unspent lies.
    """
    ways = Ways(whole)
    gone: set[str] = set()
    nodes: list[Node] = []
    edges: list[Edge] = []
    for run in _runs(ways):
        inner = [key for step in run[:-1] for key in ways.outputs(step)]
        onward = ways.outputs(run[-1])
        passed = next((key for key in onward if _goes_on(ways, key)), None)
        inner += [key for key in onward if key != passed]
        held = sum((ways.held(key) for key in inner), Held(transactions=len(run)))
        name = f"{RUN if held.ends else THROUGH}{run[0]}"
        if name in opened or (show_unspent and held.unspent):
            continue
        members = {*run, *inner}
        gone |= members
        nodes.append(_badge(ways, name, run, held))
        edges.extend(replace(edge, head=name) for edge in ways.entering[run[0]])
        edges.extend(
            replace(edge, tail=name, strength=_weakest(ways, members, edge.strength))
            for edge in ways.leaving[run[-1]]
            if edge.head == passed
        )
    if not gone:
        return whole
    kept = tuple(node for node in whole.graph.nodes if node.key not in gone)
    left = (edge for edge in whole.graph.edges if not gone & {edge.tail, edge.head})
    return whole.with_graph(Graph((*kept, *nodes), (*left, *edges)))


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
        node = ways.nodes[output]
        if node.shape is not Shape.OUTPUT or ways.reason(output) in KEPT:
            return False
        if _goes_on(ways, output):
            onward += 1
        elif ways.leaving.get(output):
            return False
    return onward == 1


def _goes_on(ways: Ways, output: str) -> bool:
    return ways.next_transaction(output) is not None


def _successor(ways: Ways, transaction: str) -> str | None:
    outputs = (ways.next_transaction(output) for output in ways.outputs(transaction))
    return next((after for after in outputs if after is not None), None)


def _weakest(ways: Ways, members: set[str], last: Strength) -> Strength:
    inside = {edge.strength for key in members for edge in ways.leaving.get(key, ())} | {last}
    order = (Strength.ASSERTED, Strength.INFERRED, Strength.OBSERVED)
    return next(strength for strength in order if strength in inside)


def _badge(ways: Ways, name: str, run: list[str], held: Held) -> Node:
    members = sorted((ways.nodes[key] for key in run), key=lambda node: node.moment)
    begin, end = members[0], members[-1]
    what = "peel chain" if held.ends else "passed on"
    said = (f"{what}: {len(run)} tx", *held_words(held, ways.whole)[1:])
    title = (
        f"{len(run)} transactions in a row, {begin.date} to {end.date} UTC, folded: "
        f"{'; '.join(said)}; see the table."
    )
    return Node(
        name, Shape.FOLD, said, title,
        moment=end.moment, date=end.date, at=end.at, fold=name, held=held,
    )  # fmt: skip
