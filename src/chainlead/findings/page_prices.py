"""Prices on a page: a number beside a currency, exactly as a decimal.

Found in: the text of saved pages.
Proof: shape only: a number directly before or behind a currency's code or sign.
Limits: `$`, `kr` and `¥` belong to several currencies (all are named); where one separator is
followed by exactly three digits both readings are given; words (`half a bitcoin`, `12k`) are not
read; a number that is no price (an exchange rate, a balance) looks the same.
Spec: ISO 4217 for the codes; the coins' own symbols.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chainlead.findings.page_text import PageText
from chainlead.model import NATIVE, Amount, Chain

_COINS: dict[str, tuple[Chain, int]] = {
    "btc": (Chain.BITCOIN, 0), "xbt": (Chain.BITCOIN, 0), "bitcoin": (Chain.BITCOIN, 0),
    "bitcoins": (Chain.BITCOIN, 0), "₿": (Chain.BITCOIN, 0), "฿": (Chain.BITCOIN, 0),
    "mbtc": (Chain.BITCOIN, -3), "µbtc": (Chain.BITCOIN, -6), "ubtc": (Chain.BITCOIN, -6),
    "sat": (Chain.BITCOIN, -8), "sats": (Chain.BITCOIN, -8), "satoshi": (Chain.BITCOIN, -8),
    "satoshis": (Chain.BITCOIN, -8), "ltc": (Chain.LITECOIN, 0), "litecoin": (Chain.LITECOIN, 0),
    "ł": (Chain.LITECOIN, 0), "dash": (Chain.DASH, 0), "eth": (Chain.ETHEREUM, 0),
    "ether": (Chain.ETHEREUM, 0), "ethereum": (Chain.ETHEREUM, 0), "ξ": (Chain.ETHEREUM, 0),
    "xmr": (Chain.MONERO, 0), "monero": (Chain.MONERO, 0), "ɱ": (Chain.MONERO, 0),
    "xrp": (Chain.XRP, 0), "etn": (Chain.ELECTRONEUM, 0), "electroneum": (Chain.ELECTRONEUM, 0),
}  # fmt: skip
_CODES = (
    "USD", "EUR", "GBP", "SEK", "NOK", "DKK", "ISK", "CHF", "PLN", "CZK", "HUF", "RON", "BGN",
    "RUB", "UAH", "TRY", "AUD", "CAD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "SGD",
    "ZAR",  # codespell:ignore zar
    "HKD", "KRW", "THB", "PHP", "ILS", "AED", "USDT", "USDC", "DAI", "BCH", "DOGE", "TRX", "BNB",
    "SOL",
)  # fmt: skip
_SIGNS: dict[str, tuple[str, ...]] = {
    "us$": ("USD",), "a$": ("AUD",), "c$": ("CAD",), "r$": ("BRL",), "€": ("EUR",),
    "£": ("GBP",), "₽": ("RUB",), "₴": ("UAH",), "₺": ("TRY",), "₹": ("INR",), "₩": ("KRW",),
    "zł": ("PLN",), "kč": ("CZK",), "euro": ("EUR",), "euros": ("EUR",), "dollars": ("USD",),
    "$": ("USD", "AUD", "CAD", "NZD", "MXN", "SGD", "HKD"), "kr": ("SEK", "NOK", "DKK", "ISK"),
    ":-": ("SEK", "NOK"), "¥": ("JPY", "CNY"),
}  # fmt: skip
_WORDS = frozenset({*_COINS} - {"btc", "xbt", "ltc", "eth", "xmr", "xrp", "etn", "₿", "฿"})
_NAMES = sorted({*_COINS, *(c.lower() for c in _CODES), *_SIGNS}, key=lambda n: (-len(n), n))
_NAME = "|".join(re.escape(name) for name in _NAMES)
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3}){1,4}(?:[.,]\d{1,18})?|\d{1,15}(?:[.,]\d{1,18}){0,5}"
_PRICE = re.compile(
    rf"(?<![\w.,])(?P<after>{_NUMBER})[ \u00a0\u202f]?(?P<unit_after>{_NAME})(?![\w$])"
    rf"|(?<![\w$])(?P<unit_before>{_NAME})[ \u00a0\u202f]?(?P<before>{_NUMBER})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_MOST_PRICES = 10_000
_MOST_DIGITS = 28
"""As many as decimal arithmetic keeps exactly."""


@dataclass(frozen=True, slots=True)
class Price:
    """A number beside a currency.

    Attributes:
        amount: exact decimal, as text, in whole coins or currency units.
        other_reading: the amount if a separator means the other thing; empty if it cannot.
        currency: ISO 4217 code or the coin's symbol; the first of `currencies`.
        currencies: every currency that the sign could mean.
        chain: the coin's ledger; None for other money.
        amount_units: base units of the coin as text; None where it is none, or finer than they.
        written: as on the page.
        offset: first character in the page's text; `line` counts from 1.
    """

    amount: str
    other_reading: str
    currency: str
    currencies: tuple[str, ...]
    chain: Chain | None
    amount_units: str | None
    written: str
    offset: int
    line: int


def find_prices(page: PageText) -> tuple[Price, ...]:
    """All prices in a page's text, in order."""
    found: list[Price] = []
    for match in _PRICE.finditer(page.text):
        found.extend(_prices(page, match))
        if len(found) >= _MOST_PRICES:
            break
    return tuple(found)


def _prices(page: PageText, match: "re.Match[str]") -> Iterator[Price]:
    unit = (match["unit_after"] or match["unit_before"]).lower()
    number = match["after"] or match["before"]
    is_stuck = match["before"] and match.end("unit_before") == match.start("before")
    if is_stuck and unit in _WORDS:
        return  # `ether2`, `sat5` are names
    readings = parse_number(number)
    if not readings:
        return
    coin = _COINS.get(unit)
    if coin:
        chain, shift = coin
        readings = [reading.scaleb(shift) for reading in readings]
        currencies: tuple[str, ...] = (NATIVE[chain].symbol,)
    else:
        chain = None
        currencies = _SIGNS.get(unit) or (unit.upper(),)
    yield Price(
        amount=plain(readings[0]),
        other_reading=plain(readings[1]) if len(readings) > 1 else "",
        currency=currencies[0],
        currencies=currencies,
        chain=chain,
        amount_units=_units(chain, readings[0]) if chain else None,
        written=match[0],
        offset=match.start(),
        line=page.line_of(match.start()),
    )


def parse_number(text: str) -> list[Decimal]:
    """What a written number can mean, likeliest first; empty if it is no number."""
    bare = re.sub(r"[ \u00a0\u202f'’]", "", text)
    if sum(character.isdigit() for character in bare) > _MOST_DIGITS:
        return []
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        decimal = max(".,", key=bare.rindex)
        group = "," if decimal == "." else "."
        if bare.count(decimal) > 1 or not _is_grouped(bare.split(decimal)[0], group):
            return []
        return [Decimal(bare.replace(group, "").replace(decimal, "."))]
    separator = "." if points else ","
    if points + commas > 1:
        return [Decimal(bare.replace(separator, ""))] if _is_grouped(bare, separator) else []
    if not points + commas:
        return [Decimal(bare)]
    as_decimal = Decimal(bare.replace(separator, "."))
    whole, part = bare.split(separator)
    if len(part) != 3 or whole.startswith("0") or len(whole) > 3 or bare != text:
        return [as_decimal]
    as_group = Decimal(whole + part)
    return [as_decimal, as_group] if separator == "." else [as_group, as_decimal]


def _is_grouped(text: str, separator: str) -> bool:
    first, *rest = text.split(separator)
    return 0 < len(first) <= 3 and all(len(part) == 3 for part in rest)


def _units(chain: Chain, amount: Decimal) -> str | None:
    try:
        return str(Amount.from_decimal(NATIVE[chain], str(amount)).units)
    except ValueError:
        return None


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
