"""How to read the report: the three strengths of truth, certainties, notes on method."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, paragraph, points, table


class Reading(Section):
    """What the words of the report mean."""

    place: ClassVar[int] = 20
    title: ClassVar[str] = "How to read this report"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Strengths, certainties, notes."""
        method = bundle["method"]
        yield paragraph("Every statement has one of three strengths. They are never mixed.")
        yield table(
            (("Strength", "auto", "strength"), ("Meaning", "1fr", "text")),
            [(row["strength"], row["meaning"]) for row in method["strengths"]],
            empty="",
        )
        yield paragraph("Every finding says how it was proved.")
        yield table(
            (("Certainty", "auto", "text"), ("Meaning", "1fr", "text")),
            [(row["certainty"], row["meaning"]) for row in method["certainties"]],
            empty="",
        )
        yield heading("Notes on method")
        yield points(method["notes"])
