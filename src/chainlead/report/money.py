"""Amounts as reports write them: base units as a string, and whole coins, exact."""

from collections.abc import Mapping
from typing import Any

from chainlead.model import NATIVE, Amount, Asset, Chain


def asset_named(chain: str, told: Mapping[str, Any] | None = None) -> Asset | None:
    """What is counted: the token that is told, else the chain's own coin; None for an unknown chain.

    Args:
        chain: name of the chain.
        told: `symbol`, `decimals` and `contract` of a token; without a contract it is no token.
    """
    try:
        known = Chain(chain)
    except ValueError:
        return None
    if told and told.get("contract"):
        decimals = int(told.get("decimals") or 0)
        return Asset(known, str(told.get("symbol") or "units"), decimals, str(told["contract"]))
    return NATIVE[known]


def money(chain: str, units: int | str, told: Mapping[str, Any] | None = None) -> dict[str, str]:
    """`{"units": "150000", "decimal": "0.00150000", "symbol": "BTC"}`.

    Args:
        chain: name of the chain; an unknown one has no decimals.
        units: whole base units, as a number or its digits.
        told: the token, as `asset_named` takes it.
    """
    whole = int(units)
    asset = asset_named(chain, told)
    if asset is None:
        return {"units": str(whole), "decimal": str(whole), "symbol": "units"}
    return {
        "units": str(whole),
        "decimal": Amount(asset, whole).decimal,
        "symbol": asset.symbol,
    }


def written(amount: dict[str, Any]) -> str:
    """`0.00150000 BTC`."""
    return f"{amount['decimal']} {amount['symbol']}"
