"""Amounts in answers: from local writing to base units, exactly, or a doubt in words.

`0,04000000`, `1 234,5`, `1'234.50`, `0.04 BTC`, `4e-2` are read; `1,234` alone is a doubt (one
thousand or a little over one?) unless the column or the profile settles it. Never a float.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext

_NUMBER = re.compile(
    r"(?P<sign>[+\u2212-])?\s*(?P<before>[A-Za-z$€£¥]{1,8}\s*)?(?P<minus>[\u2212-])?"
    r"(?P<digits>\d[\d.,'’\u00a0\u202f ]*)(?P<exponent>[eE][+-]?\d{1,3})?"
    r"\s*(?P<after>[A-Za-z$€£¥][A-Za-z0-9.$€£¥]{0,11})?\Z"
)
_HEX = re.compile(r"[+-]?0[xX]")
_BLANKS = re.compile(r"[\u00a0\u202f '’]")
_MOST_DIGITS = 80
_DIGITS_OF_A_DOUBLE = 15


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount of an answer.

    Attributes:
        text: as the file has it.
        number: plain decimal text; None where it cannot be told.
        symbol: of a currency or asset in the cell itself; empty if none.
        problem: why there is no number, in a sentence; empty if there is.
    """

    text: str
    number: str | None
    symbol: str = ""
    problem: str = ""


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark of a column, `.` or `,`; empty where its cells do not settle it."""
    seen = {mark for text in texts if (mark := _sure_mark(text))}
    return seen.pop() if len(seen) == 1 else ""


def read_amount(text: str, mark: str = "") -> StatedAmount:
    """The amount that a cell means.

    Args:
        text: the cell.
        mark: the decimal mark of the column or the profile; empty if not known.
    """
    found = _NUMBER.match(text.strip())
    twice = bool(found and found.group("sign") and found.group("minus"))
    if not found or twice or len(text) > _MOST_DIGITS or _HEX.match(text.strip()):
        return StatedAmount(text, None, problem=f"{text!r:.60} is no amount.")
    digits = _BLANKS.sub("", found.group("digits")).rstrip(".,")
    symbol = (found.group("before") or found.group("after") or "").strip()
    used = _sure_mark(digits) or mark
    marks = [letter for letter in digits if letter in ".,"]
    if marks and not used:
        sentence = (
            f"{text!r:.60}: a decimal mark or one between thousands? The profile must say it."
        )
        return StatedAmount(text, None, symbol, sentence)
    if used and digits.count(used) > 1:
        used = "," if used == "." else "."  # it stands between thousands
    whole = digits.replace("," if used == "." else ".", "").replace(",", ".")
    negative = bool(found.group("minus")) or (found.group("sign") or "+") != "+"
    try:
        with localcontext() as context:
            context.prec = 2 * _MOST_DIGITS
            number = Decimal(whole + (found.group("exponent") or ""))
    except InvalidOperation:
        return StatedAmount(text, None, symbol, f"{text!r:.60} is no amount.")
    if not -40 < number.adjusted() < 40:
        return StatedAmount(text, None, symbol, f"{text!r:.60} is no amount.")
    return StatedAmount(text, f"{number.copy_negate() if negative else number:f}", symbol)


def to_units(number: str, decimals: int) -> int | None:
    """Base units of a decimal text; None where it has finer parts than the asset."""
    with localcontext() as context:
        context.prec = 2 * _MOST_DIGITS
        scaled = Decimal(number).scaleb(decimals)
        units = int(scaled)
        return units if units == scaled else None


def agrees(number: str, units: int, decimals: int, *, is_binary: bool) -> bool:
    """Whether a stated amount is the one on the ledger.

    Args:
        number: the stated amount.
        units: on the ledger.
        decimals: of the asset.
        is_binary: the cell is a spreadsheet's number, which keeps 15 digits only.
    """
    if to_units(number, decimals) == units:
        return True
    if not is_binary:
        return False
    with localcontext() as context:
        context.prec = _DIGITS_OF_A_DOUBLE
        return +Decimal(number) == +Decimal(units).scaleb(-decimals)


def _sure_mark(text: str) -> str:
    """The decimal mark that a number shows by itself, or empty."""
    digits = re.sub(r"[^\d.,]", "", text.partition("e")[0].partition("E")[0]).rstrip(".,")
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if not dots and not commas:
        return ""
    mark = "." if dots else ","
    if dots + commas > 1:
        return "," if mark == "." else "."  # a mark that comes twice stands between thousands
    before, _, after = digits.partition(mark)
    is_sure = len(after) != 3 or len(before) > 3 or before.lstrip("0") == ""
    return mark if is_sure else ""
