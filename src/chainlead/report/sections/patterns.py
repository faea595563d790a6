"""Shapes on the trails that have a name: each folded to one line, with its card below."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.money import written
from chainlead.report.sections.inferences import card_block
from chainlead.report.story import Block, Section, heading, paragraph, table

SHOWN = 60


class PatternsOnTrails(Section):
    """Patterns are inferred; their sums are of whole outputs, not of traced money."""

    place: ClassVar[int] = 72
    title: ClassVar[str] = "Patterns on the trails"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """For each trail its finds, then the card of each pattern once."""
        told = [part for part in bundle["patterns"] if part["patterns"]]
        if not told:
            yield paragraph("No pattern was found among the transactions of the trails.")
            return
        yield paragraph(
            "A pattern is a shape of transactions that has a usual reason. It is inferred and can be "
            "wrong; no trail in this report follows it. The amounts are sums of whole outputs: how much "
            "of them is traced money stands in the section on the trails."
        )
        for part in told:
            yield from _trail(part)
        cards = {card["name"]: card for part in told for card in part["inferences"]}
        used = {found["pattern"] for part in told for found in part["patterns"]}
        yield heading("Rules behind these lines")
        for name in sorted(used):
            yield paragraph(f"{name}:")
            yield card_block(cards[name])


def _trail(part: dict[str, Any]) -> Iterator[Block]:
    finds = part["patterns"]
    yield heading(f"Trail {part['trace_id']}, up to height {part['pinned']['height']}")
    yield table(
        (
            ("Strength", "auto", "strength"),
            ("Pattern", "auto", "text"),
            ("What was found", "1fr", "text"),
            ("Amounts", "1fr", "text"),
            ("First transaction", "1fr", "mono"),
        ),
        [
            (
                "inferred",
                f"{found['pattern']} v{found['version']}",
                f"{found['summary']} {_heights(found['heights'])}",
                [f"{name}: {written(amount)}" for name, amount in found["amounts"].items()],
                found["txids"][0],
            )
            for found in finds[:SHOWN]
        ],
        empty="",
    )
    if len(finds) > SHOWN:
        yield paragraph(f"{len(finds) - SHOWN} further ones: see report.json.")


def _heights(heights: list[int]) -> str:
    if not heights:
        return "Not in a known block."
    first, last = heights
    return f"Height {first}." if first == last else f"Heights {first} to {last}."
