import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import Strength
from chainlead.report.crossings import ordered_columns, total_crossings
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.heights import spread
from chainlead.report.layout import ROW_GAP, place, slabs


@st.composite
def graphs(draw):
    """Random trails: transactions at random heights, each output spent later or not at all."""
    count = draw(st.integers(1, 14))
    heights = sorted(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    nodes, edges = [], []
    for number, height in enumerate(heights):
        key = f"tx{number:02d}"
        nodes.append(
            Node(key, Shape.TRANSACTION, (key,), key, (height, number, key), f"day {height}")
        )
        for index in range(draw(st.integers(1, 4))):
            output = f"{key}:{index}"
            nodes.append(Node(output, Shape.OUTPUT, (output,), output))
            edges.append(Edge(key, output, Strength.OBSERVED, 5, ""))
            later = draw(st.integers(0, count * 2))
            if number < later < count:
                edges.append(Edge(output, f"tx{later:02d}", Strength.OBSERVED, 5, ""))
            elif draw(st.booleans()):
                nodes.append(Node(f"service {output}", Shape.SERVICE, ("S",), "S"))
                edges.append(Edge(output, f"service {output}", Strength.ASSERTED, 5, ""))
    return Graph(tuple(nodes), tuple(edges))


@given(graphs())
def test_no_edge_runs_backward(graph):
    layout = place(graph)
    for edge, points in layout.routes:
        xs = [x for x, _ in points]
        assert xs == sorted(set(xs)), edge


@given(graphs())
def test_every_transaction_of_a_column_precedes_every_one_of_the_next(graph):
    places = place(graph).places
    moments = sorted(
        (places[n.key][0], n.moment) for n in graph.nodes if n.shape is Shape.TRANSACTION
    )
    for x in {x for x, _ in moments}:
        before = [moment for there, moment in moments if there < x]
        here = [moment for there, moment in moments if there >= x]
        assert not before or max(before) <= min(here)


@given(graphs())
def test_no_two_things_stand_on_each_other(graph):
    places = sorted(place(graph).places.values())
    for (x, y), (other_x, other_y) in itertools.pairwise(places):
        assert x != other_x or other_y - y >= ROW_GAP - 0.2


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_in_which_nodes_are_given_does_not_matter(graph, random):
    nodes = list(graph.nodes)
    random.shuffle(nodes)
    assert place(replace(graph, nodes=tuple(nodes))) == place(graph)


def test_one_slab_holds_transactions_that_do_not_need_each_other():
    def node(key, height):
        return Node(key, Shape.TRANSACTION, (), "", (height, 0, key), "")

    free = Graph((node("a", 1), node("b", 2)), ())
    assert [[n.key for n in slab] for slab in slabs(free)] == [["a", "b"]]
    linked = Graph(
        (*free.nodes, Node("o", Shape.OUTPUT, (), "")),
        (
            Edge("a", "o", Strength.OBSERVED, 1, ""),
            Edge("o", "b", Strength.OBSERVED, 1, ""),
        ),
    )
    assert [[n.key for n in slab] for slab in slabs(linked)] == [["a"], ["b"]]


def test_an_empty_graph_has_a_layout():
    assert place(Graph((), ())).places == {}


def test_crossings_are_counted_and_removed():
    links = [("a", "y"), ("b", "x"), ("c", "z")]
    right = {"a": ["y"], "b": ["x"], "c": ["z"]}
    assert total_crossings([["a", "b", "c"], ["x", "y", "z"]], right) == 1
    ordered = ordered_columns([["a", "b", "c"], ["x", "y", "z"]], links)
    assert total_crossings(ordered, right) == 0


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_heights_keep_order_and_gap(sizes, data):
    columns = [[f"{c}.{n}" for n in range(size)] for c, size in enumerate(sizes)]
    links = [
        (data.draw(st.sampled_from(left)), key)
        for left, keys in itertools.pairwise(columns)
        for key in keys
    ]
    heights = spread(columns, links, lambda _key: 10.0)
    assert min(heights.values()) == 0
    for keys in columns:
        for upper, lower in itertools.pairwise(keys):
            assert heights[lower] - heights[upper] >= 10 - 1e-6
