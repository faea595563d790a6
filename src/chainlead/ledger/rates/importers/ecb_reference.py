"""Euro foreign exchange reference rates of the European Central Bank.

Found in: `eurofxref-hist.zip` (one CSV inside), or that CSV: the first column is the date, each
further one a currency; a cell is what one euro costs.
Proof: none; asserted by the European Central Bank. Each rate is kept with every digit.
Limits: no rate on weekends and TARGET holidays: the last earlier one stands for up to 5 days (the
longest gap, Easter, has 4 days without a rate) and says its own date. A currency that the bank
stopped quoting (the rouble on 2022-03-02) has no value after that. For information, says the bank: not
a price at which anybody traded. Published about 16:00 CET, so on the day itself it is not the morning's.
Spec: ECB, "Euro foreign exchange reference rates" (daily concertation, normally about 14:10 CET).
"""

import io
import zipfile
import zlib
from typing import ClassVar

from chainlead.errors import RateFileError
from chainlead.ledger.rates.fields import FIAT, MISSING, Cells
from chainlead.ledger.rates.importer import MOST_BYTES, RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.series import DayRate

HOLDS_DAYS = 5
_FEWEST_CURRENCIES = 3
_ZIP = b"PK\x03\x04"


class EcbReferenceRates(RateImporter):
    """Euro reference rates as the European Central Bank publishes them."""

    form: ClassVar[str] = "ecb reference rates"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A zip with an `eurofxref` CSV, or a header of a date and known currencies."""
        if content.startswith(_ZIP):
            return b"eurofxref" in content[:200]
        first = content[:2000].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
        head, *codes = [cell.strip() for cell in first.decode("latin-1").split(",")]
        codes = [code for code in codes if code]
        return (
            head.lower() == "date" and len(codes) >= _FEWEST_CURRENCIES and FIAT.issuperset(codes)
        )

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:  # noqa: ARG002  (the file says it all)
        """Read every currency; empty and `N/A` cells are days without a rate."""
        read = Cells(name)
        rows = read.table(_unpacked(read, content))
        line, header = next(rows, (1, [""]))
        places = read.header(header)
        if places.pop("date", None) != 0:
            raise read.bad(line, "the first column is not called Date")
        codes = {place: read.code(line, code) for code, place in places.items()}
        found: dict[str, list[tuple[int, DayRate]]] = {code: [] for code in codes.values()}
        for line, cells in rows:
            if len(cells) != len(header):
                raise read.bad(line, f"{len(cells)} cells, {len(header)} columns")
            day = read.day(line, cells[0])
            for place, code in codes.items():
                if cells[place].lower() not in MISSING:
                    found[code].append((line, DayRate(day, read.rate(line, cells[place]))))
        series = (
            read.series("EUR", code, lines, holds_days=HOLDS_DAYS) for code, lines in found.items()
        )
        return RatesRead(
            title="European Central Bank, reference rates",
            basis="reference rate of the working day, about 14:10 CET",
            series=tuple(one for one in series if one is not None),
        )


def _unpacked(read: Cells, content: bytes) -> bytes:
    if not content.startswith(_ZIP):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
            if len(members) != 1:
                raise read.bad(1, f"{len(members)} CSV files in the zip; expected one")
            if members[0].file_size > MOST_BYTES:
                raise read.bad(1, f"the CSV in the zip has {members[0].file_size} bytes")
            with archive.open(members[0]) as file:
                unpacked = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, RateFileError):
            raise
        raise read.bad(1, f"the zip is damaged or locked: {type(error).__name__}") from error
    if len(unpacked) > MOST_BYTES:
        raise read.bad(1, f"the CSV in the zip has more than {MOST_BYTES} bytes")
    return unpacked
