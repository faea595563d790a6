"""A form in which a picture leaves the page. A new form is a new file in `picture_forms`."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from chainlead.registry import residents
from chainlead.report.graph import Edge
from chainlead.report.money import money
from chainlead.report.picture import PictureToExport


class PictureFormat(ABC):
    """Renders what a picture draws, as it is folded; pure, no clock, no network.

    Attributes:
        name: the ending of its file.
        title: what it is good for, in English.
        media_type: for a browser.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    media_type: ClassVar[str]

    @abstractmethod
    def content(self, export: PictureToExport) -> bytes:
        """The file. The same picture gives the same bytes."""


def picture_formats() -> tuple[PictureFormat, ...]:
    """All forms, in order of their module names."""
    return residents("chainlead.report.picture_forms", PictureFormat)  # type: ignore[type-abstract]


def lines_of(export: PictureToExport) -> Iterator[tuple[Edge, Mapping[str, str]]]:
    """Each line of the picture with its amount as text, in a fixed order.

    What persons folded is there line by line: nothing is lost, and nothing stands there twice.
    """
    chain, asset = str(export.trace["pinned"].get("chain", "")), export.trace.get("asset")
    for edge in sorted(
        export.everything.edges, key=lambda each: (each.tail, each.head, each.title)
    ):
        yield edge, money(chain, edge.units, asset)


def facts_of(export: PictureToExport) -> dict[str, str]:
    """What a reader needs to find the same picture again."""
    trace: Mapping[str, Any] = export.trace
    return {
        "trace_id": str(trace["trace_id"]),
        "rule": export.rule,
        "origin": str(trace["origin"]),
        "direction": str(trace["direction"]),
        "chain": str(trace["pinned"].get("chain", "")),
        "result_sha256": str(trace["result_sha256"]),
        "part": " ".join(
            f"{name}={value}"
            for name, value in export.shown.narrowing.document().items()
            if value not in {"", "0"}
        ),
        **({"folded_by_hand": " ".join(told)} if (told := box_titles(export)) else {}),
    }


def box_titles(export: PictureToExport) -> tuple[str, ...]:
    """Each fold that a person made in the picture, as `fold hand h7: what it says of itself`."""
    boxes = sorted(export.boxes, key=lambda node: node.key)
    return tuple(f"{node.key}: {node.title}" for node in boxes)


def folded_in(export: PictureToExport, key: str) -> str:
    """The fold made by a person in which a thing is drawn, with its name; empty where it stands free."""
    box = export.inside.get(key, "")
    names = {fold.key: fold.name for fold in export.shown.canvas.hand_folds}
    return f"{box}: {names[box]}" if box else ""


def by_rule_text(edge: Edge) -> str:
    """The amount of a line under each rule in base units, where several rules are drawn."""
    return " ".join(f"{rule}={units}" for rule, units in edge.by_rule)
