"""Exhibits with their hashes, and what was searched in them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, size, table


class Exhibits(Section):
    """What was given to be searched."""

    place: ClassVar[int] = 30
    title: ClassVar[str] = "Exhibits and search"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """The exhibits, then counts by media type."""
        yield table(
            (
                ("Exhibit", "auto", "mono"),
                ("Path", "2fr", "mono"),
                ("Kind", "auto", "text"),
                ("Size", "auto", "number"),
                ("Files", "auto", "number"),
                ("SHA-256", "3fr", "mono"),
                ("State", "auto", "text"),
            ),
            [
                (
                    row["exhibit"],
                    row["path"],
                    row["kind"],
                    size(row["size_bytes"]),
                    row["file_count"],
                    row["sha256"],
                    row["state"],
                )
                for row in bundle["exhibits"]
            ],
            empty="No exhibit was added to this case.",
        )
        yield heading("What was searched")
        yield table(
            (
                ("Exhibit", "auto", "mono"),
                ("Media type", "1fr", "mono"),
                ("Streams", "auto", "number"),
                ("Size", "auto", "number"),
            ),
            [
                (row["exhibit"], row["media_type"], row["streams"], size(row["size_bytes"]))
                for row in bundle["searched"]["by_media_type"]
            ],
            empty="Nothing was searched.",
        )
