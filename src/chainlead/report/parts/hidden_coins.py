"""What keys and proofs showed of coins that hide their movements, its amounts with exact decimals."""

from collections.abc import Iterable, Mapping
from typing import Any

from chainlead.report.money import money

MOST_LISTED = 500


def hidden_coins(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One part for each address, proof and portal; long lists are cut and say so."""
    return [_part(document) for document in documents]


def _part(document: Mapping[str, Any]) -> dict[str, Any]:
    chain = document["chain"]
    part = {name: value for name, value in document.items() if not name.endswith("_units")}
    for name in ("received_units", "spent_units"):
        if name in document:
            units = document[name]
            part[name.removesuffix("_units")] = None if units is None else money(chain, units)
    for name in ("outputs", "transfers"):
        if name in document:
            part[name] = [_row(chain, row) for row in document[name][:MOST_LISTED]]
            part[f"{name}_not_listed"] = max(0, len(document[name]) - MOST_LISTED)
    return part


def _row(chain: str, row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name != "amount_units"}
    units = row["amount_units"]
    return {**kept, "amount": None if units is None else money(chain, units)}
