"""Folds made by hand: what a person chose is drawn as one named box, after everything else is folded.

A box says how many things it holds, how much ends in it, how much of that is unspent, and each service
that it holds. Lines into and out of it are summed, under each rule; a summed line is as strong as the
weakest of its parts. The origin, and what a service states before it, are never in a box.

Limits: a computed badge is in a box only if all that is behind it was folded with the box. Where a
person chose less, the badge stands beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from textwrap import wrap
from types import MappingProxyType

from chainlead.report.behind import BEHIND
from chainlead.report.canvas import AFTER, BEFORE, HandFold
from chainlead.report.fold import ENDS, GOES_ON
from chainlead.report.graph import Edge, Graph, Held, Node, Shape, together, weakest
from chainlead.report.plain_text import visible
from chainlead.report.runs import RUN, THROUGH, contract
from chainlead.report.whole import KEPT, Ways, Whole, held_words

SERVICE = "service"
_LABEL_WIDTH = 18
_MOST_NAME_LINES = 3
_MOST_SERVICES = 3


@dataclass(frozen=True)
class ByHand:
    """A picture with its boxes.

    Attributes:
        graph: what is drawn.
        inside: key of a thing that is in a box to the key of the outermost box around it.
    """

    graph: Graph
    inside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def hand_folded(
    graph: Graph, whole: Whole, folds: Iterable[HandFold], *, show_unspent: bool = False
) -> ByHand:
    """The picture with every closed fold that a person made as its box.

    Args:
        graph: the picture, folded as far as the program folds.
        whole: its trail with nothing folded.
        folds: in the order in which they were made.
        show_unspent: boxes that hold something unspent stay open.
    """
    closed = [fold for fold in folds if not fold.is_open]
    if not closed:
        return ByHand(graph)
    hidden = dict(behind_badges(graph, whole))
    inside: dict[str, str] = {}
    for fold in closed:
        chosen = {
            node.key
            for node in graph.nodes
            if is_foldable(node) and hidden.get(node.key, {node.key}) <= fold.members
        }
        if not chosen:
            continue
        members = [node for node in graph.nodes if node.key in chosen]
        atoms = frozenset().union(*(hidden.get(key, {key}) for key in chosen))
        box = _box(fold, members, atoms, graph, whole)
        if show_unspent and box.held and box.held.unspent:
            continue
        graph = Graph(
            (*(node for node in graph.nodes if node.key not in chosen), box),
            tuple(_joined(graph.edges, chosen, box.key, whole)),
        )
        hidden[box.key] = atoms
        inside = {key: box.key if at in chosen else at for key, at in inside.items()}
        inside |= dict.fromkeys(chosen, box.key)
    return ByHand(graph, inside)


def is_foldable(node: Node) -> bool:
    """Whether a person may fold it: a trail without its beginning cannot be read."""
    return node.shape is not Shape.ORIGIN and not node.key.startswith(BEHIND)


def reached(graph: Graph, start: str, kind: str) -> frozenset[str]:
    """The keys of everything after or before a thing of the picture, without itself and the origin."""
    steps: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        here, there = (edge.tail, edge.head) if kind == AFTER else (edge.head, edge.tail)
        steps[here].append(there)
    seen, waiting = {start}, [start]
    while waiting:
        for there in steps[waiting.pop()]:
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    seen.discard(start)
    return frozenset(node.key for node in graph.nodes if node.key in seen and is_foldable(node))


def behind_badges(graph: Graph, whole: Whole) -> dict[str, frozenset[str]]:
    """For each badge of a picture the transactions, outputs and services that it stands for.

    What several badges lead to is behind one of them only.
    """
    badges = [node for node in graph.nodes if node.fold]
    if not badges:
        return {}
    ways = whole.away.ways
    drawn = {node.key for node in graph.nodes}
    free = ways.nodes.keys() - drawn
    found: dict[str, frozenset[str]] = {}
    for badge in sorted(badges, key=lambda each: _claim(each, ways)):
        own = {badge.key} & ways.nodes.keys()
        here = _behind(badge, ways, whole, free)
        free -= here
        found[badge.key] = frozenset(here | own or {badge.key})
    return found


def _claim(badge: Node, ways: Ways) -> tuple[int, int, str]:
    """Badges that name their content exactly first, then the largest."""
    is_exact = badge.key.startswith((RUN, THROUGH)) or (
        badge.key.startswith(ENDS) and not badge.key.endswith(GOES_ON)
    )
    return (0 if is_exact else 1, -ways.units.get(badge.key, 0), badge.key)


def _behind(badge: Node, ways: Ways, whole: Whole, free: set[str]) -> set[str]:
    if badge.key.startswith((RUN, THROUGH)):
        members = whole.away.kept("contracted", contract).members.get(badge.key, ())
        return {node.key for node in members} & free
    if not badge.key.startswith(ENDS):
        return _reached_free(ways, [badge.key], free)
    txid, _, reason = badge.key.removeprefix(ENDS).partition(" ")
    ends = [e.head for e in ways.leaving.get(txid, ()) if e.head in free]
    return _reached_free(ways, [key for key in ends if _why(ways, key) == reason], free)


def _why(ways: Ways, key: str) -> str:
    """Why an output is in a fan, as the name of the fan has it."""
    reason = ways.reason(key)
    if reason == SERVICE:
        names = sorted(ways.nodes[edge.head].title for edge in ways.leaving.get(key, ()))
        return f"service {' '.join(names)}"
    return reason or GOES_ON


def _reached_free(ways: Ways, roots: list[str], free: set[str]) -> set[str]:
    seen = {key for key in roots if key in free}
    waiting = list(roots)
    while waiting:
        for edge in ways.leaving.get(waiting.pop(), ()):
            if edge.head in free and edge.head not in seen:
                seen.add(edge.head)
                waiting.append(edge.head)
    return seen


def _joined(edges: Iterable[Edge], chosen: set[str], key: str, whole: Whole) -> Iterator[Edge]:
    """The lines outside as they are, those into and out of the box summed, none of those inside."""
    touching: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        is_out, is_in = edge.tail in chosen, edge.head in chosen
        if is_out and is_in:
            continue
        if is_out:
            touching[key, edge.head].append(edge)
        elif is_in:
            touching[edge.tail, key].append(edge)
        else:
            yield edge
    for (tail, head), parts in sorted(touching.items()):
        yield _summed(tail, head, parts, whole)


def _summed(tail: str, head: str, parts: list[Edge], whole: Whole) -> Edge:
    if len(parts) == 1:
        return replace(parts[0], tail=tail, head=head)
    units, by_rule = together(parts)
    strength = weakest(parts)
    title = f"{len(parts)} lines together"
    if not by_rule:
        title = f"{title}: {whole.money(units)}"
    title = f"{title}; {strength.value}, as the weakest of them is."
    return Edge(tail, head, strength, units, title, by_rule)


def _box(
    fold: HandFold, members: list[Node], atoms: frozenset[str], graph: Graph, whole: Whole
) -> Node:
    ways = whole.away.ways
    chosen = {node.key for node in members}
    held = sum((_held(node, ways) for node in members), Held())
    into = [e for e in graph.edges if e.head in chosen and e.tail not in chosen]
    out = [e for e in graph.edges if e.tail in chosen and e.head not in chosen]
    said = [f"{len(members)} things folded", *held_words(held, whole)]
    if not held.ends:
        said.append(f"through it {whole.money(together(out or into)[0])}")
    named = [f"at {name}: {whole.money(units)}" for name, units in _services(atoms, whole).items()]
    stops = [f"{count} {reason}" for reason, count in _stops(atoms, ways).items()]
    further = len(named) - _MOST_SERVICES
    lines = [
        *_wrapped(fold.name),
        *said,
        *(line for each in named[:_MOST_SERVICES] for line in wrap(each, 2 * _LABEL_WIDTH)),
        *([f"and {further} more services"] if further > 0 else []),
        *stops,
    ]
    story = [
        _made(fold),
        f"It holds {'; '.join(said)}.",
        *_span(members),
        f"In: {_flow(into, whole)}; out: {_flow(out, whole)}.",
        *([f"Services in it: {'; '.join(named)}."] if named else []),
        *([f"Other ends in it: {', '.join(stops)}."] if stops else []),
        "The table shows all of it.",
    ]
    return Node(
        fold.key,
        Shape.FOLD,
        tuple(lines),
        " ".join(story),
        fold=fold.key,
        held=held,
        is_by_hand=True,
    )


def _made(fold: HandFold) -> str:
    words = {AFTER: "everything after", BEFORE: "everything before"}
    branch = f", {words[fold.kind]} {fold.start}" if fold.kind in words else ""
    when = f"{fold.at:%Y-%m-%d %H:%M} UTC"
    return f"Folded by hand as “{visible(fold.name)}” by {visible(fold.who)}, {when}{branch}."


def _held(node: Node, ways: Ways) -> Held:
    if node.held is not None:
        return node.held
    return Held(transactions=1) if node.shape is Shape.TRANSACTION else ways.held(node.key)


def _services(atoms: frozenset[str], whole: Whole) -> dict[str, int]:
    """Each service in a box with what is traced to it there, by name."""
    ways = whole.ways
    found: dict[str, int] = {}
    for edge in whole.graph.edges:
        if edge.head in atoms and ways.nodes[edge.head].shape is Shape.SERVICE:
            end = whole.ends.get(edge.tail, {})
            name = str(visible(str(end.get("note") or SERVICE)))
            found[name] = found.get(name, 0) + edge.units
    return dict(sorted(found.items()))


def _stops(atoms: frozenset[str], ways: Ways) -> dict[str, int]:
    """How many ends in a box are such that a picture is drawn for them, besides services."""
    found: dict[str, int] = {}
    for key in atoms:
        reason = ways.reason(key)
        if reason in KEPT and reason != SERVICE:
            found[reason] = found.get(reason, 0) + 1
    return dict(sorted(found.items()))


def _span(members: Iterable[Node]) -> list[str]:
    timed = sorted((node for node in members if node.has_time), key=lambda node: node.moment)
    if not timed:
        return []
    first, last = timed[0].date, timed[-1].date
    return [f"From {first} to {last} UTC." if first != last else f"On {first} UTC."]


def _flow(edges: list[Edge], whole: Whole) -> str:
    if not edges:
        return "nothing"
    units, by_rule = together(edges)
    least = min((each for _, each in by_rule), default=units)
    lines = "1 line" if len(edges) == 1 else f"{len(edges)} lines"
    amount = whole.money(units)
    return (
        f"{lines}, {amount}"
        if least == units
        else f"{lines}, {whole.money(least)} to {amount} by rule"
    )


def _wrapped(name: str) -> tuple[str, ...]:
    lines = wrap(str(visible(name)), _LABEL_WIDTH)
    if len(lines) <= _MOST_NAME_LINES:
        return tuple(lines)
    last = lines[_MOST_NAME_LINES - 1][: _LABEL_WIDTH - 1]
    return (*lines[: _MOST_NAME_LINES - 1], f"{last}…")
