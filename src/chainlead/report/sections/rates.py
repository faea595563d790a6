"""Exchange rates: the sources, and the rates of each day that values in this report rest on."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, paragraph, table

SHOWN = 60


class Rates(Section):
    """Where values in the case's currency come from."""

    place: ClassVar[int] = 105
    title: ClassVar[str] = "Exchange rates"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Sources, then the days used."""
        rates = bundle["rates"]
        if not rates["sources"]:
            yield paragraph(
                f"The case holds no exchange rate, so no value in {rates['currency']} is given: a "
                "value is never guessed."
            )
            return
        yield paragraph(
            f"Values in {rates['currency']} are asserted by these sources. A value is worked out "
            "exactly with the rate of the block's UTC day and rounded once, at the end, half to even."
        )
        yield table(
            (
                ("Source", "2fr", "text"),
                ("Which price", "2fr", "text"),
                ("From", "auto", "mono"),
                ("To", "auto", "mono"),
                ("File and SHA-256", "3fr", "mono"),
            ),
            [
                (s["title"], s["basis"], s["first"], s["last"], [s["name"], s["sha256"]])
                for s in rates["sources"]
            ],
            empty="No source.",
        )
        yield heading("Days whose rates were used")
        yield table(
            (
                ("Day (UTC)", "auto", "mono"),
                ("One whole", "auto", "text"),
                ("cost", "auto", "number"),
                ("Rates, dates, sources", "1fr", "text"),
            ),
            [
                (d["date"], d["asset"], f"{d['price']} {d['currency']}", d["words"])
                for d in rates["days"][:SHOWN]
            ],
            empty="No amount in this report needed a rate, or none of its days has one.",
        )
        hidden = len(rates["days"]) - SHOWN + rates["days_not_listed"]
        if hidden > 0:
            yield paragraph(f"{hidden} further days: see report.json.")
