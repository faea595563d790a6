"""What is drawn: nodes with a shape, edges with a strength of truth, transactions with a time."""

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
class Node:
    """One drawn thing.

    Attributes:
        key: unique in its graph.
        lines: the label, one short line each.
        title: the whole story, for the tooltip and for readers who cannot see.
        moment: sort key in ledger order; transactions only.
        date: date and time in words; transactions only.
    """

    key: str
    shape: Shape
    lines: tuple[str, ...]
    title: str
    moment: tuple[int, int, str] = (0, 0, "")
    date: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """From an earlier thing to a later one. `units` gives the width."""

    tail: str
    head: str
    strength: Strength
    units: int
    title: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges of one trail."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, key: str) -> Node:
        """The node with this key."""
        return next(node for node in self.nodes if node.key == key)
