"""Receipts at an address that match advertised prices, and how many would match by chance.

Assumption: customers pay the price, or a whole multiple of it, within a tolerance. Known failure:
postage, discounts, baskets of several goods and per-order addresses hide payments; popular round
amounts match prices that nobody paid. So the same count is made at shifted times, at shifted prices
and at all other addresses of the ledger, and stands beside the result. A match is observed; that it
was a purchase is never said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chainlead.ledger.transaction import Output, Transaction
from chainlead.ledger.view import LedgerView
from chainlead.model import Outpoint, Strength

PER_MILLE_SHIFTS = (-300, -200, -150, -100, -70, 70, 100, 150, 200, 300)
_MOST_SHIFTED_WINDOWS = 12
_BATCH_OUTPUTS = 5
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, both included; None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in the window; an unknown moment only in one without bounds."""
        if self.start is None and self.end is None:
            return True
        if moment is None:
            return False
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment <= self.end
        )


@dataclass(frozen=True, slots=True)
class AskedPrice:
    """A price in base units, and how it stands on the page."""

    amount_units: int
    written: str


@dataclass(frozen=True, slots=True)
class PriceMatch:
    """One receipt that matches one price.

    Attributes:
        quantity: how many times the price.
        difference_units: received minus quantity times price.
        notes: what else could explain this receipt.
        strength: observed, or asserted where only a source of histories tells of it.
    """

    outpoint: Outpoint
    amount_units: int
    height: int | None
    mined_at: datetime | None
    written: str
    price_units: int
    quantity: int
    difference_units: int
    notes: tuple[str, ...]
    strength: Strength


@dataclass(frozen=True, slots=True)
class ShiftedWindow:
    """The same count at another time."""

    start: datetime
    end: datetime
    receipts: int
    matches: int


@dataclass(frozen=True, slots=True)
class ShiftedPrice:
    """The same count if all prices were higher or lower."""

    per_mille: int
    matches: int


@dataclass(frozen=True, slots=True)
class PriceTest:
    """What the ledger says about prices and an address.

    Attributes:
        receipts: known outputs to the address, at any time; `received_units` their sum.
        first_at, last_at: when the first and last of them were mined, as far as known.
        in_window: those inside the window.
        matches: those that match a price.
        shifted_windows: equally long windows before and after, as far as the ledger reaches.
        shifted_prices: the same window, other prices.
        elsewhere_outputs: outputs to all other addresses in the window that were looked at.
        elsewhere_matches: of them, those that match a price.
        elsewhere_is_cut: whether the ledger holds more than were looked at.
    """

    address: str
    window: Window
    tolerance_ppm: int
    most_quantity: int
    receipts: int
    received_units: int
    first_at: datetime | None
    last_at: datetime | None
    in_window: int
    matches: tuple[PriceMatch, ...]
    shifted_windows: tuple[ShiftedWindow, ...]
    shifted_prices: tuple[ShiftedPrice, ...]
    elsewhere_outputs: int
    elsewhere_matches: int
    elsewhere_is_cut: bool


@dataclass(frozen=True, slots=True)
class _Receipt:
    output: Output
    transaction: Transaction | None

    @property
    def mined_at(self) -> datetime | None:
        return self.transaction.mined_at if self.transaction else None


def match_prices(
    view: LedgerView,
    address: str,
    prices: Sequence[AskedPrice],
    *,
    window: Window,
    tolerance_ppm: int = 0,
    most_quantity: int = 1,
    most_elsewhere: int = 200_000,
) -> PriceTest:
    """Compare what an address received with prices.

    Args:
        view: the ledger.
        address: in the form of that ledger.
        prices: in base units of its own asset; 0 and less are left out.
        window: when a receipt counts.
        tolerance_ppm: how far a receipt may be from a price, in millionths of the price.
        most_quantity: a receipt may be up to so many times a price.
        most_elsewhere: how many outputs to other addresses are looked at.
    """
    asked = sorted(
        {(p.amount_units, p.written) for p in prices if p.amount_units > 0}, key=lambda p: p
    )
    measure = _Measure([AskedPrice(*pair) for pair in asked], tolerance_ppm, most_quantity)
    received = [
        _Receipt(output, view.lookup_transaction(output.outpoint.txid))
        for output in view.outputs_to(address)
    ]
    moments = sorted(r.mined_at for r in received if r.mined_at is not None)
    inside = [receipt for receipt in received if window.holds(receipt.mined_at)]
    elsewhere = _elsewhere(view, address, window, measure, most_elsewhere)
    return PriceTest(
        address=address,
        window=window,
        tolerance_ppm=tolerance_ppm,
        most_quantity=most_quantity,
        receipts=len(received),
        received_units=sum(receipt.output.amount_units for receipt in received),
        first_at=moments[0] if moments else None,
        last_at=moments[-1] if moments else None,
        in_window=len(inside),
        matches=tuple(_matches(inside, address, measure)),
        shifted_windows=tuple(_shifted_windows(received, window, measure, elsewhere.bounds)),
        shifted_prices=tuple(_shifted_prices(inside, measure)),
        elsewhere_outputs=elsewhere.outputs,
        elsewhere_matches=elsewhere.matches,
        elsewhere_is_cut=elsewhere.is_cut,
    )


@dataclass(frozen=True, slots=True)
class _Measure:
    """Which amount matches which price."""

    prices: Sequence[AskedPrice]
    tolerance_ppm: int
    most_quantity: int

    def closest(self, amount_units: int, per_mille: int = 0) -> tuple[AskedPrice, int, int] | None:
        """Price, quantity and difference of the best match; the smaller quantity if equally good."""
        best: tuple[int, int, int, AskedPrice, int] | None = None
        for price in self.prices:
            wanted = price.amount_units * (1000 + per_mille) // 1000
            for quantity in range(1, self.most_quantity + 1):
                difference = amount_units - quantity * wanted
                room = quantity * wanted * self.tolerance_ppm // _MILLION
                if abs(difference) <= room:
                    rank = (abs(difference), quantity, price.amount_units, price, difference)
                    if best is None or rank[:3] < best[:3]:
                        best = rank
        return None if best is None else (best[3], best[1], best[4])


def _matches(receipts: Iterable[_Receipt], address: str, measure: _Measure) -> Iterator[PriceMatch]:
    for receipt in receipts:
        found = measure.closest(receipt.output.amount_units)
        if found is None:
            continue
        price, quantity, difference = found
        transaction = receipt.transaction
        yield PriceMatch(
            outpoint=receipt.output.outpoint,
            amount_units=receipt.output.amount_units,
            height=transaction.height if transaction else None,
            mined_at=receipt.mined_at,
            written=price.written,
            price_units=price.amount_units,
            quantity=quantity,
            difference_units=difference,
            notes=tuple(_notes(receipt, address)),
            strength=receipt.output.strength,
        )


def _notes(receipt: _Receipt, address: str) -> Iterator[str]:
    transaction = receipt.transaction
    if transaction is None:
        yield "the paying transaction itself is not known"
        return
    if transaction.is_coinbase:
        yield "newly made coins, not a payment by anybody"
    if any(spent.previous and spent.previous.address == address for spent in transaction.inputs):
        yield "paid from the same address: change, or the owner's own coins"
    if len(transaction.outputs) >= _BATCH_OUTPUTS:
        yield f"one of {len(transaction.outputs)} outputs: may be a service paying many at once"
    if any(spent.previous is None for spent in transaction.inputs) and not transaction.is_coinbase:
        yield "where the coins came from is not known: they may be the owner's own"


def _shifted_windows(
    received: Sequence[_Receipt],
    window: Window,
    measure: _Measure,
    bounds: tuple[datetime, datetime] | None,
) -> Iterator[ShiftedWindow]:
    if window.start is None or window.end is None or bounds is None:
        return
    length = window.end - window.start + timedelta(seconds=1)
    shifts = [step * side for step in range(1, _MOST_SHIFTED_WINDOWS + 1) for side in (-1, 1)]
    for shift in sorted(shifts[:_MOST_SHIFTED_WINDOWS]):
        start, end = window.start + shift * length, window.end + shift * length
        if end < bounds[0] or start > bounds[1]:
            continue
        other = Window(start, end)
        inside = [receipt for receipt in received if other.holds(receipt.mined_at)]
        count = sum(measure.closest(r.output.amount_units) is not None for r in inside)
        yield ShiftedWindow(start, end, len(inside), count)


def _shifted_prices(inside: Sequence[_Receipt], measure: _Measure) -> Iterator[ShiftedPrice]:
    for per_mille in PER_MILLE_SHIFTS:
        if abs(per_mille) * 1000 <= 2 * measure.tolerance_ppm:
            continue  # the shifted price would still be the price
        amounts = (receipt.output.amount_units for receipt in inside)
        count = sum(measure.closest(amount, per_mille) is not None for amount in amounts)
        yield ShiftedPrice(per_mille, count)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    outputs: int
    matches: int
    is_cut: bool
    bounds: tuple[datetime, datetime] | None


def _elsewhere(
    view: LedgerView, address: str, window: Window, measure: _Measure, most: int
) -> _Elsewhere:
    outputs = matches = 0
    first: datetime | None = None
    last: datetime | None = None
    is_cut = False
    for transaction in view.transactions():
        moment = transaction.mined_at
        if moment is not None:
            first = moment if first is None else min(first, moment)
            last = moment if last is None else max(last, moment)
        if is_cut or not window.holds(moment):
            continue
        for output in transaction.outputs:
            if output.address != address and output.amount_units > 0:
                outputs += 1
                matches += measure.closest(output.amount_units) is not None
        is_cut = outputs >= most
    bounds = (first, last) if first is not None and last is not None else None
    return _Elsewhere(outputs, matches, is_cut, bounds)
