"""The ledger side of the page check: did the page's address receive what the page asks?

Prices in the ledger's own coin are taken exactly. A price in other money is only used when a person
gave a rate with its source. Nothing here is a verdict; each result lists what else could explain it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from chainlead.errors import ConfigError
from chainlead.findings import PageCheck, Price
from chainlead.ledger import (
    AskedPrice,
    CaseLedger,
    ChainStatus,
    PriceMatch,
    PriceTest,
    Window,
    derive_status,
    match_prices,
)
from chainlead.model import NATIVE, Amount, Chain, moment_to_text
from chainlead.workflow.case import Case

TOLERANCE_PPM = 5_000
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one whole coin costs in another currency, as somebody says."""

    currency: str
    chain: Chain
    price: Decimal
    source: str

    @property
    def label(self) -> str:
        """`40000 EUR/BTC (source)`."""
        return f"{self.price:f} {self.currency}/{NATIVE[self.chain].symbol} ({self.source})"


@dataclass(frozen=True, slots=True)
class Asked:
    """How receipts are compared with prices.

    Attributes:
        window: when a receipt counts.
        tolerance_ppm: millionths of a price.
        most_quantity: a receipt may be up to so many times a price.
    """

    window: Window = field(default_factory=Window)
    tolerance_ppm: int = TOLERANCE_PPM
    most_quantity: int = 1
    rates: tuple[Rate, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """JSON values only."""
        return {
            "from": _moment(self.window.start),
            "to": _moment(self.window.end),
            "tolerance_ppm": self.tolerance_ppm,
            "most_quantity": self.most_quantity,
            "rates": [rate.label for rate in self.rates],
        }


def parse_rate(text: str, source: str) -> Rate:
    """Read `EUR/BTC=40000`.

    Raises:
        ConfigError: not such a rate, or no source for it.
    """
    pair, _, number = text.partition("=")
    currency, _, symbol = pair.strip().upper().partition("/")
    chains = {asset.symbol.upper(): chain for chain, asset in NATIVE.items()}
    try:
        price = Decimal(number.strip())
    except InvalidOperation:
        price = Decimal(0)
    if not currency or symbol not in chains or not price.is_finite() or price <= 0:
        raise ConfigError(
            f"{text!r} is not a rate.", next_step="Write it like EUR/BTC=40000, with a point."
        )
    if not source.strip():
        raise ConfigError(
            "A rate needs its source.", next_step='Add --rate-source, for example "ECB 2024-02-01".'
        )
    return Rate(currency, chains[symbol], price, source.strip())


def compare_with_ledger(case: Case, check: PageCheck, asked: Asked) -> list[dict[str, Any]]:
    """One document for each address of the page whose ledger the case holds."""
    held = set(case.store.group_counts("ledger_sources", "chain"))
    ledgers: dict[Chain, tuple[CaseLedger, ChainStatus]] = {}
    results = []
    for found in check.addresses:
        names = dict.fromkeys(name.partition(":")[0] for name in found.chains)
        for chain in (Chain(name) for name in names if name in held):
            if chain not in ledgers:
                ledger = CaseLedger(case.store, chain)
                ledgers[chain] = (ledger, derive_status(case.store, ledger.pin))
            ledger, status = ledgers[chain]
            prices = list(_prices(check.prices, chain, asked.rates))
            test = match_prices(
                ledger,
                found.address,
                prices,
                window=asked.window,
                tolerance_ppm=asked.tolerance_ppm,
                most_quantity=asked.most_quantity,
            )
            results.append(_document(test, status, prices, check.prices))
    return results


def _prices(prices: Sequence[Price], chain: Chain, rates: Sequence[Rate]) -> Iterator[AskedPrice]:
    asset = NATIVE[chain]
    for price in prices:
        readings = [text for text in (price.amount, price.other_reading) if text]
        for number, reading in enumerate(readings):
            note = " (read the other way)" if number else ""
            if price.chain is chain:
                try:
                    units = Amount.from_decimal(asset, reading).units
                except ValueError:
                    continue
                yield AskedPrice(units, f"{reading} {asset.symbol}{note}")
            for rate in rates:
                if rate.chain is chain and rate.currency in price.currencies:
                    units = _converted(Decimal(reading), rate.price, asset.decimals)
                    yield AskedPrice(units, f"{reading} {rate.currency} at {rate.label}{note}")


def _converted(amount: Decimal, price: Decimal, decimals: int) -> int:
    coins = _EXACT.divide(amount, price)
    scaled = _EXACT.scaleb(coins, decimals)
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT))


def _document(
    test: PriceTest, status: ChainStatus, prices: Sequence[AskedPrice], all_prices: Sequence[Price]
) -> dict[str, Any]:
    asset = NATIVE[status.chain]
    used = sorted({(p.amount_units, p.written) for p in prices})
    return {
        "address": test.address,
        "chain": status.chain.value,
        "pinned": {
            "network": status.network.value,
            "height": status.pin.height,
            "block_hash": str(status.pin.block_hash) if status.pin.block_hash else None,
            "first_height": status.heights[0] if status.heights else None,
            "height_gaps": len(status.gaps),
        },
        "receipts": test.receipts,
        "received": str(Amount(asset, test.received_units)),
        "received_units": str(test.received_units),
        "first_at": _moment(test.first_at),
        "last_at": _moment(test.last_at),
        "in_window": test.in_window,
        "prices": [{"amount_units": str(units), "written": written} for units, written in used],
        "prices_not_compared": len(all_prices) - _compared(all_prices, used, status.chain),
        "matches": [_match(match) for match in test.matches],
        "exact_matches": sum(match.difference_units == 0 for match in test.matches),
        "shifted_windows": [
            {"from": moment_to_text(w.start), "to": moment_to_text(w.end),
             "receipts": w.receipts, "matches": w.matches}
            for w in test.shifted_windows
        ],
        "shifted_prices": [
            {"per_mille": shift.per_mille, "matches": shift.matches}
            for shift in test.shifted_prices
        ],
        "elsewhere": {
            "outputs": test.elsewhere_outputs,
            "matches": test.elsewhere_matches,
            "is_cut": test.elsewhere_is_cut,
        },
        "strength": "observed",
        "competing_explanations": list(_explanations(test, status)),
    }  # fmt: skip


def _compared(prices: Sequence[Price], used: Sequence[tuple[int, str]], chain: Chain) -> int:
    texts = {written.partition(" at ")[0] for _, written in used}
    return sum(
        price.chain is chain
        or any(f"{price.amount} {currency}" in texts for currency in price.currencies)
        for price in prices
    )


def _match(match: PriceMatch) -> dict[str, Any]:
    return {
        "outpoint": str(match.outpoint),
        "amount_units": str(match.amount_units),
        "height": match.height,
        "mined_at": _moment(match.mined_at),
        "price": match.written,
        "price_units": str(match.price_units),
        "quantity": match.quantity,
        "difference_units": str(match.difference_units),
        "notes": list(match.notes),
        "strength": match.strength.value,
    }


def _explanations(test: PriceTest, status: ChainStatus) -> Iterator[str]:
    if test.matches:
        yield (
            "An amount that equals a price is no order: it may be the owner's own coins, a "
            "withdrawal from a service, or another debt of the same size."
        )
        yield (
            "The payer may be a victim, a customer or the owner; the ledger does not say who it is."
        )
    if test.receipts and not test.matches:
        yield (
            "Receipts that match no price may be orders with postage, discounts or several goods, "
            "or have nothing to do with this page."
        )
    if not test.receipts:
        yield (
            "No receipt is known. The page may sell nothing; or it gives each customer an address "
            "of his own, or was saved before anybody paid."
        )
    if test.elsewhere_matches:
        yield (
            f"{test.elsewhere_matches} of {test.elsewhere_outputs} outputs to other addresses "
            "match a price as well: amounts of this size are not rare."
        )
    by_chance = max((shift.matches for shift in test.shifted_prices), default=0)
    if by_chance:
        yield f"If all prices were different, up to {by_chance} receipts would still match."
    others = [window.matches for window in test.shifted_windows]
    if any(others):
        yield f"In {len(others)} windows of the same length at other times, {sum(others)} match."
    if status.gaps:
        yield "Blocks are missing from this ledger: receipts in them are not known."


def _moment(moment: Any) -> str | None:
    return None if moment is None else moment_to_text(moment)
