"""A trail before folding: the whole graph, its ends, and who stands next to whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from chainlead.report.graph import Edge, Graph, Held, Shape

_T = TypeVar("_T")
UNSPENT = "unspent"
KEPT = frozenset({"service", "mixing", "one of several"})
"""Ends for these reasons are what a picture is drawn for: they are never folded away."""


@dataclass(frozen=True)
class Whole:
    """The trail of one rule, or of all, with nothing folded.

    Attributes:
        graph: every node and line.
        ends: the key of a drawn output to its end, with `reason`, `amount` and `traced`.
        is_backward: the trail runs from the right to the left.
    """

    graph: Graph
    ends: Mapping[str, Any]
    is_backward: bool = False

    def money(self, units: int) -> str:
        """The sum in the words of the trail's own asset."""
        sample = next((end["traced"] for end in self.ends.values() if end.get("traced")), None)
        if sample is None:
            return f"{units} units"
        places = len(sample["decimal"].partition(".")[2])
        whole, part = divmod(units, 10**places)
        symbol = sample["symbol"]
        return f"{whole}.{part:0{places}d} {symbol}" if places else f"{whole} {symbol}"

    def with_graph(self, graph: Graph) -> "Whole":
        """The same trail with another graph."""
        return Whole(graph, self.ends, self.is_backward)

    def kept(self, name: str, make: Callable[["Whole"], _T]) -> _T:
        """What is worked out once for this trail, under a name."""
        if name not in self._kept:
            self._kept[name] = make(self)
        return cast("_T", self._kept[name])

    @cached_property
    def _kept(self) -> dict[str, object]:
        return {}

    @cached_property
    def away(self) -> "Whole":
        """The same trail, its lines running away from the origin, whatever time says."""
        return self.with_graph(turned(self.graph)) if self.is_backward else self

    @cached_property
    def ways(self) -> "Ways":
        """Lookups over its graph."""
        return Ways(self)


def turned(graph: Graph) -> Graph:
    """Every line the other way round, but those to services, which are no step of the trail."""
    services = {node.key for node in graph.nodes if node.shape is Shape.SERVICE}
    edges = (
        edge if services & {edge.tail, edge.head} else replace(edge, tail=edge.head, head=edge.tail)
        for edge in graph.edges
    )
    return Graph(graph.nodes, tuple(edges))


class Ways:
    """Lookups over a graph whose lines run away from the origin."""

    def __init__(self, whole: Whole) -> None:
        """Read the graph once."""
        self.whole = whole
        self.nodes = {node.key: node for node in whole.graph.nodes}
        self.leaving: dict[str, list[Edge]] = {}
        self.entering: dict[str, list[Edge]] = {}
        for edge in whole.graph.edges:
            self.leaving.setdefault(edge.tail, []).append(edge)
            self.entering.setdefault(edge.head, []).append(edge)
        self.transactions = {key for key, node in self.nodes.items() if node.has_time}

    @cached_property
    def units(self) -> dict[str, int]:
        """What is traced at each output: the largest amount of its lines."""
        found: dict[str, int] = {}
        for edge in self.whole.graph.edges:
            for key in (edge.tail, edge.head):
                if key not in self.transactions:
                    found[key] = max(found.get(key, 0), edge.units)
        return found

    def next_transaction(self, key: str) -> str | None:
        """The transaction to which an output goes, if the trail has it."""
        heads = (edge.head for edge in self.leaving.get(key, ()))
        return next((head for head in heads if head in self.transactions), None)

    def outputs(self, transaction: str) -> list[str]:
        """The outputs to which a transaction leads, in a fixed order."""
        return sorted(edge.head for edge in self.leaving.get(transaction, ()))

    def is_end(self, key: str) -> bool:
        """Whether the trail stops at this output."""
        node = self.nodes.get(key) if key in self.whole.ends else None
        return node is not None and node.shape in {Shape.OUTPUT, Shape.ORIGIN}

    def reason(self, key: str) -> str:
        """Why the trail stops at this output; empty where it goes on."""
        return str(self.whole.ends[key]["reason"]) if self.is_end(key) else ""

    def held(self, key: str) -> Held:
        """What one output adds to a badge that holds it."""
        if not self.is_end(key):
            return Held()
        units = self.units.get(key, 0)
        is_unspent = self.reason(key) == UNSPENT
        return Held(0, 1, units, int(is_unspent), units if is_unspent else 0)


def held_words(held: Held, whole: Whole) -> tuple[str, ...]:
    """What a badge holds, one short line each."""
    said = []
    if held.transactions:
        said.append(f"{held.transactions} tx folded")
    if held.ends:
        said.append(f"{_ends(held.ends)}: {whole.money(held.units)}")
    if held.unspent and held.unspent != held.ends:
        said.append(f"{held.unspent} unspent: {whole.money(held.unspent_units)}")
    elif held.unspent:
        said.append("all unspent")
    return tuple(said)


def _ends(count: int) -> str:
    return "1 end" if count == 1 else f"{count} ends"
