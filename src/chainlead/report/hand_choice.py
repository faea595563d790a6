"""What a fold by hand would hold: chosen things, or everything after or before one; or why it may not be.

Nothing is decided here: the act keeps what this finds, so that a replay needs no picture.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.errors import CanvasError
from chainlead.report.canvas import AFTER, BEFORE, CHOSEN, Place
from chainlead.report.graph import Graph, Node
from chainlead.report.hand_fold import behind_badges, is_foldable, reached
from chainlead.report.picture import PictureToExport, Shown, prepare, to_export
from chainlead.report.whole import Whole

_MORE = "Choose several: Ctrl and a click, or the space bar on each."
LEAST = 2
"""A box of one thing would say less than the thing."""


@dataclass(frozen=True, slots=True)
class HandChoice:
    """What would be in the box.

    Attributes:
        nodes: keys of the things of the picture that it takes the place of.
        members: keys of the transactions, outputs and services in it, those behind badges too.
        place: where its box would stand.
    """

    nodes: tuple[str, ...]
    members: tuple[str, ...]
    place: Place


def hand_choice(
    trace: Mapping[str, Any], rule: str, shown: Shown, kind: str, keys: Collection[str]
) -> HandChoice:
    """What a fold by hand would hold.

    Args:
        trace: one trace of the bundle.
        rule: one of its rules, or `compare`.
        shown: the picture as it stands.
        kind: `chosen`, `after` or `before`.
        keys: the chosen things; one for a branch.

    Raises:
        CanvasError: a thing is not in the picture or must stay in it, or there are too few.
    """
    ready = prepare(trace, rule, shown.narrowing)
    picture = to_export(trace, rule, shown, prepared=ready)
    nodes = {node.key: node for node in picture.graph.nodes}
    for key in sorted(set(keys)):
        if key not in nodes:
            raise CanvasError(f"{key[:120]!r} is not in the picture as it stands now.")
    chosen = _chosen(picture.graph, nodes, kind, sorted(set(keys)))
    hidden = behind_badges(picture.everything, ready.whole)
    members: set[str] = set()
    for node in picture.everything.nodes:
        if picture.inside.get(node.key, node.key) in chosen:
            members |= hidden.get(node.key, {node.key})
    if shown.show_unspent and any(_holds_unspent(nodes[key], ready.whole) for key in chosen):
        raise CanvasError(
            "All that was not spent is shown now, so a box that holds some of it would stay open.",
            next_step="Fold what was not spent first (the key s), then fold by hand.",
        )
    return HandChoice(tuple(sorted(chosen)), tuple(sorted(members)), _place(picture, chosen, keys))


def _chosen(graph: Graph, nodes: Mapping[str, Node], kind: str, keys: list[str]) -> frozenset[str]:
    if kind == CHOSEN:
        kept = [key for key in keys if not is_foldable(nodes[key])]
        if kept:
            raise CanvasError(
                f"{' '.join(nodes[kept[0]].lines) or kept[0]} stays in the picture: a trail without its "
                "beginning cannot be read.",
                next_step="Choose the same without it.",
            )
        found = frozenset(keys)
    elif kind in {AFTER, BEFORE}:
        if len(keys) != 1:
            raise CanvasError("A branch begins at one thing: choose one.")
        found = reached(graph, keys[0], kind)
    else:
        raise CanvasError(f"{kind[:40]!r} is nothing that can be folded by hand.")
    if len(found) < LEAST:
        few = "Nothing" if not found else "Only one thing"
        where = {CHOSEN: "is chosen", AFTER: "comes after it", BEFORE: "comes before it"}[kind]
        raise CanvasError(
            f"{few} {where} that can be folded; a box holds at least {LEAST} things.",
            next_step=_MORE if kind == CHOSEN else "Begin at another thing of the picture.",
        )
    return found


def _holds_unspent(node: Node, whole: Whole) -> bool:
    return bool((node.held or whole.away.ways.held(node.key)).unspent)


def _place(picture: PictureToExport, chosen: frozenset[str], keys: Collection[str]) -> Place:
    """Where one of its things stands: that place becomes free. For a branch the one next to it."""
    places = {key: picture.places[key] for key in sorted(chosen)}
    near = [picture.places[key] for key in keys if key not in chosen] or list(places.values())
    x = sum(at[0] for at in near) // len(near)
    y = sum(at[1] for at in near) // len(near)
    key = min(places, key=lambda each: (_apart(places[each], (x, y)), each))
    return places[key]


def _apart(one: Place, other: Place) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
