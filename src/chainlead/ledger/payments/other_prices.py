"""The same receipts at other prices.

A moved price that could hit a real one is left out and the count is scaled up to all prices; a move
that would lose more than half of its prices is left out whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chainlead.ledger.payments.advertised import Coverage
from chainlead.ledger.payments.chance import ChanceCount, Move
from chainlead.ledger.payments.receipts import Receipt, day_of

PER_MILLE = (
    -370, -330, -290, -230, -190, -170, -130, -110, -70, 70, 110, 130, 170, 190, 230, 290, 330, 370,
)  # fmt: skip
AS_ROUND_PER_MILLE = (-500, 1000)


@dataclass(frozen=True, slots=True)
class Moved:
    """The prices of one day, all moved alike, without those that could hit a real price.

    Attributes:
        coverage: the amounts that match the prices that are left.
        kept, all_spans: how many prices times quantities are left, and how many there were.
    """

    coverage: Coverage
    kept: int
    all_spans: int


MovedPrices = Callable[[date | None, int], Moved]
"""The prices of a day moved by so many per mille."""


def count_at_other_prices(
    how: str, per_milles: Sequence[int], receipts: Sequence[Receipt], moved_prices: MovedPrices
) -> ChanceCount:
    """Count what would match if all prices were higher or lower by these per milles.

    Args:
        how: name of the control.
        per_milles: the moves.
        receipts: those that the question looked at.
        moved_prices: see `MovedPrices`.
    """
    if not receipts:
        return ChanceCount(how, note="There is no receipt to compare.")
    by_day = amounts_by_day(receipts)
    moves: list[Move] = []
    left_out = 0
    for per_mille in per_milles:
        matched, kept, all_spans = _moved(by_day, moved_prices, per_mille)
        if not kept or 2 * kept < all_spans:
            left_out += 1
        else:
            name = f"{_percent(per_mille)} %"
            moves.append(Move(name, len(receipts), matched, kept, all_spans))
    note = "" if moves else (
        "The prices lie too close together: every moved price hits another price."
    )  # fmt: skip
    return ChanceCount(how, tuple(moves), left_out, note)


def amounts_by_day(receipts: Sequence[Receipt]) -> dict[date | None, list[int]]:
    """The received amounts of each day, sorted."""
    by_day: dict[date | None, list[int]] = {}
    for receipt in receipts:
        by_day.setdefault(day_of(receipt), []).append(receipt.amount_units)
    for amounts in by_day.values():
        amounts.sort()
    return by_day


def _moved(
    by_day: Mapping[date | None, Sequence[int]], moved_prices: MovedPrices, per_mille: int
) -> tuple[int, int, int]:
    """Matches, and the moved prices that could match, kept and all, over all receipts."""
    matched = kept = all_spans = 0
    for day, amounts in by_day.items():
        moved = moved_prices(day, per_mille)
        matched += moved.coverage.count(amounts)
        kept += moved.kept * len(amounts)
        all_spans += moved.all_spans * len(amounts)
    return matched, kept, all_spans


def _percent(per_mille: int) -> str:
    whole, tenth = divmod(abs(per_mille), 10)
    sign = "-" if per_mille < 0 else "+"
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"
