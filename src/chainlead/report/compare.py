"""The trails of all rules as one: every line with the amount under each rule.

A rule that brings nothing to a line counts as zero there, so that the least and the most of a line
bound what any rule of the trace says. A line is observed only where every rule has it so.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from chainlead.report.canvas import COMPARE
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.whole import Whole

_NOTHING = {"units": "0", "decimal": "0"}


def compared(trace: Mapping[str, Any], make: Callable[[Mapping[str, Any], str], Whole]) -> Whole:
    """One trail from those of all rules.

    Args:
        trace: one trace of the bundle.
        make: makes the trail of one rule.
    """
    rules = sorted(trace["rules"])
    amounts: dict[str, dict[str, int]] = {}
    transfers: dict[str, Mapping[str, Any]] = {}
    ends: dict[tuple[object, ...], Mapping[str, Any]] = {}
    for rule in rules:
        for told in trace["rules"][rule]["transfers"]:
            key = _key(told)
            transfers.setdefault(key, told)
            if told["traced"]:
                amounts.setdefault(key, {})[rule] = int(told["traced"]["units"])
        for end in trace["rules"][rule]["frontier"]:
            ends.setdefault((end.get("outpoint"), end["txid"], end["address"], end["reason"]), end)
            if end.get("outpoint") and end["traced"]:
                amounts.setdefault(end["outpoint"], {}).setdefault(
                    rule, int(end["traced"]["units"])
                )
    both = {
        "transfers": [_least(told, amounts.get(key, {}), rules) for key, told in transfers.items()],
        "frontier": list(ends.values()),
    }
    whole = make({**trace, "rules": {COMPARE: both}}, COMPARE)
    by_rule = {
        key: tuple((rule, found.get(rule, 0)) for rule in rules) for key, found in amounts.items()
    }
    edges = tuple(
        _edge(edge, by_rule.get(edge.head) or by_rule.get(edge.tail) or ())
        for edge in whole.graph.edges
    )
    return whole.with_graph(Graph(whole.graph.nodes, edges))


def _key(told: Mapping[str, Any]) -> str:
    return str(told.get("outpoint") or f"{told['txid']}:{told['order'][2]}")


def _least(
    told: Mapping[str, Any], found: Mapping[str, int], rules: Collection[str]
) -> Mapping[str, Any]:
    """The transfer with the least that is traced by any rule, which decides how sure its line is."""
    whole = int(told["amount"]["units"]) if told.get("amount") else 0
    if len(found) == len(rules) and min(found.values(), default=0) == whole:
        return told
    return {**told, "traced": {**(told["traced"] or told["amount"]), **_NOTHING}}


def _edge(edge: Edge, by_rule: tuple[tuple[str, int], ...]) -> Edge:
    most = max((units for _, units in by_rule), default=edge.units)
    return Edge(edge.tail, edge.head, edge.strength, most, edge.title, by_rule)


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


def in_words(graph: Graph, whole: Whole) -> Graph:
    """The graph with the amount under each rule in what it says; as it is where one rule is drawn."""
    if not any(edge.by_rule for edge in graph.edges):
        return graph
    edges = tuple(_said(whole, edge) for edge in graph.edges)
    shapes = {node.key: node for node in graph.nodes}
    by_output = {
        key: edge
        for edge in edges
        for key in (edge.tail, edge.head)
        if edge.by_rule and not shapes[key].has_time
    }
    nodes = tuple(_node(whole, node, by_output.get(node.key)) for node in graph.nodes)
    return Graph(nodes, edges)


def _said(whole: Whole, edge: Edge) -> Edge:
    if not edge.by_rule:
        return edge
    title = edge.title.partition(": ")[0] if "by the rule" in edge.title else edge.title.rstrip(".")
    words = f"{title}. {by_rule_words(whole, edge.by_rule)} ({edge.strength.value})."
    return replace(edge, title=words)


def by_rule_words(whole: Whole, by_rule: Iterable[tuple[str, int]]) -> str:
    """The amount under each rule, as in `By rule: fifo 0.1 BTC; haircut 0.2 BTC`."""
    return "By rule: " + "; ".join(f"{rule} {whole.money(units)}" for rule, units in by_rule)


def _node(whole: Whole, node: Node, edge: Edge | None) -> Node:
    """An output's label says the least and the most that is traced there."""
    is_output = node.shape in {Shape.OUTPUT, Shape.ORIGIN} or node.fold.endswith(node.key)
    if edge is None or not is_output or node.has_time or node.is_by_hand or len(node.lines) < 2:
        return node
    least, most = edge.least, edge.units
    amount: tuple[str, ...] = (_short(whole.money(most)),)
    if least != most:
        amount = (f"{_short(whole.money(least)).partition(' ')[0]} to", *amount)
    title = f"{_without_traced(node.title)} {by_rule_words(whole, edge.by_rule)}."
    if node.held is not None:
        title = f"{title} Sums are by the rule that brings most."
    return replace(node, lines=(node.lines[0], *amount, *node.lines[2:]), title=title)


def _short(money: str) -> str:
    """The amount without the zeros at its end."""
    decimal, _, symbol = money.partition(" ")
    shown = decimal.rstrip("0").rstrip(".") if "." in decimal else decimal
    return f"{shown} {symbol}"


def _without_traced(title: str) -> str:
    """The story of an output without the amount that one rule traces there."""
    before, mark, after = title.partition(", of which ")
    return f"{before}.{after.partition(' is traced.')[2]}" if mark else title
