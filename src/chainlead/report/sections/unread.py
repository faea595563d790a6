"""What could not be read: all of it, each with its reason."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, number, paragraph, table

SHOWN = 600


class UnreadItems(Section):
    """What could not be read is evidence too."""

    place: ClassVar[int] = 40
    title: ClassVar[str] = "What could not be read"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each place with reason and detail."""
        unread = bundle["unread"]
        if unread["count"]:
            yield paragraph(
                f"{number(unread['count'], 'item')} could not be read, or not completely. "
                "They may hold more."
            )
        yield table(
            (
                ("Exhibit", "auto", "mono"),
                ("Place", "3fr", "mono"),
                ("Reason", "auto", "text"),
                ("Detail", "2fr", "text"),
            ),
            [
                (row["exhibit"], row["location"], row["reason"], row["detail"])
                for row in unread["listed"][:SHOWN]
            ],
            empty="Everything in the exhibits could be read."
            if bundle["exhibits"]
            else "No exhibit was searched.",
        )
        if unread["count"] > SHOWN:
            yield paragraph(
                f"{unread['count'] - SHOWN} further items are listed in report.json, with the same fields."
            )
