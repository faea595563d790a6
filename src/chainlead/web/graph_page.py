"""What stands on the graph page: the picture, what is chosen in it, the lists and the table beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from chainlead.model import Strength
from chainlead.report import (
    COMPARE,
    Edge,
    LiveTrail,
    Node,
    edge_subject,
    is_foldable,
    node_subject,
    picture_formats,
    reason_ids,
)
from chainlead.web.desk import leads_of
from chainlead.web.graph_about import (
    About,
    Records,
    Way,
    about_edge,
    about_node,
    holding_fold,
    ways_of,
    written,
)
from chainlead.web.graph_scene import Scene, decimal_of, draw_scene, records_of, rules_of
from chainlead.web.graph_view import GraphView
from chainlead.web.notes import NotesHere
from chainlead.web.rendering import shortened
from chainlead.web.said_picture import said_picture
from chainlead.web.visit import Visit
from chainlead.workflow.case import Case
from chainlead.workflow.request import list_drafts
from chainlead.workflow.saved_views import list_views

MOST_ENDS = 60
"""So many ends stand on the page; the report's tables have all of them."""
MOST_FOLDS = 60
"""So many folds are listed beside the picture."""
MOST_TICKS = 300
"""So many things can be ticked in the form that folds several; the picture has all of them."""
MOST_LINES = 200
"""So many lines of the picture stand in its table at once."""


def graph_values(
    visit: Visit, case: Case, scene: Scene, *, find: str = "", text: str = ""
) -> dict[str, Any]:
    """What the templates of the graph need.

    Args:
        visit: who asks.
        case: open for reading.
        scene: what is shown.
        find: an address or transaction that is looked for.
        text: letters that lines of the table have.
    """
    drawn = draw_scene(case, scene)
    records = records_of(case, scene)
    found = _found(visit, records, drawn, scene, find)
    view = found.pop("view")
    lines = [_line(edge, records, scene, drawn.inside) for edge in drawn.unfolded.edges]
    if drawn.refusal is not None:
        lines = list(_whole_lines(records, scene))
    wanted = text.strip().casefold()
    chosen = [line for line in lines if wanted in _letters(line)]
    ends = scene.trace["side_by_side"]
    foldable = [(n.key, _name(n)) for n in drawn.graph.nodes if is_foldable(n)]
    return {
        **found,
        **about_values(visit, case, scene, view.chosen, drawn),
        "shown": scene.trace,
        "rule": scene.rule,
        "rules": rules_of(scene.trace),
        "compare": COMPARE,
        "view": view,
        "find": find,
        "text": text,
        "live_back": _address(visit, GraphView(trace=view.trace, rule=view.rule)),
        "is_narrowed": not scene.narrowing.is_empty,
        "moved": bool(scene.canvas.places),
        "picture": Markup(said_picture(drawn.markup, visit.words)),  # noqa: S704  (our own SVG, escaped)
        "refusal": drawn.refusal,
        "offers": _offers(drawn, scene),
        "noted": _noted(case, drawn, view.trace),
        "views": [each for each in list_views(case) if each.trace_id == view.trace],
        "folds": _folds(visit, drawn, scene),
        "foldable": foldable[:MOST_TICKS],
        "foldable_in_all": len(foldable),
        "has_boxes": bool(drawn.inside),
        "forms": picture_formats(),
        "export": _export(view),
        "lines": chosen[:MOST_LINES],
        "lines_chosen": len(chosen),
        "lines_in_all": len(lines),
        "ends": ends[:MOST_ENDS],
        "ends_in_all": len(ends),
        "has_bounds": any(place.get("least") or place.get("most") for place in ends),
    }


def about_values(
    visit: Visit, case: Case, scene: Scene, chosen: str, drawn: LiveTrail | None = None
) -> dict[str, Any]:
    """What is said about one node or line; about the origin where none is chosen."""
    drawn = drawn or draw_scene(case, scene)
    records = records_of(case, scene)
    both = (*drawn.unfolded.nodes, *drawn.graph.nodes)
    nodes = {node.key: node for node in both}
    edges = {
        f"{edge.tail} {edge.head}": edge for edge in (*drawn.unfolded.edges, *drawn.graph.edges)
    }
    thing: Node | Edge | None = nodes.get(chosen) or edges.get(chosen)
    if thing is None and not chosen:
        thing = next((n for n in drawn.graph.nodes if n.shape.value == "origin"), None)
    values: dict[str, Any] = {"about": None, "about_why": None, "back": visit.path}
    if thing is None:
        return values
    plain = (
        about_node(records, drawn.graph, thing, ())
        if isinstance(thing, Node)
        else about_edge(records, thing, ())
    )
    ways = ways_of(
        case.store,
        leads_of(case),
        list_drafts(case),
        plain.names,
        plain.mined_at,
    )
    return {
        **values,
        "about": _with_place(plain, thing, ways, drawn, scene),
        "about_why": drawn.reasons.get(
            (reason_ids(drawn.unfolded) | reason_ids(drawn.graph)).get(plain.key, "")
        ),
    }


def _with_place(
    plain: About, thing: Node | Edge, ways: Iterable[Way], drawn: LiveTrail, scene: Scene
) -> About:
    """With where it stands, and the fold that it is or came from."""
    if isinstance(thing, Edge):
        inside = drawn.inside.get(thing.tail, "") or drawn.inside.get(thing.head, "")
        is_drawn = any((e.tail, e.head) == (thing.tail, thing.head) for e in drawn.graph.edges)
        return replace(plain, ways=tuple(ways), folded_in="" if is_drawn else inside)
    place = drawn.places.get(thing.key)
    return replace(
        plain,
        ways=tuple(ways),
        place=place,
        is_moved=thing.key in scene.canvas.places,
        fold_key=thing.fold,
        is_by_hand=thing.is_by_hand,
        can_fold=thing.key in drawn.places,
        folded_in=drawn.inside.get(thing.key, ""),
        opened_by=_opened_by(thing.key, scene),
    )


def _opened_by(key: str, scene: Scene) -> str:
    """The opened fold that a node came from, or that hung at it; empty for none."""
    opened = scene.canvas.opened
    by_hand = [f.key for f in scene.canvas.hand_folds if f.is_open and key in f.members]
    if by_hand:
        return by_hand[-1]
    inside = next((fold for fold, places in opened.items() if key in places), "")
    return inside or next((fold for fold in opened if fold.split(" ")[2:3] == [key]), "")


def _found(
    visit: Visit, records: Records, drawn: LiveTrail, scene: Scene, find: str
) -> dict[str, Any]:
    """Where a search leads: to a thing in the picture, into a fold, or nowhere, with what is said."""
    view, said, inside = scene.view, "", ""
    if find.strip():
        wanted = find.strip().casefold()
        shown = next((n.key for n in drawn.graph.nodes if wanted in _story(n)), "")
        key = shown or records.search(find)
        if shown:
            view = replace(view, chosen=shown)
            said = visit.words("Found in the picture.")
        elif key:
            fold = holding_fold(records, drawn.unfolded, key)
            inside = _box_around(drawn, key, fold) or fold
            if not inside:
                said = visit.words(
                    "It is on the trail, but not under this rule or in this part of it."
                )
        else:
            said = visit.words("Nothing on this trail is called that.")
        if inside:
            view = replace(view, chosen=inside)
            return {
                "view": view, "said": "", "inside": inside,
                "inside_back": f"{_address(visit, scene.view)}&{urlencode({'find': find})}",
            }  # fmt: skip
    return {"view": view, "said": said, "inside": inside, "inside_back": ""}


def _box_around(drawn: LiveTrail, key: str, fold: str) -> str:
    """The box made by hand that holds a thing, or the badge behind which it is; empty for none."""
    badge = next((node.key for node in drawn.unfolded.nodes if node.fold and node.fold == fold), "")
    return drawn.inside.get(key, "") or drawn.inside.get(badge, "")


def _address(visit: Visit, view: GraphView) -> str:
    return f"{visit.request.url.path}{view.but()}"


def _story(node: Node) -> str:
    return f"{node.key} {node.title}".casefold()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the picture, as its table has it."""

    tail: str
    head: str
    strength: str
    title: str
    amount: str
    amounts: Mapping[str, str]
    folded_in: str = ""

    @property
    def chosen(self) -> str:
        """How an address names it."""
        return f"{self.tail} {self.head}"


def _line(edge: Edge, records: Records, scene: Scene, inside: Mapping[str, str]) -> Line:
    key = next((key for key in (edge.head, edge.tail) if records.told(key)), "")
    told = records.told(key)
    sample = next((record["traced"] for record in told.values() if record.get("traced")), None)
    sample = sample or records.sample
    return Line(
        edge.tail,
        edge.head,
        edge.strength.value,
        edge.title,
        _money(edge.units, sample),
        {name: _money(units, sample) for name, units in edge.by_rule},
        ", ".join(
            fold.name
            for fold in scene.canvas.hand_folds
            if fold.key in {inside.get(edge.tail), inside.get(edge.head)}
        ),
    )


def _money(units: int, sample: Mapping[str, Any] | None) -> str:
    """An amount of the trace's asset; in base units where its decimals are not known."""
    if sample is None:
        return str(units)
    places = len(str(sample["decimal"]).partition(".")[2])
    whole, part = divmod(units, 10**places)
    return written(
        {
            "decimal": f"{whole}.{part:0{places}d}" if places else str(whole),
            "symbol": sample["symbol"],
        }
    )


def _letters(line: Line) -> str:
    said = f"{line.tail} {line.head} {line.strength} {line.title} {line.folded_in}"
    return said.casefold()


def _noted(case: Case, drawn: LiveTrail, trace_id: str) -> list[dict[str, Any]]:
    """The things in the picture that have notes or a mark, in the order of the picture."""
    nodes = (*drawn.unfolded.nodes, *drawn.graph.nodes)
    here = {node_subject(trace_id, node.key): (node.key, _name(node)) for node in nodes}
    for edge in (*drawn.unfolded.edges, *drawn.graph.edges):
        subject = edge_subject(trace_id, edge.tail, edge.head)
        here[subject] = (f"{edge.tail} {edge.head}", edge.title)
    return [
        {
            "subject": subject,
            "chosen": here.get(subject, ("", ""))[0],
            "name": here[subject][1] if subject in here else subject.partition(":")[2],
            "notes": rows,
        }
        for subject, rows, _ in NotesHere(case.store).of_trace(trace_id)
    ]


def _name(node: Node) -> str:
    return " ".join(node.lines)


def _folds(visit: Visit, drawn: LiveTrail, scene: Scene) -> list[dict[str, Any]]:
    """The folds of the picture, and those that a person opened, which can be folded again."""
    shown = {node.key: node for node in drawn.graph.nodes}
    by_hand = [
        {
            "key": fold.key,
            "words": _name(shown[fold.key]) if fold.key in shown else fold.name,
            "is_open": fold.is_open,
            "is_shown": fold.key in shown,
            "by_hand": fold,
        }
        for fold in scene.canvas.hand_folds
    ]
    closed = [
        {"key": node.fold, "words": _name(node), "is_open": False, "by_hand": None}
        for node in drawn.graph.nodes
        if node.fold and not node.is_by_hand
    ]
    opened = [
        {"key": key, "words": _fold_words(visit, key), "is_open": True, "by_hand": None}
        for key in scene.canvas.opened
    ]
    return [*by_hand, *[*opened, *closed][:MOST_FOLDS]]


def _fold_words(visit: Visit, key: str) -> str:
    """An opened fold by its kind and the thing at which it hangs."""
    _, kind, at, *_ = [*key.split(" "), "", ""]
    said = {
        "ends": visit.words("ends of {thing}", thing=shortened(at)),
        "run": visit.words("a run from {thing}", thing=shortened(at)),
        "through": visit.words("passed on from {thing}", thing=shortened(at)),
        "branch": visit.words("a branch after {thing}", thing=shortened(at)),
    }
    return said.get(kind, key)


def _offers(drawn: LiveTrail, scene: Scene) -> list[dict[str, Any]]:
    """The narrower choices that a refused picture offers, as links."""
    return [
        {
            "words": offer.words,
            "lines": offer.lines,
            "href": scene.view.but(
                since=offer.narrowing.only_after,
                until=offer.narrowing.only_before,
                least=decimal_of(scene.trace, offer.narrowing.least_units),
                start=offer.narrowing.from_node,
                unspent="",
            ),
        }
        for offer in (drawn.refusal.offers if drawn.refusal else ())
    ]


def _whole_lines(records: Records, scene: Scene) -> Iterator[Line]:
    """Every payment of the trail, for the table where the picture is refused."""
    for key in sorted({key for here in records.by_rule.values() for key in here}):
        told = records.told(key)
        if scene.rule in records.by_rule:
            told = {rule: one for rule, one in told.items() if rule == scene.rule}
        if not told:
            continue
        one = next(iter(told.values()))
        amounts = {rule: written(each.get("traced")) for rule, each in told.items()}
        yield Line(
            str(one.get("txid") or key.partition(":")[0]),
            key,
            Strength.INFERRED.value,
            f"{one.get('address') or one.get('receiver') or ''} {one.get('mined_at') or ''}".strip(),
            next(iter(amounts.values())),
            amounts,
        )


def _export(view: GraphView) -> str:
    return view.but(trace="", rule="", chosen="", zoom="", box="").removesuffix("?")
