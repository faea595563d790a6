"""Further lines of a picture's legend: what persons moved, opened, folded or left out."""

from chainlead.report.around import Around
from chainlead.report.canvas import Narrowing
from chainlead.report.graph import Graph

_MOST_BOXES = 8
"""So many boxes that persons made are told below the picture."""


def legend_boxes(graph: Graph) -> list[str]:
    """What persons folded, in words below the picture."""
    boxes = sorted((node for node in graph.nodes if node.is_by_hand), key=lambda node: node.key)
    lines = [f"Box with a double edge. {node.title}" for node in boxes[:_MOST_BOXES]]
    if len(boxes) > _MOST_BOXES:
        lines.append(f"{len(boxes) - _MOST_BOXES} more boxes were folded by hand: see the table.")
    return lines


def legend_lines(around: Around, narrowing: Narrowing) -> list[str]:
    """What was kept, moved or left out."""
    lines = []
    if around.fresh or around.moved:
        lines.append("What was opened or moved by hand has its own date at the transaction.")
    count = len(around.out_of_time)
    if count:
        what = "1 transaction stands" if count == 1 else f"{count} transactions stand"
        lines.append(
            f"{what} right of a later one, because places were kept or chosen by hand: read the dates."
        )
    if not narrowing.is_empty:
        said = [
            f"from {narrowing.only_after}" if narrowing.only_after else "",
            f"until {narrowing.only_before}" if narrowing.only_before else "",
            f"lines of at least {narrowing.least_units} base units"
            if narrowing.least_units
            else "",
            f"after {narrowing.from_node}" if narrowing.from_node else "",
        ]
        lines.append(f"Only a part of the trail is drawn: {', '.join(s for s in said if s)}.")
    return lines
