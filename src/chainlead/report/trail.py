"""One trace under one rule, as a graph: outputs, the transactions between them, where it stops.

Strength of an edge. That a transaction spends an output, or creates one, is observed. Which of its
outputs carries the marked value is observed only where all that went in was marked; else the rule
decided it, and the edge is inferred. That an end belongs to a service is asserted (or inferred,
where the claim is inherited).
"""

from collections import defaultdict
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from chainlead.model import Strength
from chainlead.report.behind import add_behind
from chainlead.report.fold import folded
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.money import written
from chainlead.report.plain_text import shortened, visible
from chainlead.report.whole import Whole

_LAST = 1 << 62
_SERVICE = "service"
_LABEL_WIDTH = 15


def trail_graph(trace: Mapping[str, Any], rule: str) -> Graph:
    """The trail of one rule, folded to a size that a person can read.

    Args:
        trace: one trace of the bundle.
        rule: name of one of its rules.
    """
    return add_behind(folded(whole_trail(trace, rule)), trace)


def whole_trail(trace: Mapping[str, Any], rule: str) -> Whole:
    """The trail of one rule with nothing folded, without what stands behind its origin."""
    result = trace["rules"][rule]
    transfers = {t["outpoint"]: t for t in result["transfers"] if t.get("outpoint")}
    ends = {n["outpoint"]: n for n in result["frontier"] if n.get("outpoint")}
    for outpoint, end in ends.items():
        transfers.setdefault(outpoint, end)
    known = {tx["txid"]: tx for tx in trace["transactions"]}
    spenders = _spenders(known, transfers)
    created = {_txid(outpoint): transfer for outpoint, transfer in transfers.items()}
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for txid in sorted({*(_txid(o) for o in transfers), *spenders.values()}):
        nodes[txid] = transaction_node(txid, known.get(txid) or created.get(txid) or {})
    marked = _wholly_marked(known, transfers)
    for outpoint, transfer in sorted(transfers.items()):
        nodes[outpoint] = _output(outpoint, transfer, ends.get(outpoint))
        is_origin = transfer.get("hop") == 0
        sure = is_origin or marked.get(_txid(outpoint), False)
        edges.append(
            Edge(
                _txid(outpoint),
                outpoint,
                Strength.OBSERVED if sure else Strength.INFERRED,
                int(transfer["traced"]["units"]),
                _created(outpoint, transfer, rule, sure=sure),
            )
        )
        if outpoint in spenders:
            edges.append(
                Edge(
                    outpoint,
                    spenders[outpoint],
                    Strength.OBSERVED,
                    int(transfer["traced"]["units"]),
                    f"Spent in transaction {spenders[outpoint]} (observed in its block).",
                )
            )
    add_services(nodes, edges, ends)
    graph = Graph(tuple(nodes[key] for key in sorted(nodes)), tuple(edges))
    return Whole(graph, ends, trace["direction"] == "backward")


def _txid(outpoint: str) -> str:
    return outpoint.partition(":")[0]


def _spenders(known: Mapping[str, Any], transfers: Mapping[str, Any]) -> dict[str, str]:
    return {
        spent["outpoint"]: txid
        for txid in sorted(known)
        for spent in known[txid].get("inputs", [])
        if spent.get("outpoint") in transfers
    }


def _wholly_marked(known: Mapping[str, Any], transfers: Mapping[str, Any]) -> dict[str, bool]:
    """For each transaction, whether everything that went in was on the trail in full."""
    marked: dict[str, bool] = {}
    for txid, transaction in known.items():
        spent = [
            transfers.get(entry.get("outpoint") or "") for entry in transaction.get("inputs", [])
        ]
        marked[txid] = bool(spent) and all(
            t is not None and t["traced"]["units"] == t["amount"]["units"] for t in spent
        )
    return marked


def transaction_node(txid: str, record: Mapping[str, Any]) -> Node:
    """A transaction with its place and time."""
    height = record.get("height")
    date = _clock(str(record.get("mined_at") or ""))
    block = f"in block {height}" if height is not None else "in no known block"
    return Node(
        txid,
        Shape.TRANSACTION,
        (f"tx {shortened(txid)}",),
        f"Transaction {txid}, {block}{f', {date} UTC' if date else ''}.",
        moment=(
            _LAST if height is None else int(height),
            int(record.get("block_index") or 0),
            txid,
        ),
        date=date or "time unknown",
        at=str(record.get("mined_at") or ""),
    )


def _clock(moment: str) -> str:
    """`2024-03-01T09:00:00Z` as `2024-03-01 09:00`."""
    return moment.replace("T", " ")[:16]


def _output(outpoint: str, transfer: Mapping[str, Any], end: Mapping[str, Any] | None) -> Node:
    address = transfer.get("address")
    name = shortened(visible(address)) if address else "no address"
    whole, traced = written(transfer["amount"]), written(transfer["traced"])
    lines = [name, traced]
    if end is not None and end["reason"] != _SERVICE:
        lines.append(str(end["reason"]))
    title = f"Output {outpoint}, address {visible(address or 'not known')}: {whole}"
    title += "." if whole == traced else f", of which {traced} is traced."
    if end is not None:
        title += f" The trail stops here: {end['reason']}."
    shape = Shape.ORIGIN if transfer.get("hop") == 0 else Shape.OUTPUT
    return Node(outpoint, shape, tuple(lines), title)


def _created(outpoint: str, transfer: Mapping[str, Any], rule: str, *, sure: bool) -> str:
    traced = written(transfer["traced"])
    if sure:
        return f"Output {outpoint}: {traced} (observed in its block)."
    return f"Output {outpoint}: {traced} of it by the rule {rule} (inferred)."


def _wrapped(name: str) -> tuple[str, ...]:
    lines = wrap(name, _LABEL_WIDTH)
    return tuple(lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: _LABEL_WIDTH - 1]}…"])


def add_services(nodes: dict[str, Node], edges: list[Edge], ends: Mapping[str, Any]) -> None:
    """Draw the services at the ends that have one; `ends` is by the key of the drawn node."""
    reached: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outpoint, end in sorted(ends.items()):
        if end["reason"] == _SERVICE:
            reached[_txid(outpoint), str(end.get("note") or "service")].append(outpoint)
    for (txid, service), outpoints in reached.items():
        key = f"service {service} {txid}"
        name = visible(service)
        nodes[key] = Node(key, Shape.SERVICE, _wrapped(name), f"Service: {name}.")
        for outpoint in outpoints:
            inherited = "inferred" in str(ends[outpoint].get("strength", ""))
            strength = Strength.INFERRED if inherited else Strength.ASSERTED
            edges.append(
                Edge(
                    outpoint,
                    key,
                    strength,
                    int(ends[outpoint]["traced"]["units"]),
                    f"The address of {outpoint} is said to belong to {name} ({strength.value}).",
                )
            )
