import msgspec

from chainlead.model import Strength
from chainlead.report.fold import GOES_ON, TRANSACTION_BUDGET, fold_fans, within_budget
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.parts.traces import _trace
from chainlead.report.trail import trail_graph


def _folded(document):
    return trail_graph(
        _trace("t", {}, msgspec.json.decode(msgspec.json.encode(document))), "haircut"
    )


def test_a_small_trail_is_drawn_whole(make_trace_document):
    graph = _folded(make_trace_document(fan=3))
    assert not [node for node in graph.nodes if node.shape is Shape.FOLD]


def test_a_long_fan_of_unspent_outputs_becomes_a_badge_with_count_and_sum(make_trace_document):
    graph = _folded(make_trace_document(fan=200))
    (badge,) = [node for node in graph.nodes if node.shape is Shape.FOLD]
    assert badge.lines == ("200 outputs, unspent", "0.00100000 BTC")
    (edge,) = [edge for edge in graph.edges if edge.head == badge.key]
    assert edge.units == 100_000
    assert edge.strength is Strength.INFERRED
    assert len(graph.nodes) < 24


def test_a_fold_loses_no_value(make_trace_document):
    for fan in (0, 3, 40, 500):
        graph = _folded(make_trace_document(fan=fan))
        spent = {edge.tail for edge in graph.edges if not edge.head.startswith("service")}
        shown = sum(
            edge.units
            for edge in graph.edges
            if edge.head not in spent and not edge.head.startswith("service")
        )
        assert shown == 5_000_000


def _star(arms):
    """One transaction pays many, each of which goes on once; the last one reaches a service."""
    nodes = [Node("t", Shape.TRANSACTION, (), "", (0, 0, "t"), "")]
    edges = []
    for arm in range(arms):
        output, after, end = f"t:{arm:04d}", f"u{arm:04d}", f"u{arm:04d}:0"
        nodes += [
            Node(output, Shape.OUTPUT, ("a",), ""),
            Node(after, Shape.TRANSACTION, (), "", (1 + arm, 0, after), ""),
            Node(end, Shape.OUTPUT, ("b",), ""),
        ]
        edges += [
            Edge("t", output, Strength.OBSERVED, arms - arm, ""),
            Edge(output, after, Strength.OBSERVED, arms - arm, ""),
            Edge(after, end, Strength.OBSERVED, arms - arm, ""),
        ]
    last = f"u{arms - 1:04d}:0"
    nodes.append(Node("service", Shape.SERVICE, ("S",), ""))
    edges.append(Edge(last, "service", Strength.ASSERTED, 1, ""))
    return Graph(tuple(nodes), tuple(edges)), {last: {"reason": "service"}}


def test_beyond_the_budget_the_ways_to_services_and_the_largest_stay():
    graph, ends = _star(400)
    kept = within_budget(graph, ends)
    keys = {node.key for node in kept.nodes}
    transactions = [node for node in kept.nodes if node.shape is Shape.TRANSACTION]
    assert len(transactions) == TRANSACTION_BUDGET
    assert {"t", "u0399", "u0399:0", "service", "u0000", "u0057"} <= keys
    assert "u0058" not in keys
    cut = next(node for node in kept.nodes if node.key == "t:0058")
    assert cut.shape is Shape.FOLD
    assert "goes on, not drawn" in cut.lines
    assert all(edge.tail in keys and edge.head in keys for edge in kept.edges)


def test_a_thousand_branches_that_are_not_drawn_become_one_badge():
    graph, ends = _star(1000)
    folded = fold_fans(within_budget(graph, ends), ends)
    (badge,) = [node for node in folded.nodes if node.shape is Shape.FOLD]
    assert badge.lines[0] == f"941 outputs, {GOES_ON}"
    assert len(folded.nodes) < 250
    assert sum(edge.units for edge in folded.edges if edge.tail == "t") == sum(range(1, 1001))
