"""Amounts as reports write them: base units as a string, and whole coins, exact."""

from typing import Any

from chainlead.model import NATIVE, Amount, Chain


def money(chain: str, units: int | str) -> dict[str, str]:
    """`{"units": "150000", "decimal": "0.00150000", "symbol": "BTC"}`.

    Args:
        chain: name of the chain; an unknown one has no decimals.
        units: whole base units, as a number or its digits.
    """
    whole = int(units)
    try:
        asset = NATIVE[Chain(chain)]
    except ValueError:
        return {"units": str(whole), "decimal": str(whole), "symbol": "units"}
    return {
        "units": str(whole),
        "decimal": Amount(asset, whole).decimal,
        "symbol": asset.symbol,
    }


def written(amount: dict[str, Any]) -> str:
    """`0.00150000 BTC`."""
    return f"{amount['decimal']} {amount['symbol']}"
