"""Patterns on the trails: each find folded, its amounts with their exact decimals."""

from collections.abc import Iterable, Mapping
from typing import Any

from chainlead.report.money import money


def patterns(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One part for each trail, in the order of the trails."""
    return [
        {**document, "patterns": [_found(document, found) for found in document["patterns"]]}
        for document in documents
    ]


def _found(document: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    chain = document["pinned"]["chain"]
    kept = {name: value for name, value in found.items() if name != "amounts_units"}
    return {
        **kept,
        "amounts": {name: money(chain, units) for name, units in found["amounts_units"].items()},
    }
