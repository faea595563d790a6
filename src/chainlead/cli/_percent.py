"""Shares on the command line: `2%` as millionths and back, exactly."""

from decimal import Decimal, InvalidOperation

import typer

_MOST_PPM = 500_000


def parse_percent(text: str, option: str) -> int:
    """Millionths of a percentage from 0 to 50.

    Raises:
        typer.BadParameter: something else, or finer than a millionth.
    """
    try:
        ppm = Decimal(text.strip().removesuffix("%").strip()) * 10_000
    except InvalidOperation:
        ppm = Decimal(-1)
    if not ppm.is_finite() or not 0 <= ppm <= _MOST_PPM or ppm != ppm.to_integral_value():
        raise typer.BadParameter(f"{option} is a percentage from 0 to 50, like 2%")
    return int(ppm)


def percent_text(ppm: int) -> str:
    """`+1.25 %`, two decimals, cut."""
    sign = "-" if ppm < 0 else "+"
    return f"{sign}{abs(ppm) // 10_000}.{abs(ppm) % 10_000 // 100:02} %"
