"""The trails of all rules as one: every line with the amount under each rule.

A rule that brings nothing to a line counts as zero there, so that the least and the most of a line
bound what any rule of the trace says.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from chainlead.model import Strength
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.whole import Whole

_ORDER = (Strength.ASSERTED, Strength.INFERRED, Strength.OBSERVED)


def compared(wholes: Mapping[str, Whole]) -> Whole:
    """One trail from those of several rules.

    Args:
        wholes: rule name to its trail.
    """
    rules = sorted(wholes)
    nodes: dict[str, Node] = {}
    lines: dict[tuple[str, str], dict[str, Edge]] = {}
    ends: dict[str, Any] = {}
    for rule in rules:
        whole = wholes[rule]
        for node in whole.graph.nodes:
            nodes.setdefault(node.key, node)
        for edge in whole.graph.edges:
            lines.setdefault((edge.tail, edge.head), {})[rule] = edge
        for key, end in whole.ends.items():
            ends.setdefault(key, end)
    first = next(iter(wholes.values()), None)
    whole = Whole(Graph((), ()), ends, first is not None and first.is_backward)
    edges = tuple(_edge(whole, found, rules) for _, found in sorted(lines.items()))
    amounts = {
        key: edge for edge in edges for key in (edge.tail, edge.head) if not nodes[key].has_time
    }
    told = tuple(_node(whole, nodes[key], amounts.get(key)) for key in sorted(nodes))
    return whole.with_graph(Graph(told, edges))


def only_rules(graph: Graph, rules: Collection[str]) -> Graph:
    """The same graph with the amounts of some rules only, without what these do not reach."""
    edges = []
    for edge in graph.edges:
        by_rule = tuple((rule, units) for rule, units in edge.by_rule if rule in rules)
        most = max((units for _, units in by_rule), default=0)
        if most or not edge.by_rule:
            edges.append(replace(edge, by_rule=by_rule, units=most if by_rule else edge.units))
    touched = {key for edge in edges for key in (edge.tail, edge.head)}
    return Graph(tuple(node for node in graph.nodes if node.key in touched), tuple(edges))


def _edge(whole: Whole, found: Mapping[str, Edge], rules: list[str]) -> Edge:
    sample = next(iter(found.values()))
    by_rule = tuple((rule, found[rule].units if rule in found else 0) for rule in rules)
    strength = min((edge.strength for edge in found.values()), key=_ORDER.index)
    sentences = sorted({edge.title for edge in found.values()})
    return replace(
        sample,
        strength=strength,
        units=max(units for _, units in by_rule),
        title=" ".join([*sentences, by_rule_words(whole, by_rule)]),
        by_rule=by_rule,
    )


def by_rule_words(whole: Whole, by_rule: Iterable[tuple[str, int]]) -> str:
    """The amount under each rule, as in `By rule: fifo 0.1 BTC; haircut 0.2 BTC`."""
    said = "; ".join(f"{rule} {whole.money(units)}" for rule, units in by_rule)
    return f"By rule: {said}."


def _node(whole: Whole, node: Node, edge: Edge | None) -> Node:
    """An output's label says the least and the most that is traced there."""
    if edge is None or node.shape not in {Shape.OUTPUT, Shape.ORIGIN} or len(node.lines) < 2:
        return node
    least, most = edge.least, edge.units
    amount = _short(whole.money(most))
    if least != most:
        amount = f"{_short(whole.money(least)).partition(' ')[0]} to {amount}"
    reasons = node.lines[2:]
    return replace(
        node,
        lines=(node.lines[0], amount, *reasons),
        title=f"{_without_traced(node.title)} {by_rule_words(whole, edge.by_rule)}",
    )


def _short(money: str) -> str:
    """The amount without the zeros at its end."""
    decimal, _, symbol = money.partition(" ")
    shown = decimal.rstrip("0").rstrip(".") if "." in decimal else decimal
    return f"{shown} {symbol}"


def _without_traced(title: str) -> str:
    """The story of an output without the amount that one rule traces there."""
    before, mark, after = title.partition(", of which ")
    return f"{before}.{after.partition(' is traced.')[2]}" if mark else title
