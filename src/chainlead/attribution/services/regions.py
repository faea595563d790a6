"""Regions that services name for their customers: `EEA`, `rest`, or single countries."""

from collections.abc import Iterable
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import parse_bounded_yaml


@cache
def regions() -> dict[str, frozenset[str]]:
    """The table: region name to ISO 3166-1 codes."""
    source = resources.files("chainlead.attribution").joinpath("data/regions.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="regions.yaml")
    return {name: frozenset(codes) for name, codes in table["regions"].items()}


def serves_region(serves: Iterable[str], region: str) -> bool:
    """Whether one of the names means the region: itself, or a group that holds the country."""
    asked = region.upper()
    return any(
        name.upper() == asked or asked in regions().get(name.upper(), frozenset())
        for name in serves
    )
