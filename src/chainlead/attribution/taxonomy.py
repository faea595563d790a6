"""What a category means: is it a service, must a trace stop there, who could answer a request.

The table is `data/categories.yaml`; a category that is not in it stops no trace and is shown as it
stands in the pack.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml
from chainlead.attribution.claim import Claim


class CategoryKind(Enum):
    """What sort of thing a category names."""

    SERVICE = "service"
    PARTY = "party"
    CONDUCT = "conduct"


class Answers(Enum):
    """Who could answer a request about an address of this category."""

    FINANCIAL = "financial"
    INFORMATION = "information"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Category:
    """One line of the table, with the reason for its `pools_money`."""

    name: str
    kind: CategoryKind
    pools_money: bool
    answers: Answers
    reason: str


@cache
def categories() -> dict[str, Category]:
    """The table by name."""
    source = resources.files("chainlead.attribution").joinpath("data/categories.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="categories.yaml")
    return {name: _category(name, row) for name, row in table.items()}


def _category(name: str, row: YamlMap) -> Category:
    return Category(
        name=name,
        kind=CategoryKind(row["kind"]),
        pools_money={"yes": True, "no": False}[row["pools_money"]],
        answers=Answers(row["answers"]),
        reason=row["reason"],
    )


def lookup_category(name: str | None) -> Category | None:
    """The table's line for a category as a pack writes it, or None."""
    return categories().get((name or "").strip().lower().replace("-", "_").replace(" ", "_"))


def pools_money(name: str | None) -> str | None:
    """Why a trace must stop at a service of this category; None where it goes on."""
    found = lookup_category(name)
    return found.reason if found and found.pools_money else None


_SHARED = frozenset({"hot_wallet", "cold_wallet"})
_SHARED_WORDS = re.compile(r"\b(hot|cold)[ _-]?wallet\b", re.IGNORECASE)


def is_shared_wallet(claim: Claim) -> bool:
    """Whether a claim says that the address is the service's own wallet and no customer's."""
    found = lookup_category(claim.category)
    named = _SHARED_WORDS.search(claim.service) is not None
    return named or (found is not None and found.name in _SHARED)
