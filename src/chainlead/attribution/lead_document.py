"""A lead as JSON: amounts are strings of base units, beside them the decimal form."""

from typing import Any

import msgspec

from chainlead.attribution.claim import Lead
from chainlead.model import NATIVE, Amount, Chain


def lead_document(lead: Lead) -> dict[str, Any]:
    """The lead with JSON values only; no amount is a JSON number."""
    asset = NATIVE[Chain(lead.chain)]
    document: dict[str, Any] = msgspec.to_builtins(lead)
    document["asset"] = {"symbol": asset.symbol, "decimals": asset.decimals}
    for deposit, told in zip(lead.deposits, document["deposits"], strict=True):
        told["amount_units"] = str(deposit.amount_units)
        told["amount"] = str(Amount(asset, deposit.amount_units))
        told["traced_units"] = {
            rule: str(units) for rule, units in sorted(deposit.traced_units.items())
        }
    return document
