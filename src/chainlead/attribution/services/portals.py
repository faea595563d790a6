"""Portals that several services share: one account of the agency opens many doors."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import parse_bounded_yaml


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal, with what an agency needs for it."""

    portal_id: str
    name: str
    domains: tuple[str, ...]
    needs: tuple[str, ...]
    advice: str
    certainty: str
    source: str
    read: str


@cache
def portals() -> dict[str, Portal]:
    """All shared portals by id."""
    source = resources.files("chainlead.attribution").joinpath("data/portals.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="portals.yaml")
    return {
        name: Portal(
            name,
            row["name"],
            tuple(row["domains"]),
            tuple(row["needs"]),
            row["advice"],
            row["certainty"],
            row["source"],
            row["read"],
        )
        for name, row in table["portals"].items()
    }
