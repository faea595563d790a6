"""Which nodes and lines the pictures of a trace can show, without drawing one.

Reads a trace as the case keeps it. A fold is named after the node at which it hangs, so that its
name is known wherever that node is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

FOLD_KEY = "fold "
"""The key of every fold begins so; then its kind, the key of the node at which it hangs, and more."""
FOLD_KINDS = ("ends", "run", "through", "branch", "rest")
_SERVICE = "service"


@dataclass(frozen=True, slots=True)
class TrailThings:
    """The keys of the nodes of a trace under all its rules, and the names of the rules."""

    nodes: frozenset[str]
    rules: tuple[str, ...]

    def has_node(self, key: str) -> bool:
        """Whether a picture of the trace can show this node or fold."""
        if key in self.nodes:
            return True
        if not key.startswith(FOLD_KEY):
            return False
        kind, _, rest = key.removeprefix(FOLD_KEY).partition(" ")
        return kind in FOLD_KINDS and rest.partition(" ")[0] in self.nodes

    def with_nodes(self, more: frozenset[str]) -> "TrailThings":
        """The same with further nodes, such as the boxes of folds that persons made."""
        return replace(self, nodes=self.nodes | more)

    def has_edge(self, ends: str) -> bool:
        """Whether `<tail>:<head>` can name a line between two nodes of the trace."""
        cuts = (place for place, sign in enumerate(ends) if sign == ":")
        return any(self.has_node(ends[:cut]) and self.has_node(ends[cut + 1 :]) for cut in cuts)


def trail_things(document: Mapping[str, Any]) -> TrailThings:
    """The things of one trace, from the document that the case keeps."""
    nodes: set[str] = set()
    for transaction in document.get("transactions", ()):
        nodes.add(transaction["txid"])
    for result in document.get("rules", {}).values():
        for told in (*result["transfers"], *result["frontier"]):
            txid = told.get("txid") or ""
            nodes.add(txid)
            if told.get("outpoint"):
                nodes |= {told["outpoint"], told["outpoint"].partition(":")[0]}
            if told.get("order"):
                nodes.add(f"{txid}:{told['order'][2]}")
            if told.get("reason") == _SERVICE:
                place = (told.get("outpoint") or txid).partition(":")[0]
                nodes.add(f"service {told.get('note') or 'service'} {place}")
    basis = document.get("basis")
    if basis:
        nodes.add(f"behind {basis['source']}")
    return TrailThings(frozenset(nodes - {""}), tuple(sorted(document.get("rules", {}))))
