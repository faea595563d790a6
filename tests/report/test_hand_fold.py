"""A fold made by hand hides nothing: what it holds and what runs into it and out of it is summed."""

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from chainlead.model import Strength
from chainlead.report import AFTER, BEFORE
from chainlead.report.canvas import HandFold
from chainlead.report.fold import folded
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.hand_fold import behind_badges, hand_folded, is_foldable, reached
from chainlead.report.whole import Whole, turned

WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
RULES = ("fifo", "haircut")
WEAKEST_FIRST = (Strength.ASSERTED, Strength.INFERRED, Strength.OBSERVED)


def box(members, number=1, name="Helpers", *, is_open=False):
    return HandFold(
        f"h{number}", name, "chosen", "", frozenset(members), (1, 2), "anna", WHEN, is_open
    )


@st.composite
def wholes(draw):
    """A trail with merges, services and fans; with one rule or as a comparison of two."""
    is_compared = draw(st.booleans())

    def line(tail, head, strength):
        amounts = tuple((rule, draw(st.integers(0, 99))) for rule in RULES)
        if is_compared:
            return Edge(tail, head, strength, max(u for _, u in amounts), "", amounts)
        return Edge(tail, head, strength, amounts[0][1], "")

    nodes, edges, ends = [Node("t00:0", Shape.ORIGIN, ("a", "1"), "")], [], {}
    loose = ["t00:0"]
    for number in range(1, draw(st.integers(6, 24))):
        key = f"t{number:02d}"
        if not loose:
            break
        nodes.append(Node(key, Shape.TRANSACTION, (key,), "", (number, 0, key), f"d{number:02d}"))
        for _ in range(draw(st.integers(1, 2))):
            if loose:
                spent = loose.pop(draw(st.integers(0, len(loose) - 1)))
                edges.append(line(spent, key, Strength.OBSERVED))
        for index in range(draw(st.integers(1, 5))):
            made = f"{key}:{index}"
            nodes.append(Node(made, Shape.OUTPUT, ("b", "2"), ""))
            edges.append(line(key, made, draw(st.sampled_from(WEAKEST_FIRST[1:]))))
            loose.append(made)
    for key in loose:
        reason = draw(st.sampled_from(["unspent", "unspent", "mixing", "service"]))
        ends[key] = {"reason": reason, "note": "Kronbyte"}
        if reason == "service":
            nodes.append(Node(f"service {key}", Shape.SERVICE, ("Kronbyte",), "Service: Kronbyte."))
            edges.append(line(key, f"service {key}", Strength.ASSERTED))
    whole = Whole(Graph(tuple(nodes), tuple(edges)), ends)
    if draw(st.booleans()):
        return Whole(turned(whole.graph), ends, is_backward=True)
    return whole


def chosen_of(data, graph):
    """Some things of a picture that may be folded."""
    keys = sorted(node.key for node in graph.nodes if is_foldable(node))
    return data.draw(st.sets(st.sampled_from(keys), min_size=2)) if len(keys) > 1 else set(keys)


def members_of(graph, whole, chosen):
    hidden = behind_badges(graph, whole)
    return frozenset().union(*(hidden.get(key, {key}) for key in chosen))


def sums(edges):
    """The amount of some lines under each rule; one nameless rule where only one is drawn."""
    found = {}
    for edge in edges:
        for rule, units in edge.by_rule or (("", edge.units),):
            found[rule] = found.get(rule, 0) + units
    return {rule: units for rule, units in found.items() if units}


def held_in_all(graph, whole):
    """Count and sum of all ends, and of those unspent: drawn, or in a badge or box."""
    ways = whole.away.ways
    total = [0, 0, 0, 0]
    for node in graph.nodes:
        held = node.held or ways.held(node.key)
        parts = (held.ends, held.units, held.unspent, held.unspent_units)
        total = [a + b for a, b in zip(total, parts, strict=True)]
    return total


@settings(max_examples=40, deadline=None)
@given(wholes(), st.integers(1, 12), st.data())
def test_sums_are_conserved_under_any_fold(whole, budget, data):
    graph = folded(whole, budget=budget)
    chosen = chosen_of(data, graph)
    made = hand_folded(graph, whole, [box(members_of(graph, whole, chosen))])
    (drawn,) = [node for node in made.graph.nodes if node.is_by_hand]
    assert set(made.inside) == chosen
    assert {node.key for node in made.graph.nodes} - {drawn.key} == {
        node.key for node in graph.nodes
    } - chosen
    assert held_in_all(made.graph, whole) == held_in_all(graph, whole)
    for node in made.graph.nodes:
        if node.key == drawn.key:
            continue
        for side in ("tail", "head"):
            before = [edge for edge in graph.edges if getattr(edge, side) == node.key]
            after = [edge for edge in made.graph.edges if getattr(edge, side) == node.key]
            assert sums(after) == sums(before)
    into = [e for e in graph.edges if e.head in chosen and e.tail not in chosen]
    out = [e for e in graph.edges if e.tail in chosen and e.head not in chosen]
    assert sums(into) == sums(e for e in made.graph.edges if e.head == drawn.key)
    assert sums(out) == sums(e for e in made.graph.edges if e.tail == drawn.key)


@settings(max_examples=30, deadline=None)
@given(wholes(), st.data())
def test_a_summed_line_is_as_strong_as_the_weakest_of_its_parts_and_no_two_are_the_same(
    whole, data
):
    graph = folded(whole)
    chosen = chosen_of(data, graph)
    made = hand_folded(graph, whole, [box(members_of(graph, whole, chosen))])
    keys = [(edge.tail, edge.head) for edge in made.graph.edges]
    assert len(keys) == len(set(keys))
    key = next(iter(made.inside.values()))
    for edge in made.graph.edges:
        if key not in {edge.tail, edge.head}:
            continue
        parts = [
            part
            for part in graph.edges
            if (made.inside.get(part.tail, part.tail), made.inside.get(part.head, part.head))
            == (edge.tail, edge.head)
        ]
        assert WEAKEST_FIRST.index(edge.strength) == min(
            WEAKEST_FIRST.index(part.strength) for part in parts
        )
        if edge.by_rule:
            amounts = [units for _, units in edge.by_rule]
            assert (edge.least, edge.units) == (min(amounts), max(amounts))


@settings(max_examples=30, deadline=None)
@given(wholes(), st.data())
def test_opened_again_the_picture_is_what_it_was_and_a_box_in_a_box_comes_back(whole, data):
    graph = folded(whole)
    inner = members_of(graph, whole, chosen_of(data, graph))
    once = hand_folded(graph, whole, [box(inner)])
    assert hand_folded(graph, whole, [box(inner, is_open=True)]).graph == graph
    others = sorted(n.key for n in once.graph.nodes if is_foldable(n) and not n.is_by_hand)
    outer = inner | members_of(
        graph, whole, data.draw(st.sets(st.sampled_from(others))) if others else set()
    )
    both = [box(inner), box(outer, 2, "All")]
    twice = hand_folded(graph, whole, both)
    assert [node.key for node in twice.graph.nodes if node.is_by_hand] == ["fold hand h2"]
    assert held_in_all(twice.graph, whole) == held_in_all(graph, whole)
    opened = [both[0], box(outer, 2, "All", is_open=True)]
    assert hand_folded(graph, whole, opened).graph == once.graph


@settings(max_examples=30, deadline=None)
@given(wholes(), st.integers(1, 12))
def test_what_is_not_drawn_is_behind_one_badge(whole, budget):
    graph = folded(whole, budget=budget)
    hidden = behind_badges(graph, whole)
    drawn = {node.key for node in graph.nodes}
    found = [key for keys in hidden.values() for key in keys if key not in drawn]
    assert len(found) == len(set(found))
    assert set(found) == {node.key for node in whole.graph.nodes} - drawn


@settings(max_examples=30, deadline=None)
@given(wholes())
def test_a_branch_holds_neither_its_beginning_nor_the_origin(whole):
    graph = folded(whole)
    origin = next(node.key for node in graph.nodes if node.shape is Shape.ORIGIN)
    for node in graph.nodes:
        after, before = reached(graph, node.key, AFTER), reached(graph, node.key, BEFORE)
        assert not after & before
        assert not {node.key, origin} & (after | before)


def fork():
    """An origin, spent to one unspent output, one at a service and one in a mix."""
    lines = [("o", "t", 9), ("t", "t:0", 4), ("t", "t:1", 3), ("t", "t:2", 2)]
    nodes = [
        Node("o", Shape.ORIGIN, ("me", "9"), ""),
        Node("t", Shape.TRANSACTION, ("t",), "", (1, 0, "t"), "2024-03-01 09:00"),
        *(Node(f"t:{n}", Shape.OUTPUT, ("b", "2"), "") for n in range(3)),
        Node("service", Shape.SERVICE, ("Kronbyte",), "Service: Kronbyte."),
    ]
    edges = [Edge(tail, head, Strength.OBSERVED, units, "") for tail, head, units in lines]
    edges.append(Edge("t:1", "service", Strength.ASSERTED, 3, ""))
    ends = {
        "t:0": {"reason": "unspent"},
        "t:1": {"reason": "service", "note": "Kronbyte"},
        "t:2": {"reason": "mixing"},
    }
    return Whole(Graph(tuple(nodes), tuple(edges)), ends)


def test_a_box_says_what_could_be_seized_each_service_and_who_made_it():
    whole = fork()
    members = {"t", "t:0", "t:1", "t:2", "service"}
    graph = hand_folded(whole.graph, whole, [box(members)]).graph
    drawn = next(node for node in graph.nodes if node.is_by_hand)
    assert drawn.lines == (
        "Helpers", "5 things folded", "1 tx folded", "3 ends: 9 units", "1 unspent: 4 units",
        "at Kronbyte: 3 units", "1 mixing",
    )  # fmt: skip
    for words in (
        "Folded by hand as “Helpers” by anna, 2026-03-01 09:30 UTC.",
        "In: 1 line, 9 units; out: nothing.",
        "Services in it: at Kronbyte: 3 units.",
        "Other ends in it: 1 mixing.",
        "The table shows all of it.",
    ):
        assert words in drawn.title
    assert graph.edges == (Edge("o", drawn.key, Strength.OBSERVED, 9, ""),)


def test_the_origin_is_never_in_a_box():
    whole = fork()
    graph = hand_folded(whole.graph, whole, [box({"o", "t", "t:0"})]).graph
    assert "o" in {node.key for node in graph.nodes}


def test_what_is_unspent_is_shown_although_a_person_folded_it():
    whole = fork()
    fold = box({"t", "t:0"})
    assert hand_folded(whole.graph, whole, [fold], show_unspent=True).graph == whole.graph
    other = box({"t:1", "service"})
    assert hand_folded(whole.graph, whole, [other], show_unspent=True).inside


@pytest.mark.parametrize("text", ["x" * 80, "a b " * 20, "\u202eevil", "<b>"])
def test_a_label_stays_narrow(text):
    whole = fork()
    graph = hand_folded(whole.graph, whole, [box({"t:0", "t:1"}, name=text)]).graph
    drawn = next(node for node in graph.nodes if node.is_by_hand)
    assert all(len(line) <= 36 for line in drawn.lines)
    assert "\u202e" not in drawn.title
