"""Draw less: only a span of time, only large amounts, only what comes after one node.

And what to offer when too much would be drawn: the narrower choices that would fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chainlead.report.canvas import Narrowing
from chainlead.report.graph import Graph
from chainlead.report.whole import UNSPENT, Whole

MOST_ELEMENTS = 1_500
"""At most so many nodes, badges and lines are drawn."""
_BRANCHES_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """A narrower choice: `time`, `amount` or `branch`, in words, and how many lines it leaves."""

    kind: str
    words: str
    narrowing: Narrowing
    lines: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a picture is not drawn, and what can be done instead.

    Attributes:
        elements: how many nodes, badges and lines it would have.
        most: how many are drawn at most.
        sentence: what happened, why, and that the table has all of it.
        offers: narrower choices.
    """

    elements: int
    most: int
    sentence: str
    offers: tuple[Offer, ...]


def narrowed(whole: Whole, narrowing: Narrowing) -> Whole:
    """The part of a trail that is asked for."""
    if narrowing.is_empty:
        return whole
    if narrowing.from_node:
        whole = _from_node(whole, narrowing.from_node)
    if narrowing.only_after or narrowing.only_before:
        whole = _in_span(whole, narrowing.only_after, narrowing.only_before)
    if narrowing.least_units > 0:
        whole = _of_amount(whole, narrowing.least_units)
    return whole


def _from_node(whole: Whole, start: str) -> Whole:
    ways = whole.away.ways
    seen: set[str] = set()
    waiting = [start] if start in ways.nodes else []
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting.extend(edge.head for edge in ways.leaving.get(key, ()))
    return _only(whole, seen)


def _in_span(whole: Whole, after: str, before: str) -> Whole:
    ways = whole.ways
    kept = {
        key
        for key in ways.transactions
        if ways.nodes[key].at
        and (not after or ways.nodes[key].at >= after)
        and (not before or ways.nodes[key].at <= before)
    }
    outputs = {
        key
        for edge in whole.graph.edges
        for key in (edge.tail, edge.head)
        if kept & {edge.tail, edge.head}
    } - (ways.transactions - kept)
    services = {
        edge.head
        for edge in whole.graph.edges
        if edge.tail in outputs and edge.head not in ways.transactions
    }
    return _only(whole, kept | outputs | services)


def _of_amount(whole: Whole, least: int) -> Whole:
    edges = tuple(edge for edge in whole.graph.edges if edge.units >= least)
    touched = {key for edge in edges for key in (edge.tail, edge.head)}
    nodes = tuple(node for node in whole.graph.nodes if node.key in touched)
    return whole.with_graph(Graph(nodes, edges))


def _only(whole: Whole, keys: set[str]) -> Whole:
    return whole.with_graph(
        Graph(
            tuple(node for node in whole.graph.nodes if node.key in keys),
            tuple(e for e in whole.graph.edges if e.tail in keys and e.head in keys),
        )
    )


def elements(graph: Graph) -> int:
    """How many things are drawn."""
    return len(graph.nodes) + len(graph.edges)


def unspent_count(whole: Whole) -> int:
    """How many outputs of the trail are unspent: at least so many nodes and lines would show them."""
    return sum(1 for key in whole.ends if whole.ways.reason(key) == UNSPENT)


def refusal(whole: Whole, asked: Narrowing, wanted: int, *, is_least: bool = False) -> Refusal:
    """What to say when a picture would be too large; with `is_least` it would be larger still."""
    return Refusal(
        wanted,
        MOST_ELEMENTS,
        f"This picture would have {'at least ' if is_least else ''}{wanted} nodes and lines; more than {MOST_ELEMENTS} can neither be "
        "read nor drawn quickly. The table has all of them. Fold something, or choose less:",
        tuple(_offers(whole, asked)),
    )


def nothing_left() -> Refusal:
    """What to say when the choice leaves nothing."""
    return Refusal(
        0, MOST_ELEMENTS, "Nothing of the trail is left by this choice: choose less narrowly.", ()
    )


def _offers(whole: Whole, asked: Narrowing) -> Iterator[Offer]:
    """Choices of which each leaves no more lines than can be drawn."""
    edges = whole.graph.edges
    room = MOST_ELEMENTS // 3
    ways = whole.ways
    times = sorted(ways.nodes[key].at for key in ways.transactions if ways.nodes[key].at)
    if times:
        each = max(1, len(times) * room // max(1, len(edges)))
        for begin, end in (
            (times[0], times[min(each, len(times)) - 1]),
            (times[-min(each, len(times))], times[-1]),
        ):
            choice = replace(asked, only_after=begin, only_before=end)
            count = len(_in_span(whole, begin, end).graph.edges)
            yield Offer("time", f"from {begin} to {end}", choice, count)
    amounts = sorted((edge.units for edge in edges), reverse=True)
    if len(amounts) > room:
        least = amounts[room] + 1
        count = sum(1 for units in amounts if units >= least)
        choice = replace(asked, least_units=least)
        yield Offer("amount", f"at least {whole.money(least)}", choice, count)
    yield from _branches(whole, asked, room)


def _branches(whole: Whole, asked: Narrowing, room: int) -> Iterator[Offer]:
    """The largest branches that fit: one step after where the trail forks."""
    away = whole.away.ways
    below: dict[str, int] = {}
    order = sorted(away.transactions, key=lambda key: (away.nodes[key].moment, key))
    for key in order if whole.is_backward else reversed(order):
        outputs = away.outputs(key)
        steps = [below.get(after, 0) for o in outputs if (after := away.next_transaction(o))]
        below[key] = min(len(outputs) * 2 + sum(steps), len(whole.graph.edges))
    fitting = [key for key in away.transactions if below[key] <= room]
    largest = sorted(fitting, key=lambda key: (-below[key], key))
    taken: set[str] = set()
    offered = 0
    for key in largest:
        if offered == _BRANCHES_OFFERED:
            return
        if key in taken:
            continue
        part = _from_node(whole, key)
        taken |= {node.key for node in part.graph.nodes}
        offered += 1
        yield Offer(
            "branch",
            f"after {' '.join(away.nodes[key].lines)}",
            replace(asked, from_node=key),
            len(part.graph.edges),
        )
