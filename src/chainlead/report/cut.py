"""Which transactions are drawn, and what is behind the outputs where the drawing stops.

First those on the way to a service (or to where it cannot be known), then the largest; a branch that
reaches no service becomes a badge. Everything that is not drawn is behind exactly one badge.
"""

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from chainlead.report.graph import Graph, Held, Node, Shape
from chainlead.report.whole import KEPT, UNSPENT, Ways, Whole, held_words

BRANCH = "fold branch "
BRANCH_LEAST = 3
"""A branch to no service becomes a badge if it has at least so many transactions."""
OPENED_AT_ONCE = 40
"""Opening a branch draws at most so many transactions, those nearest to it first."""


def cut(whole: Whole, *, budget: int, opened: Collection[str], show_unspent: bool) -> Whole:
    """The trail without what is behind its branches' badges.

    Args:
        whole: its lines run away from the origin.
        budget: how many transactions are drawn at most, before any is opened.
        opened: names of folds that a person opened.
        show_unspent: draw every transaction on the way to an unspent output.
    """
    ways = whole.ways
    drawn = _chosen(ways, budget)
    if show_unspent:
        drawn |= _before(ways, _with_unspent(ways))
    _open(ways, drawn, [key.removeprefix(BRANCH) for key in opened if key.startswith(BRANCH)])
    if len(drawn) == len(ways.transactions):
        return whole
    return whole.with_graph(_drawn(ways, drawn))


def _chosen(ways: Ways, budget: int) -> set[str]:
    wanted = _before(ways, (key for key in ways.whole.ends if ways.reason(key) in KEPT))
    alive = set(ways.transactions) if not wanted else wanted | _short_branches(ways, wanted)
    if len(alive) <= budget:
        return alive
    return _grown(ways, alive, wanted, budget)


def _short_branches(ways: Ways, wanted: set[str]) -> set[str]:
    """Transactions behind the ways to services that are too few to be folded."""
    found: set[str] = set()
    for transaction in sorted(wanted):
        for output in ways.outputs(transaction):
            start = ways.next_transaction(output)
            if start is not None and start not in wanted:
                region = list(islice(_region(ways, start), BRANCH_LEAST))
                if len(region) < BRANCH_LEAST:
                    found.update(region)
    return found


def _region(ways: Ways, start: str) -> Iterator[str]:
    """Transactions reached from this one, nearest first, largest first among equals."""
    seen = {start}
    waiting = deque([start])
    while waiting:
        transaction = waiting.popleft()
        yield transaction
        steps = ways.leaving.get(transaction, ())
        for edge in sorted(steps, key=lambda each: (-each.units, each.head)):
            after = ways.next_transaction(edge.head)
            if after is not None and after not in seen:
                seen.add(after)
                waiting.append(after)


def _before(ways: Ways, ends: Iterable[str]) -> set[str]:
    """Every transaction on a way from the origin to one of these ends."""
    seen: set[str] = set()
    waiting = list(ends)
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting.extend(edge.tail for edge in ways.entering.get(key, ()))
    return seen & ways.transactions


def _grown(ways: Ways, alive: set[str], wanted: set[str], budget: int) -> set[str]:
    """Transactions reached from the start, those towards a service first, then by amount."""
    starts = sorted(
        key
        for key in alive
        if not any(ways.entering.get(edge.tail) for edge in ways.entering.get(key, ()))
    )
    queue = [(key not in wanted, 0, key) for key in starts]
    heapq.heapify(queue)
    kept: set[str] = set()
    while queue and len(kept) < budget:
        _, _, key = heapq.heappop(queue)
        if key in kept:
            continue
        kept.add(key)
        for edge in ways.leaving.get(key, ()):
            after = ways.next_transaction(edge.head)
            if after in alive and after is not None:
                heapq.heappush(queue, (after not in wanted, -edge.units, after))
    return kept


def _with_unspent(ways: Ways) -> Iterator[str]:
    """The unspent outputs, and the badges that hold some."""
    for key, node in ways.nodes.items():
        if ways.reason(key) == UNSPENT or (node.held and node.held.unspent):
            yield key


def _open(ways: Ways, drawn: set[str], opened: Iterable[str]) -> None:
    """Draw what is nearest behind each opened badge; a badge inside another one waits for it."""
    waiting = list(opened)
    while waiting:
        ready = [key for key in waiting if any(e.tail in drawn for e in ways.entering.get(key, ()))]
        if not ready:
            return
        for key in ready:
            waiting.remove(key)
            start = ways.next_transaction(key)
            if start is not None and start not in drawn:
                hidden = (each for each in _region(ways, start) if each not in drawn)
                drawn.update(list(islice(hidden, OPENED_AT_ONCE)))


def _drawn(ways: Ways, drawn: set[str]) -> Graph:
    """The graph of these transactions; where it stops, an output becomes a badge."""
    nodes: list[Node] = []
    stops: list[Node] = []
    for node in ways.whole.graph.nodes:
        if node.has_time:
            if node.key in drawn:
                nodes.append(node)
            continue
        if node.shape is Shape.SERVICE:
            outputs = [edge.tail for edge in ways.entering.get(node.key, ())]
            if any(_owner(ways, output) & drawn for output in outputs):
                nodes.append(node)
            continue
        if not _owner(ways, node.key) & drawn:
            continue
        after = ways.next_transaction(node.key)
        (nodes if after is None or after in drawn else stops).append(node)
    seen: set[str] = set()
    for node in sorted(stops, key=lambda each: (-ways.units.get(each.key, 0), each.key)):
        held = _behind(ways, ways.next_transaction(node.key), drawn, seen)
        nodes.append(_badge(ways, node, held))
    present = {node.key for node in nodes}
    edges = tuple(e for e in ways.whole.graph.edges if e.tail in present and e.head in present)
    return Graph(tuple(nodes), edges)


def _owner(ways: Ways, output: str) -> set[str]:
    """The transactions that lead to an output; for the origin, the one that it leads to."""
    before = {edge.tail for edge in ways.entering.get(output, ())}
    return before or {edge.head for edge in ways.leaving.get(output, ())}


def _behind(ways: Ways, start: str | None, drawn: set[str], seen: set[str]) -> Held:
    """What is reached from here and not drawn, without what another badge holds already."""
    held = Held()
    waiting = [] if start is None else [start]
    while waiting:
        transaction = waiting.pop()
        if transaction in seen or transaction in drawn:
            continue
        seen.add(transaction)
        held += ways.nodes[transaction].held or Held(transactions=1)
        for output in ways.outputs(transaction):
            after = ways.next_transaction(output)
            if after is None:
                held += ways.held(output)
            else:
                waiting.append(after)
    return held


def _badge(ways: Ways, node: Node, held: Held) -> Node:
    said = held_words(held, ways.whole) or ("counted at another fold",)
    return replace(
        node,
        shape=Shape.FOLD,
        lines=(*node.lines, *said),
        title=f"{node.title} It goes on, folded: {'; '.join(said)}; see the table. "
        "What several folds lead to is counted at one of them.",
        fold=f"{BRANCH}{node.key}",
        held=held,
    )
