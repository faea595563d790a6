"""Tags that say nothing about a payment, with the reason: shown, and never taken for a holder.

Found in: `data/silent_tags.yaml` (addresses nobody holds, categories, words in labels), the shipped
stablecoin contracts, and the token contracts of the case's own ledger. Assumption: who pays in a token
calls its contract whoever gets the money, and code keeps no names. Known failure: a label's words may
mislead; such a reason is inferred and says so. A sanction list names what a listed party made or used;
where that is such a contract, a payment through it does not point to the party.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chainlead.attribution.address_form import canonical_address
from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml
from chainlead.attribution.stablecoins import stablecoins
from chainlead.attribution.taxonomy import lookup_category
from chainlead.store import Store

_PASSED_BY_ALL = "a token's contract: payments in the token pass it, whoever pays whom"
_LISTED = (
    "a sanction list names it; that somebody paid through it does not point to the listed party"
)


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a tag says nothing. `is_nobodys`: no party holds the address at all."""

    words: str
    is_nobodys: bool


class SilentTags:
    """Judges tags by the shipped table and the ledgers of one case."""

    def __init__(self, store: Store) -> None:
        """Ask this case's ledgers which contracts are tokens'."""
        self._store = store
        self._contracts: dict[str, frozenset[str]] = {}

    def judge(
        self, chain: str, canonical: str, *, label: str, category: str | None, abuse: str | None
    ) -> Silence | None:
        """Why a tag on this address says nothing about a payment; None where it may say something.

        Args:
            chain: the ledger that was asked about.
            canonical: the tagged address.
            label: the tag's.
            category: the tag's own or its actor's.
            abuse: the tag's.
        """
        found = self._of_address(chain, canonical) or _of_category(category)
        if found is None and lookup_category(category) is None and not abuse:
            found = _of_label(label)
        if found is not None and "sanction" in {abuse, category}:
            return Silence(f"{found.words}; {_LISTED}", found.is_nobodys)
        return found

    def _of_address(self, chain: str, canonical: str) -> Silence | None:
        known = _addresses().get((chain, canonical))
        if known is not None:
            return Silence(known, is_nobodys=True)
        return (
            Silence(_PASSED_BY_ALL, is_nobodys=True) if canonical in self._tokens(chain) else None
        )

    def _tokens(self, chain: str) -> frozenset[str]:
        if chain not in self._contracts:
            moved = self._store.group_counts("account_transfers", "contract", chain=chain)
            told = self._store.group_counts("account_assets", "contract", chain=chain)
            shipped = {coin.contract for coin in stablecoins() if coin.chain == chain}
            self._contracts[chain] = frozenset({*moved, *told, *shipped} - {""})
        return self._contracts[chain]


@cache
def _table() -> YamlMap:
    source = resources.files("chainlead.attribution").joinpath("data/silent_tags.yaml")
    return parse_bounded_yaml(source.read_bytes(), name="silent_tags.yaml")


@cache
def _addresses() -> Mapping[tuple[str, str], str]:
    rows = _table()["addresses"]
    return {(row["chain"], canonical_address(row["address"])): row["what"] for row in rows}


@cache
def _label_rules() -> tuple[tuple[re.Pattern[str], Silence], ...]:
    return tuple(
        (
            re.compile(row["words"], re.IGNORECASE),
            Silence(f"{row['what']} (inferred from its label)", row["nobodys"] == "yes"),
        )
        for row in _table()["labels"]
    )


def _of_category(category: str | None) -> Silence | None:
    found = lookup_category(category)
    row = _table()["categories"].get(found.name) if found else None
    return Silence(row["what"], row["nobodys"] == "yes") if row else None


def _of_label(label: str) -> Silence | None:
    return next((silence for words, silence in _label_rules() if words.search(label)), None)
