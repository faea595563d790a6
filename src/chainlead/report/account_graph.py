"""One trace over accounts under one rule, as a graph: arrivals at accounts, the transactions between.

Strength of an edge. That a transaction pays an account is observed; how much of it is traced was
decided by the rule, and so was that a later payment of the account carries it on: both inferred. An
arrival is joined to the next payment that its account made on the trail, not to all later ones.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from chainlead.model import Strength
from chainlead.report.behind import add_behind
from chainlead.report.fold import folded
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.money import written
from chainlead.report.plain_text import shortened, visible
from chainlead.report.trail import add_services, transaction_node
from chainlead.report.whole import Whole

_SERVICE = "service"


def account_graph(trace: Mapping[str, Any], rule: str) -> Graph:
    """The trail of one rule, folded to a size that a person can read.

    Args:
        trace: one trace of the bundle, over accounts.
        rule: name of one of its rules.
    """
    return add_behind(folded(whole_account_trail(trace, rule)), trace)


def whole_account_trail(trace: Mapping[str, Any], rule: str) -> Whole:
    """The trail of one rule with nothing folded, without what stands behind its origin."""
    result = trace["rules"][rule]
    known = {tx["txid"]: tx for tx in trace["transactions"]}
    arrivals = {_key(told): told for told in result["transfers"]}
    ordered = sorted(arrivals, key=lambda key: (tuple(arrivals[key]["order"]), key))
    ends = _ends(result, arrivals, ordered, is_forward=trace["direction"] == "forward")
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    waiting: dict[str, list[str]] = defaultdict(list)
    for key in ordered:
        told = arrivals[key]
        txid = told["txid"]
        nodes.setdefault(txid, transaction_node(txid, known.get(txid, told)))
        held = waiting.pop(told["sender"] or "", ())
        edges.extend(_carried(earlier, arrivals[earlier], txid, rule) for earlier in held)
        nodes[key] = _arrival(key, told, ends.get(key))
        edges.append(_paid(key, told, rule))
        if told["receiver"]:
            waiting[told["receiver"]].append(key)
    add_services(nodes, edges, ends)
    graph = Graph(tuple(nodes[key] for key in sorted(nodes)), tuple(edges))
    return Whole(graph, ends, trace["direction"] == "backward")


def _key(told: Mapping[str, Any]) -> str:
    return f"{told['txid']}:{told['order'][2]}"


def _ends(
    result: Mapping[str, Any],
    arrivals: Mapping[str, Mapping[str, Any]],
    ordered: list[str],
    *,
    is_forward: bool,
) -> dict[str, dict[str, Any]]:
    """The end that each arrival stands for; what an account holds stands with its last arrival."""
    ends: dict[str, dict[str, Any]] = {}
    side = "receiver" if is_forward else "sender"
    for node in result["frontier"]:
        if node["address"] is None or node["traced"] is None:
            continue
        here = [key for key in ordered if arrivals[key][side] == node["address"]]
        same = [key for key in here if arrivals[key]["txid"] == node["txid"] and key not in ends]
        named = same or [key for key in here if key not in ends][-1:]
        if named:
            ends[named[0]] = {**node, "amount": node["amount"] or node["traced"]}
    return ends


def _carried(earlier: str, told: Mapping[str, Any], txid: str, rule: str) -> Edge:
    return Edge(
        earlier,
        txid,
        Strength.INFERRED,
        int(told["traced"]["units"]),
        f"{told['receiver']} paid in transaction {txid}; which part it carried on was decided by the "
        f"rule {rule} (inferred).",
    )


def _paid(key: str, told: Mapping[str, Any], rule: str) -> Edge:
    is_origin = told["hop"] == 0
    sentence = (
        f"{told['place']}: {written(told['amount'])} (observed in its block)."
        if is_origin
        else f"{told['place']}: {written(told['traced'])} of it by the rule {rule} (inferred)."
    )
    strength = Strength.OBSERVED if is_origin else Strength.INFERRED
    return Edge(told["txid"], key, strength, int(told["traced"]["units"]), sentence)


def _short(amount: dict[str, Any]) -> str:
    """The amount without the zeros at its end: exact, and narrow enough for a label."""
    decimal = str(amount["decimal"])
    shown = decimal.rstrip("0").rstrip(".") if "." in decimal else decimal
    return written({**amount, "decimal": shown})


def _arrival(key: str, told: Mapping[str, Any], end: Mapping[str, Any] | None) -> Node:
    account = told["receiver"]
    name = shortened(visible(account)) if account else "nobody"
    lines = [name, _short(told["traced"])]
    if told["memo"]:
        lines.append(f"tag {visible(told['memo'])}")
    if end is not None and end["reason"] != _SERVICE:
        lines.append(str(end["reason"]))
    title = (
        f"{told['place']}, to account {visible(account or 'nobody')}: {written(told['amount'])}, of "
        f"which {written(told['traced'])} is traced."
    )
    if end is not None:
        title += f" The trail stops here: {end['reason']}."
    shape = Shape.ORIGIN if told["hop"] == 0 else Shape.OUTPUT
    return Node(key, shape, tuple(lines), title)
