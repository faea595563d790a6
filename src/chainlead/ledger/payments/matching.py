"""Receipts whose amount matches an advertised price at their own time.

Assumption: a customer pays the price, or a whole multiple of it, converted with a published rate of
the day. Known failure: postage, discounts, baskets, private rates and per-order addresses hide
payments; popular round amounts match prices that nobody paid. A match is observed; that it was a
purchase is never said.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial

from chainlead.ledger.payments.advertised import (
    AdvertisedPrice,
    Coverage,
    Span,
    Tolerance,
    UnitPrice,
    closest,
    spans,
)
from chainlead.ledger.payments.chance import AS_ROUND, OTHER_PRICES, ChanceCount
from chainlead.ledger.payments.other_prices import (
    AS_ROUND_PER_MILLE,
    PER_MILLE,
    Moved,
    amounts_by_day,
    count_at_other_prices,
)
from chainlead.ledger.payments.other_times import count_at_other_times
from chainlead.ledger.payments.receipts import Receipt, Receipts, day_of, gather_outputs
from chainlead.ledger.payments.times import Times
from chainlead.ledger.view import LedgerView

MOST_OTHERS = 200_000
MOST_SHARES = 40


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """What is looked for.

    Attributes:
        prices: in any money; without repetition.
        addresses: whose receipts; empty for everybody's.
        times: when a receipt counts.
        tolerance: how far from a price.
        most_quantity: up to so many times a price.
    """

    prices: tuple[AdvertisedPrice, ...]
    addresses: tuple[str, ...] = ()
    times: Times = field(default_factory=Times)
    tolerance: Tolerance = field(default_factory=Tolerance)
    most_quantity: int = 1


@dataclass(frozen=True, slots=True)
class PaymentMatch:
    """One receipt that matches.

    Attributes:
        receipt: what was received.
        span: the price and quantity that it is closest to.
        also: other prices and quantities that it matches as well.
        same_amount: other outputs in the same times with exactly this amount.
        notes: what else could explain it.
    """

    receipt: Receipt
    span: Span
    also: tuple[Span, ...]
    same_amount: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceShare:
    """One price of several: what matches it, and what would by chance.

    Attributes:
        matches: receipts that match it in some quantity; one may match several prices.
        by_chance: this price alone at other prices.
    """

    price: AdvertisedPrice
    matches: int
    by_chance: ChanceCount


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What the ledger says about the question.

    Attributes:
        receipts: known receipts of the asked addresses at any time.
        in_times: those at the asked times; only these can match.
        unrated: those of them that some price could not be compared with, for want of a rate of
            their day; `without_rate` names the currencies.
        matches: in chain order.
        by_chance: the controls.
        shares: each price by itself, where there are several, and not too many to tell.
        elsewhere, elsewhere_matches: receipts of other addresses at the same times, and matches.
        elsewhere_is_cut: whether the ledger holds more than were looked at.
        coinbases: outputs left out because they are newly made coins.
        bounds: first and last block time of the ledger.
    """

    receipts: int
    in_times: int
    unrated: int
    without_rate: tuple[str, ...]
    matches: tuple[PaymentMatch, ...]
    by_chance: tuple[ChanceCount, ...]
    shares: tuple[PriceShare, ...]
    elsewhere: int
    elsewhere_matches: int
    elsewhere_is_cut: bool
    coinbases: int
    bounds: tuple[datetime, datetime] | None


def find_payments(
    view: LedgerView,
    question: MatchQuestion,
    unit_price: UnitPrice,
    *,
    most_others: int = MOST_OTHERS,
) -> MatchResult:
    """Search a ledger for receipts that match prices.

    Args:
        view: the ledger.
        question: what is looked for.
        unit_price: base units for one unit of a currency on a day, or None without a rate.
        most_others: how many receipts of other addresses are compared.
    """
    return match_receipts(
        gather_outputs(view, question.addresses, most_others), question, unit_price
    )


def match_receipts(found: Receipts, question: MatchQuestion, unit_price: UnitPrice) -> MatchResult:
    """Search receipts, of whatever ledger, for those that match prices.

    Args:
        found: the receipts of the asked addresses and those of everybody else.
        question: what is looked for.
        unit_price: base units for one unit of a currency on a day, or None without a rate.
    """
    known = found.block_times
    measure = _Measure(question, unit_price)
    holds = question.times.holds
    inside = [receipt for receipt in found.asked if holds(receipt.mined_at)]
    others = [receipt for receipt in found.others if holds(receipt.mined_at)]
    fits = [measure.fits(receipt) for receipt in found.asked]
    return MatchResult(
        receipts=len(found.asked),
        in_times=len(inside),
        unrated=sum(bool(measure.without_rate(day_of(r))) for r in inside),
        without_rate=tuple(
            sorted({code for r in inside for code in measure.without_rate(day_of(r))})
        ),
        matches=tuple(_matches(inside, others, measure)),
        by_chance=(
            count_at_other_times(found.asked, fits, question.times, known),
            count_at_other_prices(OTHER_PRICES, PER_MILLE, inside, measure.moved),
            count_at_other_prices(AS_ROUND, AS_ROUND_PER_MILLE, inside, measure.moved),
        ),
        shares=tuple(_shares(inside, question.prices, measure)),
        elsewhere=len(others),
        elsewhere_matches=sum(map(measure.fits, others)),
        elsewhere_is_cut=found.others_are_cut,
        coinbases=found.coinbases,
        bounds=(known[0], known[-1]) if known else None,
    )


class _Measure:
    """Which amount matches which price on which day; each day is worked out once."""

    def __init__(self, question: MatchQuestion, unit_price: UnitPrice) -> None:
        self._question = question
        self._unit_price = cache(unit_price)
        self.spans_at = cache(self._spans)
        self.apart = cache(self._apart)
        self.coverage = cache(self._coverage)
        self.moved = cache(self._moved)
        self.without_rate = cache(self._without_rate)

    def spans_on(self, day: date | None) -> tuple[Span, ...]:
        return self.spans_at(day, 0)

    def _spans(self, day: date | None, per_mille: int) -> tuple[Span, ...]:
        return tuple(
            spans(
                self._question.prices,
                self._unit_price,
                day,
                tolerance=self._question.tolerance,
                most_quantity=self._question.most_quantity,
                per_mille=per_mille,
            )
        )

    def _coverage(self, day: date | None) -> Coverage:
        return Coverage(self.spans_on(day))

    def _moved(self, day: date | None, per_mille: int) -> Moved:
        apart = self.apart(day, per_mille)
        return Moved(Coverage(apart), len(apart), len(self.spans_at(day, per_mille)))

    def _apart(self, day: date | None, per_mille: int) -> tuple[Span, ...]:
        """Moved spans that cannot hit a real price."""
        real = self.coverage(day)
        return tuple(span for span in self.spans_at(day, per_mille) if not real.meets(span))

    def moved_alone(self, price: AdvertisedPrice, day: date | None, per_mille: int) -> Moved:
        """One price moved; it must not hit any of the real prices."""
        apart = [span for span in self.apart(day, per_mille) if span.price == price]
        every = sum(span.price == price for span in self.spans_at(day, per_mille))
        return Moved(Coverage(apart), len(apart), every)

    def _without_rate(self, day: date | None) -> frozenset[str]:
        asked = {price.currency for price in self._question.prices}
        return frozenset(code for code in asked if self._unit_price(code, day) is None)

    def fits(self, receipt: Receipt) -> bool:
        return self.coverage(day_of(receipt)).holds(receipt.amount_units)


def _shares(
    inside: Sequence[Receipt], prices: Sequence[AdvertisedPrice], measure: _Measure
) -> Iterator[PriceShare]:
    if not 1 < len(prices) <= MOST_SHARES:
        return
    by_day = amounts_by_day(inside)
    for price in prices:
        matches = sum(
            Coverage([s for s in measure.spans_on(day) if s.price == price]).count(amounts)
            for day, amounts in by_day.items()
        )
        alone = partial(measure.moved_alone, price)
        yield PriceShare(
            price, matches, count_at_other_prices(OTHER_PRICES, PER_MILLE, inside, alone)
        )


def _matches(
    inside: Sequence[Receipt], others: Sequence[Receipt], measure: _Measure
) -> list[PaymentMatch]:
    fitting = [receipt for receipt in inside if measure.fits(receipt)]
    wanted = {receipt.amount_units for receipt in fitting}
    amounts = Counter(
        receipt.amount_units
        for rows in (inside, others)
        for receipt in rows
        if receipt.amount_units in wanted
    )
    matches = []
    for receipt in fitting:
        best, *also = closest(measure.spans_on(day_of(receipt)), receipt.amount_units)
        matches.append(
            PaymentMatch(
                receipt=receipt,
                span=best,
                also=tuple(also),
                same_amount=amounts[receipt.amount_units] - 1,
                notes=receipt.notes(),
            )
        )
    return matches
