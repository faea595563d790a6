"""Claims about addresses: asserted, each with source, date and confidence; conflicts are shown."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, number, paragraph, points, table

SHOWN = 300


class Claims(Section):
    """What others say; nothing of it was observed here."""

    place: ClassVar[int] = 90
    title: ClassVar[str] = "Claims by others"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Claims, conflicts, packs."""
        claims = bundle["claims"]
        listed = claims["listed"]
        yield table(
            (
                ("Strength", "auto", "strength"),
                ("Address", "3fr", "mono"),
                ("Said to be", "2fr", "text"),
                ("Confidence", "2fr", "text"),
                ("Date", "auto", "text"),
                ("Source", "3fr", "text"),
                ("Pack", "2fr", "text"),
            ),
            [
                (
                    row["strength"],
                    row["address"],
                    row["label"],
                    row["confidence"],
                    row["date"],
                    row["source"],
                    row["pack"],
                )
                for row in listed[:SHOWN]
            ],
            empty="No imported source names an address of this case itself.",
        )
        if len(listed) > SHOWN:
            yield paragraph(f"{len(listed) - SHOWN} further claims: see report.json.")
        silent = [row for row in listed[:SHOWN] if row["says_nothing"]]
        if silent:
            yield points(
                f"{row['label']} on {row['address']} says nothing about a payment: "
                f"{row['says_nothing']}."
                for row in silent
            )
        yield heading("Claims inherited through a cluster")
        yield table(
            (
                ("Strength", "auto", "strength"),
                ("Address", "3fr", "mono"),
                ("Said to be", "2fr", "text"),
                ("Confidence", "2fr", "text"),
                ("Source about another address", "3fr", "text"),
                ("Linked by transaction", "3fr", "mono"),
            ),
            [
                (
                    row["strength"],
                    row["address"],
                    row["service"],
                    row["confidence"],
                    row["source"],
                    row["inherited_via"],
                )
                for row in claims["inherited"][:SHOWN]
            ],
            empty="None: every lead rests on a claim about the address itself.",
        )
        yield heading("Conflicts")
        yield table(
            (("Address", "1fr", "mono"), ("Said to be", "1fr", "text")),
            [(row["address"], " — or — ".join(row["named"])) for row in claims["conflicts"]],
            empty="No address is given to two different parties.",
        )
        used = {row["pack"] for row in (*listed, *claims["inherited"])}
        yield heading("Packs")
        yield table(
            (
                ("Name", "1fr", "text"),
                ("Maker", "1fr", "text"),
                ("Tags", "auto", "number"),
                ("Actors", "auto", "number"),
                ("SHA-256", "2fr", "mono"),
            ),
            [
                (row["name"], row["creator"], row["tag_count"], row["actor_count"], row["sha256"])
                for row in claims["packs"]
                if row["name"] in used
            ],
            empty="No pack says anything about an address of this case."
            if claims["packs"]
            else "No attribution pack was imported.",
        )
        others = [row for row in claims["packs"] if row["name"] not in used]
        if others:
            tags = sum(row["tag_count"] for row in others)
            yield paragraph(
                f"{number(len(others), 'further pack')} with {number(tags, 'tag')} were imported and say "
                "nothing about the addresses of this case; report.json lists them."
            )
