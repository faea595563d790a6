"""The value of an amount on the day it moved: exact, with every rate, its source and its date.

Method: the day is the UTC date of the block. A rate is taken as published; where the money wanted
is not quoted, the way goes through one or two state currencies, one of them the euro or the dollar
if there are two, and never through another coin. Of several ways the one with a rate that the
case's people wrote down counts, then the shortest, then the one whose rates are nearest to the day,
then the source that was added first. The others are worked out as well: where sources disagree by
more than a set share, all are shown.
Assumption: one rate stands for the whole day. Known failure: coins moved by tens of percent within
single days, so the value at the moment can differ widely from the day's; a closing price is known
only after the day, an opening one before it. No rate: no figure.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import prod

from chainlead.ledger.rates.table import Quoted, RateTable
from chainlead.ledger.rates.value import Leg, Reading, Value, rounded
from chainlead.model import Asset

DISAGREE_PPM = 20_000
_PIVOTS = frozenset({"EUR", "USD"})
_MILLION = 1_000_000
_MOST_WAYS = 2_000


class Valuation:
    """Values from a table of rates."""

    def __init__(self, table: RateTable, *, disagree_ppm: int = DISAGREE_PPM) -> None:
        """Use these rates.

        Args:
            table: the rates.
            disagree_ppm: from how many millionths on sources are said to disagree.
        """
        self.table = table
        self.disagree_ppm = disagree_ppm
        self.readings = lru_cache(1 << 14)(self._readings)
        self._judged = lru_cache(1 << 14)(self._judge)

    def value(
        self, asset: Asset, amount_units: int, moment: datetime | date, currency: str
    ) -> Value | None:
        """What an amount was worth on the UTC day of a moment; None without a rate.

        Args:
            asset: what moved; a token has a value only by a rate that names its contract.
            amount_units: base units.
            moment: aware time of the block, or the day itself.
            currency: the code wanted.
        """
        return self.value_of_code(
            asset_code(asset), amount_units, utc_day(moment), currency, decimals=asset.decimals
        )

    def value_of_code(
        self, code: str, amount_units: int, day: date, currency: str, *, decimals: int = 0
    ) -> Value | None:
        """What an amount of something that rates name by a code was worth on a day."""
        found = self._judged(code, currency.upper(), day)
        if found is None:
            return None
        best, peers, spread_ppm = found
        coins = Fraction(amount_units, 10**decimals)
        exact = coins * best.price
        return Value(
            code=code,
            amount_units=amount_units,
            currency=currency.upper(),
            day=day,
            exact=exact,
            text=rounded(exact, currency.upper()),
            reading=best,
            others=tuple((rounded(coins * one.price, currency.upper()), one) for one in peers),
            spread_ppm=spread_ppm,
            disagree_ppm=self.disagree_ppm,
        )

    def _judge(
        self, code: str, currency: str, day: date
    ) -> tuple[Reading, tuple[Reading, ...], int] | None:
        """The reading that counts, its peers as near to the day, and how far they lie apart."""
        readings = self.readings(code, currency, day)
        if not readings:
            return None
        best = readings[0]
        peers = tuple(one for one in readings[1:] if one.days_back <= best.days_back)
        prices = [best.price, *(one.price for one in peers)]
        return best, peers, int((max(prices) - min(prices)) * _MILLION / best.price)

    def price(self, base: str, quote: str, day: date) -> Fraction | None:
        """What one whole `base` cost in `quote` on a day, exact; None without a rate."""
        if base == quote:
            return Fraction(1)
        readings = self.readings(base, quote, day)
        return readings[0].price if readings else None

    def _readings(self, base: str, quote: str, day: date) -> tuple[Reading, ...]:
        """The best way of each set of sources, best first; a detour with more sources is none."""
        best: dict[frozenset[str], Reading] = {}
        for reading in self._ways(base, quote, day):
            known = best.get(reading.sources)
            if known is None or reading.rank < known.rank:
                best[reading.sources] = reading
        ranked = sorted(best.values(), key=lambda reading: reading.rank)
        return tuple(
            reading
            for place, reading in enumerate(ranked)
            if not any(better.sources < reading.sources for better in ranked[:place])
        )

    def _ways(self, base: str, quote: str, day: date) -> Iterator[Reading]:
        if base == quote:
            return
        made = 0
        for between in self._stations(base, quote):
            codes = (base, *between, quote)
            steps = [self.table.quoted(start, end, day) for start, end in pairwise(codes)]
            if not all(steps):
                continue
            for chosen in product(*steps):
                yield _reading(codes, chosen, day)
                made += 1
                if made >= _MOST_WAYS:
                    return

    def _stations(self, base: str, quote: str) -> list[tuple[str, ...]]:
        """What a way may go through, shortest first: state currencies only, never another coin."""
        near, far = self.table.money_beside(base), self.table.money_beside(quote)
        ends = {base, quote}
        one = sorted((near & far) - ends)
        two = {
            (a, b)
            for first, last in ((near, far & _PIVOTS), (near & _PIVOTS, far))
            for a in first
            for b in last
            if a != b and not {a, b} & ends
        }
        return [(), *((code,) for code in one), *sorted(two)]


def _reading(codes: Sequence[str], chosen: Sequence[Quoted], day: date) -> Reading:
    legs = tuple(
        Leg(
            start=start,
            end=end,
            base=one.base,
            quote=one.quote,
            rate=one.rate.text,
            day=one.rate.day,
            days_back=(day - one.rate.day).days,
            source=one.rate.source or one.source.title,
            source_id=one.source.source_id,
            basis=one.source.basis,
            is_own=one.source.is_own,
            note=one.rate.note,
        )
        for (start, end), one in zip(pairwise(codes), chosen, strict=True)
    )
    price = prod((leg.factor for leg in legs), start=Fraction(1))
    return Reading(legs, tuple(one.place for one in chosen), price)


def asset_code(asset: Asset) -> str:
    """The code under which rates name an asset: its symbol, or chain and contract of a token.

    A token's symbol proves nothing: anybody may issue a token that is called USDT.
    """
    return str(asset) if asset.contract else asset.symbol


def utc_day(moment: datetime | date) -> date:
    """The UTC date of a moment; a date is itself.

    Raises:
        ValueError: a time without a zone.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no day")
    return moment.astimezone(UTC).date()
