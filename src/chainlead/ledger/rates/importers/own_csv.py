"""Rates that a person of the case writes down, each with its source.

Found in: CSV with the header `date,asset,currency,rate,source` and, if wanted, `note`; commas,
semicolons or tabs between. `rate` is the price of one whole coin (or currency unit) with a decimal
point; `asset` is a symbol, or `chain/contract` of a token.
Proof: none; asserted by whoever wrote it, so every row names its source.
Limits: no rate is looked up; a day without a row has no own rate. A day's rate is not the price of
the moment.
Spec: RFC 4180; the header is chainlead's own.
"""

import re
from typing import ClassVar

from chainlead.ledger.rates.fields import Cells
from chainlead.ledger.rates.importer import RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.series import DayRate

_COLUMNS = ("date", "asset", "currency", "rate", "source")
_TOKEN = re.compile(r"[a-z][a-z-]{1,40}/[0-9A-Za-z.]{3,100}")


class OwnRates(RateImporter):
    """The case's own rates; they go before published ones."""

    form: ClassVar[str] = "own rates csv"
    is_own: ClassVar[bool] = True

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A first line with these columns."""
        first = content[:1000].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].lower()
        cells = re.split(rb"[,;\t]", first.replace(b'"', b""))
        return {c.encode() for c in _COLUMNS[:4]} <= {cell.strip() for cell in cells}

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:  # noqa: ARG002  (rows say it)
        """Read the rows; the whole file or nothing."""
        read = Cells(name)
        rows = read.table(content)
        line, first = next(rows, (1, [""]))
        places = read.header(first)
        if not set(_COLUMNS) <= set(places) or set(places) - {*_COLUMNS, "note"}:
            raise read.bad(line, f"the header is {','.join(_COLUMNS)} and, if wanted, note")
        found: dict[tuple[str, str], list[tuple[int, DayRate]]] = {}
        for line, cells in rows:
            if len(cells) != len(first):
                raise read.bad(line, f"{len(cells)} cells, {len(first)} columns")
            row = {key: cells[place] for key, place in places.items()}
            source = read.words(line, row["source"])
            if not source:
                raise read.bad(line, "a rate has a source")
            asset = row["asset"]
            base = asset if _TOKEN.fullmatch(asset) else read.code(line, asset)
            rate = DayRate(
                read.day(line, row["date"]),
                read.rate(line, row["rate"]),
                source,
                read.words(line, row.get("note", "")),
            )
            pair = (base, read.code(line, row["currency"]))
            found.setdefault(pair, []).append((line, rate))
        series = (read.series(*pair, lines, holds_days=0) for pair, lines in found.items())
        return RatesRead(
            title=f"own rates: {name}",
            basis="rate of the day, written down by hand",
            series=tuple(one for one in series if one is not None),
        )
