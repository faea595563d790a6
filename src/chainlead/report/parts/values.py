"""What amounts were worth in the case's currency when they moved, and the rates that say so.

A value stands beside its amount as a short text; the rates of each day, with source, date and
disagreement, are told once.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from chainlead.ledger import RateTable, Valuation, asset_code
from chainlead.model import moment_from_text
from chainlead.report.money import asset_named
from chainlead.store import Store

MOST_DAYS = 400


class Values:
    """Values of one report; remembers which days' rates it used."""

    def __init__(self, store: Store, currency: str) -> None:
        """Use the case's rates."""
        self.currency = currency
        self._valuation = Valuation(RateTable.from_store(store))
        self._used: dict[tuple[str, date], dict[str, Any]] = {}

    def value(
        self,
        chain: str,
        units: int | str,
        mined_at: str | None,
        told: Mapping[str, Any] | None = None,
    ) -> dict[str, str] | None:
        """`{"value": "962.85", "currency": "SEK"}`; None without a rate for that day.

        Args:
            chain: name of the chain.
            units: base units.
            mined_at: time of the block as text; None where it is not known.
            told: the token, as `asset_named` takes it: only a rate that names its contract values it,
                and only where its decimals are known.
        """
        if mined_at is None or self._valuation.table.is_empty:
            return None
        asset = asset_named(chain, told)
        if asset is None or (asset.contract and not asset.decimals):
            return None
        found = self._valuation.value(asset, int(units), moment_from_text(mined_at), self.currency)
        if found is None:
            return None
        key = (asset_code(asset), found.day)
        if key not in self._used:
            self._used[key] = {
                "asset": asset.symbol,
                "date": found.day.isoformat(),
                "price": found.reading.price_text,
                "currency": found.currency,
                "path": found.reading.path,
                "words": self._valuation_words(asset_code(asset), found.day),
                "disagrees": found.disagrees,
            }
        return {"value": found.text, "currency": found.currency}

    def _valuation_words(self, code: str, day: date) -> str:
        one = self._valuation.value_of_code(code, 1, day, self.currency)
        return one.rate_words if one else ""

    def value_places(
        self,
        chain: str,
        places: Iterable[dict[str, Any]],
        told: Mapping[str, Any] | None = None,
    ) -> None:
        """Write each place's value beside its amount; a place may name its own token."""
        for place in places:
            amount = place.get("amount")
            if amount:
                token = place if place.get("contract") else told
                place["value"] = self.value(chain, amount["units"], place.get("mined_at"), token)

    def value_trace(self, trace: dict[str, Any]) -> None:
        """Write the value of each transfer and each end of a trace beside its amount."""
        times = {tx["txid"]: tx.get("mined_at") for tx in trace["transactions"]}
        chain = trace["pinned"].get("chain", "")
        for result in trace["rules"].values():
            for place in (*result["transfers"], *result["frontier"]):
                txid = str(place.get("outpoint") or "").partition(":")[0] or place.get("txid")
                place.setdefault("mined_at", times.get(txid))
            self.value_places(chain, result["transfers"], trace.get("asset"))
            self.value_places(chain, result["frontier"], trace.get("asset"))

    def document(self) -> dict[str, Any]:
        """The sources of the case, and the days whose rates the report used."""
        days = [self._used[key] for key in sorted(self._used)]
        return {
            "currency": self.currency,
            "sources": [
                {
                    "source_id": source.source_id,
                    "title": source.title,
                    "basis": source.basis,
                    "form": source.form,
                    "name": source.name,
                    "sha256": source.sha256,
                    "is_own": source.is_own,
                    "pairs": len(pairs),
                    "first": min(pair.first for pair in pairs).isoformat(),
                    "last": max(pair.last for pair in pairs).isoformat(),
                }
                for source, pairs in self._valuation.table.sources
            ],
            "days": days[:MOST_DAYS],
            "days_not_listed": max(0, len(days) - MOST_DAYS),
        }
