"""What is drawn: nodes with a shape, edges with a strength of truth, transactions with a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from chainlead.model import Strength


class Shape(Enum):
    """Shape says what a node is; colour is a second channel only."""

    ORIGIN = "origin"  # diamond
    OUTPUT = "output"  # circle
    TRANSACTION = "transaction"  # small square
    SERVICE = "service"  # hexagon
    FOLD = "fold"  # rounded box


@dataclass(frozen=True, slots=True)
class Held:
    """What a badge holds: every end in it is counted in no other badge.

    Attributes:
        transactions: how many transactions.
        ends: how many ends of the trail.
        units: the traced sum of these ends, in base units.
        unspent: how many of the ends are unspent, and so can be seized.
        unspent_units: their sum.
    """

    transactions: int = 0
    ends: int = 0
    units: int = 0
    unspent: int = 0
    unspent_units: int = 0

    def __add__(self, other: "Held") -> "Held":
        """Both together."""
        return Held(
            self.transactions + other.transactions,
            self.ends + other.ends,
            self.units + other.units,
            self.unspent + other.unspent,
            self.unspent_units + other.unspent_units,
        )


@dataclass(frozen=True, slots=True)
class Node:
    """One drawn thing.

    Attributes:
        key: unique in its graph.
        lines: the label, one short line each.
        title: the whole story, for the tooltip and for readers who cannot see.
        moment: sort key in ledger order; transactions and folded runs of them only.
        date: date and time in words; transactions and folded runs of them only.
        at: the same time, ISO 8601; empty where it is not known.
        fold: the name of the fold that a badge stands for; empty for what is no badge.
        held: what the badge holds; None for what is no badge.
        is_by_hand: whether a person made the fold; then it is drawn in another way.
    """

    key: str
    shape: Shape
    lines: tuple[str, ...]
    title: str
    moment: tuple[int, int, str] = (0, 0, "")
    date: str = ""
    at: str = ""
    fold: str = ""
    held: Held | None = None
    is_by_hand: bool = False

    @property
    def has_time(self) -> bool:
        """Whether it has a place in ledger order of its own."""
        return self.shape is Shape.TRANSACTION or (self.shape is Shape.FOLD and bool(self.date))


@dataclass(frozen=True, slots=True)
class Edge:
    """From an earlier thing to a later one. `units` gives the width.

    `by_rule` has the amount under each rule where several rules are drawn as one picture.
    """

    tail: str
    head: str
    strength: Strength
    units: int
    title: str
    by_rule: tuple[tuple[str, int], ...] = ()

    @property
    def least(self) -> int:
        """The smallest amount under any rule; that of the one rule where only one is drawn."""
        return min((units for _, units in self.by_rule), default=self.units)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges of one trail."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, key: str) -> Node:
        """The node with this key."""
        return next(node for node in self.nodes if node.key == key)


def together(edges: Iterable[Edge]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The amount of several lines; where several rules are drawn, under each, and the most of any one."""
    lines = list(edges)
    rules = sorted({rule for edge in lines for rule, _ in edge.by_rule})
    if not rules:
        return sum(edge.units for edge in lines), ()
    amounts = [dict(edge.by_rule) or dict.fromkeys(rules, edge.units) for edge in lines]
    by_rule = tuple((rule, sum(each.get(rule, 0) for each in amounts)) for rule in rules)
    return max(units for _, units in by_rule), by_rule


def weakest(edges: Iterable[Edge]) -> Strength:
    """The strength of several lines together: that of the weakest of them.

    Raises:
        ValueError: there is no line.
    """
    strongest_last = (Strength.ASSERTED, Strength.INFERRED, Strength.OBSERVED)
    return min((edge.strength for edge in edges), key=strongest_last.index)
