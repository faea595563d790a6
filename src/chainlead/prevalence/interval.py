"""The Wilson score interval of a proportion, in decimal arithmetic.

Assumption: the cases are independent and each counts the same. Known failure: cases that were picked
because crypto was suspected say nothing about all cases; an interval cannot mend that.
Spec: E. B. Wilson (1927), Journal of the American Statistical Association 22 (158), 209-212.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

Z_95 = Decimal("1.959963984540054")
"""The 97.5 % quantile of the normal distribution: a two-sided 95 % interval."""

_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper end, each from 0 to 1."""

    low: Decimal
    high: Decimal


def wilson_interval(numerator: int, denominator: int, *, z: Decimal = Z_95) -> Interval:
    """Where the true proportion lies, at the level of `z`.

    Raises:
        ValueError: the denominator is not positive, or the numerator is not within it.
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is no proportion")
    c = _CONTEXT
    count, total = Decimal(numerator), Decimal(denominator)
    share = c.divide(count, total)
    square = c.multiply(z, z)
    middle = c.add(share, c.divide(square, 2 * total))
    spread = c.divide(c.multiply(share, c.subtract(Decimal(1), share)), total)
    spread = c.add(spread, c.divide(square, c.multiply(4, c.multiply(total, total))))
    half = c.multiply(z, c.sqrt(spread))
    scale = c.add(Decimal(1), c.divide(square, total))
    low = c.divide(c.subtract(middle, half), scale)
    high = c.divide(c.add(middle, half), scale)
    return Interval(
        Decimal(0) if numerator == 0 else max(low, Decimal(0)),
        Decimal(1) if numerator == denominator else min(high, Decimal(1)),
    )


def percent(share: Decimal) -> str:
    """A share of one as percent with one decimal, half to even: `12.5`."""
    hundredfold = _CONTEXT.multiply(share, Decimal(100))
    return str(hundredfold.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))
