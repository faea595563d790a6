"""Daily prices with one column per pair: `Date,BTC_USD,BTC_EUR,…`.

Found in: CSV whose first column is a date and whose other columns are called coin and currency,
with `_`, `-` or `/` between.
Proof: none; asserted by whoever made the file.
Limits: the file does not say which price of the day it is; the person can say it (`--price open`),
and the note beside every value says "not stated" otherwise. Published files of this form were
measured to hold opening prices, a day earlier than closing ones. Days are taken as UTC days.
Spec: none; the header names the pairs.
"""

from typing import ClassVar

from chainlead.ledger.rates.fields import MISSING, Cells, pair_in_column
from chainlead.ledger.rates.importer import RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.series import DayRate


class PairColumns(RateImporter):
    """Several coins or currencies side by side."""

    form: ClassVar[str] = "pairs csv"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A first line of a date and only pairs."""
        first = content[:4000].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
        cells = [cell.strip().strip('"') for cell in first.decode("latin-1").split(",")]
        return (
            len(cells) > 1
            and cells[0].lower() == "date"
            and all(pair_in_column(cell) for cell in cells[1:])
        )

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:
        """Read every pair."""
        read = Cells(name)
        rows = read.table(content)
        line, header = next(rows, (1, [""]))
        read.header(header)
        pairs = {place: pair_in_column(cell) for place, cell in enumerate(header) if place}
        found: dict[tuple[str, str], list[tuple[int, DayRate]]] = {}
        for line, cells in rows:
            if len(cells) != len(header):
                raise read.bad(line, f"{len(cells)} cells, {len(header)} columns")
            day = read.day(line, cells[0])
            for place, pair in pairs.items():
                if pair and cells[place].lower() not in MISSING:
                    rate = DayRate(day, read.rate(line, cells[place]))
                    found.setdefault(pair, []).append((line, rate))
        series = (read.series(*pair, lines, holds_days=0) for pair, lines in found.items())
        stated = f"{hints.price} price of the day, as the person who added it says"
        return RatesRead(
            title=f"{name} (publisher not named)",
            basis=stated if hints.price else "which price of the day is not stated; UTC day",
            series=tuple(one for one in series if one is not None),
        )
