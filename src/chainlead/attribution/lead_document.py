"""A lead as JSON: amounts are strings of base units, beside them the decimal form."""

from typing import Any

import msgspec

from chainlead.attribution.claim import Deposit, Holding, Lead
from chainlead.model import NATIVE, Amount, Asset, Chain


def asset_of(lead: Lead, part: Deposit | Holding) -> Asset:
    """What a deposit or holding of a lead is counted in.

    A token whose decimals nobody told is counted in its base units (decimals 0).
    """
    if not part.contract:
        return NATIVE[Chain(lead.chain)]
    if part.decimals is None:
        return Asset(Chain(lead.chain), f"base units of {part.symbol}", 0, part.contract)
    return Asset(Chain(lead.chain), part.symbol, part.decimals, part.contract)


def lead_document(lead: Lead) -> dict[str, Any]:
    """The lead with JSON values only; no amount is a JSON number."""
    document: dict[str, Any] = msgspec.to_builtins(lead)
    if not lead.behind:
        del document["behind"]
    if lead.chain:
        asset = NATIVE[Chain(lead.chain)]
        document["asset"] = {"symbol": asset.symbol, "decimals": asset.decimals}
    for parts in ("deposits", "holdings"):
        for part, told in zip(getattr(lead, parts), document[parts], strict=True):
            told["amount_units"] = str(part.amount_units)
            told["amount"] = str(Amount(asset_of(lead, part), part.amount_units))
            told["traced_units"] = {
                rule: str(units) for rule, units in sorted(part.traced_units.items())
            }
            for bound in ("least_units", "most_units"):
                units = getattr(part, bound)
                told[bound] = None if units is None else str(units)
    return document
