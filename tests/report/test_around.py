"""A picture stands still: what was moved stays, what is new comes around it, closing brings it back."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given, settings

from chainlead.model import Strength
from chainlead.report.around import BOX_HEIGHT, BOX_WIDTH, out_of_time, place_around
from chainlead.report.fold import folded
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.layout import place
from chainlead.report.whole import Whole


def grove(arms, length, fan):
    """A trunk to a service; from each of its transactions an arm that reaches none, with fans."""
    nodes, edges, ends = [Node("o", Shape.ORIGIN, ("a", "1"), "")], [], {}
    count = itertools.count()

    def transaction(spent, outputs):
        number = next(count)
        key = f"t{number:03d}"
        nodes.append(
            Node(key, Shape.TRANSACTION, (key,), "", (number, 0, key), f"day {number:03d}")
        )
        edges.append(Edge(spent, key, Strength.OBSERVED, 5, ""))
        made = [f"{key}:{index}" for index in range(outputs)]
        for output in made:
            nodes.append(Node(output, Shape.OUTPUT, ("b", "1"), ""))
            edges.append(Edge(key, output, Strength.INFERRED, 5, ""))
        return made

    tips = []
    spent = "o"
    for _ in range(arms):
        spent, *others = transaction(spent, 2 + fan)
        tips.append(others[0])
        ends |= {other: {"reason": "unspent"} for other in others[1:]}
    ends[spent] = {"reason": "service"}
    nodes.append(Node("service", Shape.SERVICE, ("S",), "S"))
    edges.append(Edge(spent, "service", Strength.ASSERTED, 5, ""))
    for _ in range(length):
        tips = [output for tip in tips for output in transaction(tip, 2)[:2]][: 4 * arms]
    return Whole(Graph(tuple(nodes), tuple(edges)), ends)


GROVES = st.builds(grove, st.integers(3, 7), st.integers(2, 4), st.integers(3, 6))


def shown(whole, opened=(), moved=None, kept=None, *, unspent=False):
    base_graph = folded(whole)
    graph = folded(whole, opened=opened, show_unspent=unspent)
    base = place(base_graph)
    return graph, place_around(base, base_graph, graph, moved=moved or {}, kept=kept or {})


def badges(whole):
    return sorted(node.fold for node in folded(whole).nodes if node.fold)


@settings(max_examples=20, deadline=None)
@given(GROVES, st.data())
def test_what_was_moved_stays_and_nothing_else_moves(whole, data):
    graph = folded(whole)
    key = data.draw(st.sampled_from(sorted(node.key for node in graph.nodes)))
    at = data.draw(st.tuples(st.integers(-500, 3000), st.integers(-500, 3000)))
    fold = data.draw(st.sampled_from(badges(whole)))
    before = place(graph).places
    _, after = shown(whole, (fold,), {key: at})
    for node, point in after.layout.places.items():
        if node == key:
            assert point == at
        elif node in before:
            assert point == before[node]
    xs = [x for x, _ in after.layout.places.values()]
    ys = [y for _, y in after.layout.places.values()]
    assert min(xs) >= after.left
    assert min(ys) >= after.top
    assert max(xs) <= after.layout.width
    assert max(ys) <= after.layout.height


@settings(max_examples=20, deadline=None)
@given(GROVES, st.data())
def test_what_is_new_stands_on_nothing(whole, data):
    opened = data.draw(st.lists(st.sampled_from(badges(whole)), unique=True, min_size=1))
    _, after = shown(whole, tuple(opened))
    places = after.layout.places
    assert after.fresh
    for key in after.fresh:
        x, y = places[key]
        for other, (other_x, other_y) in places.items():
            apart = abs(x - other_x) >= BOX_WIDTH or abs(y - other_y) >= BOX_HEIGHT - 0.2
            assert key == other or apart, (key, other)


@settings(max_examples=20, deadline=None)
@given(GROVES, st.data())
def test_time_runs_from_left_to_right_where_nothing_was_moved(whole, data):
    opened = data.draw(st.lists(st.sampled_from(badges(whole)), unique=True, min_size=1))
    graph, after = shown(whole, tuple(opened))
    places = after.layout.places
    wrong = set(after.out_of_time)
    timed = sorted((node for node in graph.nodes if node.has_time), key=lambda n: n.moment)
    for earlier, later in itertools.combinations(timed, 2):
        if places[earlier.key][0] > places[later.key][0]:
            assert earlier.key in wrong
    assert len(wrong) <= len(timed) // 2
    for edge in graph.edges:
        if {edge.tail, edge.head} & after.fresh and not wrong:
            assert places[edge.tail][0] <= places[edge.head][0]


@settings(max_examples=15, deadline=None)
@given(GROVES, st.data())
def test_opening_then_closing_gives_the_same_picture(whole, data):
    first, second = data.draw(st.lists(st.sampled_from(badges(whole)), min_size=2, max_size=2))
    _, before = shown(whole)
    _, once = shown(whole, (first,))
    kept = {key: once.layout.places[key] for key in once.fresh}
    _, twice = shown(whole, (first, second), kept=kept)
    for key, point in once.layout.places.items():
        if key in twice.layout.places:
            assert twice.layout.places[key] == point
    more = {key: twice.layout.places[key] for key in twice.fresh}
    _, back = shown(whole, (second,), kept=more)
    for key, point in back.layout.places.items():
        assert point == twice.layout.places.get(key, point)
    _, closed = shown(whole)
    assert closed == before


def test_a_node_that_is_moved_out_of_time_is_named():
    whole = grove(4, 2, 3)
    graph, after = shown(whole, (), {"t001": (4000, 50)})
    assert after.out_of_time == ("t001",)
    assert out_of_time(graph, {**after.layout.places, "t001": (300.0, 50.0)}) == ()


def test_every_unspent_output_is_shown_where_it_is_asked():
    whole = grove(5, 3, 4)
    graph, _ = shown(whole, unspent=True)
    keys = {node.key for node in graph.nodes}
    assert {key for key, end in whole.ends.items() if end["reason"] == "unspent"} <= keys


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import hashlib
from test_around import badges, grove, shown
whole = grove(6, 4, 5)
_, after = shown(whole, tuple(badges(whole)))
print(hashlib.sha256(repr(sorted(after.layout.places.items())).encode()).hexdigest())
"""


def test_every_machine_gives_the_same_places():
    def places(seed):
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout

    assert places("1") == places("2") == places("77")
