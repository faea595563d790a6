import hypothesis.strategies as st
import msgspec
from hypothesis import given, settings

from chainlead.model import Strength
from chainlead.report.cut import OPENED_AT_ONCE, cut
from chainlead.report.fold import GOES_ON, TRANSACTION_BUDGET, folded
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.narrow import MOST_ELEMENTS, elements
from chainlead.report.parts.traces import _trace
from chainlead.report.trail import trail_graph
from chainlead.report.whole import Whole, turned


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


def drawn(graph, ends, **how):
    return folded(Whole(graph, ends), **how)


def test_beyond_the_budget_the_ways_to_services_and_the_largest_stay():
    graph, ends = _star(400)
    kept = cut(Whole(graph, ends), budget=TRANSACTION_BUDGET, opened=(), show_unspent=False).graph
    keys = {node.key for node in kept.nodes}
    transactions = [node for node in kept.nodes if node.shape is Shape.TRANSACTION]
    assert len(transactions) == TRANSACTION_BUDGET
    assert {"t", "u0399", "u0399:0", "service", "u0000", "u0057"} <= keys
    assert "u0058" not in keys
    badge = next(node for node in kept.nodes if node.key == "t:0058")
    assert (badge.shape, badge.fold) == (Shape.FOLD, "fold branch t:0058")
    assert "1 tx folded" in badge.lines
    assert all(edge.tail in keys and edge.head in keys for edge in kept.edges)


def test_a_thousand_branches_that_are_not_drawn_become_one_badge():
    graph, ends = _star(1000)
    found = drawn(graph, ends)
    (badge,) = [node for node in found.nodes if node.shape is Shape.FOLD]
    assert badge.lines[0] == f"941 outputs, {GOES_ON}"
    assert badge.held.transactions == 941
    assert len(found.nodes) < 250
    assert sum(edge.units for edge in found.edges if edge.tail == "t") == sum(range(1, 1001))


def line(length, *, payments=0, service=True):
    """A row of transactions; each may pay somebody beside it, and the last one reaches a service."""
    nodes, edges, ends = [Node("o", Shape.ORIGIN, ("a", "9 BTC"), "")], [], {}
    before = "o"
    for number in range(length):
        key, left = f"t{number:02d}", 1000 - number
        nodes.append(
            Node(key, Shape.TRANSACTION, (key,), "", (number, 0, key), f"day {number:02d}")
        )
        edges.append(Edge(before, key, Strength.OBSERVED, left + 1, ""))
        before = f"{key}:on"
        nodes.append(Node(before, Shape.OUTPUT, ("b", ""), ""))
        edges.append(Edge(key, before, Strength.INFERRED, left, ""))
        for place in range(payments):
            paid = f"{key}:{place}"
            nodes.append(Node(paid, Shape.OUTPUT, ("c", ""), ""))
            edges.append(Edge(key, paid, Strength.INFERRED, 1, ""))
            ends[paid] = {"reason": "unspent"}
    ends[before] = {"reason": "service" if service else "unspent"}
    if service:
        nodes.append(Node("service", Shape.SERVICE, ("S",), ""))
        edges.append(Edge(before, "service", Strength.ASSERTED, 1, ""))
    return Graph(tuple(nodes), tuple(edges)), ends


def test_a_peel_chain_becomes_a_badge_that_says_how_many_ended_and_how_much():
    graph, ends = line(20, payments=2)
    found = drawn(graph, ends)
    (badge,) = [node for node in found.nodes if node.shape is Shape.FOLD]
    assert badge.fold == "fold run t01"
    assert (badge.held.transactions, badge.held.ends, badge.held.unspent) == (18, 36, 36)
    assert badge.held.units == badge.held.unspent_units == 36
    assert badge.date == "day 18"
    assert "day 01 to day 18" in badge.title
    assert {edge.head for edge in found.edges if edge.tail == badge.key} == {"t18:on"}


def test_what_only_passes_on_becomes_a_badge():
    found = drawn(*line(20))
    (badge,) = [node for node in found.nodes if node.shape is Shape.FOLD]
    assert badge.fold == "fold through t01"
    assert badge.lines == ("passed on: 18 tx", "1000 units")


def test_a_run_is_opened_and_shows_what_is_unspent_where_asked():
    graph, ends = line(20, payments=2)
    for how in ({"opened": ("fold run t01",)}, {"show_unspent": True}):
        found = drawn(graph, ends, **how)
        assert {node.key for node in graph.nodes} == {node.key for node in found.nodes}


def bush(depth):
    """A transaction whose two outputs are each spent by such a one again; the last are unspent."""
    nodes, edges = [], []
    level = ["arm"]
    for step in range(depth):
        below = []
        for spent in level:
            key = f"tx-{spent}"
            nodes.append(Node(key, Shape.TRANSACTION, (key,), "", (step + 1, 0, key), "later"))
            edges.append(Edge(spent, key, Strength.OBSERVED, 1, ""))
            for side in "ab":
                made = f"{spent}{side}"
                nodes.append(Node(made, Shape.OUTPUT, ("b", ""), ""))
                edges.append(Edge(key, made, Strength.INFERRED, 1, ""))
                below.append(made)
        level = below
    return nodes, edges, {key: {"reason": "unspent"} for key in level}


def test_a_branch_without_a_service_becomes_a_badge_and_opens_nearest_first():
    trunk, ends = line(3)
    nodes, edges, more = bush(7)
    fork = Edge("t00", "arm", Strength.INFERRED, 500, "")
    arm = Node("arm", Shape.OUTPUT, ("b", ""), "")
    graph = Graph((*trunk.nodes, arm, *nodes), (*trunk.edges, fork, *edges))
    ends |= more
    found = drawn(graph, ends)
    (badge,) = [node for node in found.nodes if node.shape is Shape.FOLD]
    assert (badge.key, badge.fold) == ("arm", "fold branch arm")
    assert (badge.held.transactions, badge.held.ends, badge.held.unspent) == (127, 128, 128)
    assert badge.lines[2:] == ("127 tx folded", "128 ends: 128 units", "all unspent")
    opened = drawn(graph, ends, opened=("fold branch arm",))
    shown = [node.key for node in opened.nodes if node.key.startswith("tx-arm")]
    assert len(shown) == OPENED_AT_ONCE
    assert {key for key in shown if len(key) <= len("tx-arm") + 4} == {
        key
        for node in nodes
        if (key := node.key).startswith("tx-") and len(key) <= len("tx-arm") + 4
    }
    rest = [node.held for node in opened.nodes if node.fold.startswith("fold branch")]
    assert sum(held.transactions for held in rest) == 127 - OPENED_AT_ONCE


def test_opening_one_fold_changes_no_other():
    graph, ends = line(30, payments=2)
    nodes, edges, more = bush(4)
    fork = Edge("t00", "arm", Strength.INFERRED, 500, "")
    arm = Node("arm", Shape.OUTPUT, ("b", ""), "")
    both = Graph((*graph.nodes, arm, *nodes), (*graph.edges, fork, *edges))
    found = drawn(both, ends | more)
    badges = {node.fold for node in found.nodes if node.fold}
    assert badges == {"fold run t01", "fold branch arm"}
    for fold in badges:
        after = drawn(both, ends | more, opened=(fold,))
        before = {node.key for node in found.nodes} - {fold}
        assert before <= {node.key for node in after.nodes}
        assert badges - {fold} <= {node.fold for node in after.nodes}


@st.composite
def trails(draw):
    """A random trail: each transaction spends one or two open outputs and makes some."""
    nodes, edges, ends = [Node("t00:0", Shape.ORIGIN, ("a", "1"), "")], [], {}
    loose = ["t00:0"]
    amounts = {"t00:0": 1000}
    for number in range(1, draw(st.integers(8, 40))):
        key = f"t{number:02d}"
        nodes.append(Node(key, Shape.TRANSACTION, (key,), "", (number, 0, key), f"d{number:02d}"))
        for _ in range(draw(st.integers(1, 2))):
            if loose:
                spent = loose.pop(draw(st.integers(0, len(loose) - 1)))
                edges.append(Edge(spent, key, Strength.OBSERVED, amounts[spent], ""))
        if not any(edge.head == key for edge in edges):
            nodes.pop()
            break
        for index in range(draw(st.integers(1, 5))):
            made = f"{key}:{index}"
            amounts[made] = draw(st.integers(1, 99))
            nodes.append(Node(made, Shape.OUTPUT, ("b", "2"), ""))
            edges.append(Edge(key, made, Strength.INFERRED, amounts[made], ""))
            loose.append(made)
    for key in loose:
        reason = draw(st.sampled_from(["unspent", "unspent", "left the known blocks", "service"]))
        ends[key] = {"reason": reason}
        if reason == "service":
            nodes.append(Node(f"service {key}", Shape.SERVICE, ("S",), "S"))
            edges.append(Edge(key, f"service {key}", Strength.ASSERTED, amounts[key], ""))
    return Graph(tuple(nodes), tuple(edges)), ends, amounts


def held_in_all(graph, ends, amounts):
    """Number and sum of the ends that are drawn or in a badge."""
    seen = [key for key in ends if any(n.key == key and not n.fold for n in graph.nodes)]
    held = [node.held for node in graph.nodes if node.fold]
    return (
        len(seen) + sum(each.ends for each in held),
        sum(amounts[key] for key in seen) + sum(each.units for each in held),
    )


@settings(max_examples=150, deadline=None)
@given(trails(), st.integers(1, 12), st.booleans(), st.data())
def test_every_end_is_drawn_or_in_exactly_one_badge(trail, budget, show_unspent, data):
    graph, ends, amounts = trail
    found = drawn(graph, ends, budget=budget, show_unspent=show_unspent)
    everything = (len(ends), sum(amounts[key] for key in ends))
    assert held_in_all(found, ends, amounts) == everything
    badges = [node.fold for node in found.nodes if node.fold]
    assert len(badges) == len(set(badges))
    if show_unspent:
        kept = {node.key for node in found.nodes}
        assert {key for key, end in ends.items() if end["reason"] == "unspent"} <= kept
    if badges:
        opened = data.draw(st.lists(st.sampled_from(badges), unique=True))
        wider = drawn(graph, ends, budget=budget, show_unspent=show_unspent, opened=opened)
        assert held_in_all(wider, ends, amounts) == everything
        assert not set(opened) & {node.fold for node in wider.nodes}
    keys = {node.key for node in found.nodes}
    assert all(edge.tail in keys and edge.head in keys for edge in found.edges)


def test_a_trail_that_runs_backward_is_folded_the_same_way():
    graph, ends = line(20, payments=2)
    turned_round = turned(graph)
    found = folded(Whole(turned_round, ends, is_backward=True))
    (badge,) = [node for node in found.nodes if node.shape is Shape.FOLD]
    assert badge.fold == "fold run t01"
    assert {edge.tail for edge in found.edges if edge.head == badge.key} == {"t18:on"}


def test_sixteen_thousand_transactions_are_folded_to_what_can_be_drawn():
    trunk, ends = line(3)
    nodes, edges, more = bush(14)
    fork = Edge("t00", "arm", Strength.INFERRED, 500, "")
    arm = Node("arm", Shape.OUTPUT, ("b", ""), "")
    for whole in (
        Whole(Graph((*trunk.nodes, arm, *nodes), (*trunk.edges, fork, *edges)), ends | more),
        Whole(Graph((arm, *nodes), tuple(edges)), more),
    ):
        found = folded(whole)
        assert elements(found) < MOST_ELEMENTS // 2
        badges = [node.held for node in found.nodes if node.held]
        assert sum(held.transactions for held in badges) > 16_000
        drawn_ends = [node for node in found.nodes if node.key in more and not node.fold]
        assert sum(held.unspent for held in badges) + len(drawn_ends) == 2**14
