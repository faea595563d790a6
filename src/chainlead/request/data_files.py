"""Reads the room's YAML tables into records; a table that does not fit its record is a bug."""

from functools import cache
from importlib import resources
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read_table(name: str, kind: type[T]) -> T:
    """One file of `data/`, as this record."""
    source = resources.files("chainlead.request").joinpath("data", name)
    return msgspec.yaml.decode(source.read_bytes(), type=kind)


class _Countries(msgspec.Struct, frozen=True):
    read: str
    source: str
    certainty: str
    groups: dict[str, frozenset[str]]


@cache
def country_groups() -> dict[str, frozenset[str]]:
    """Groups of ISO 3166-1 codes by name: eu, eio, e-evidence, us, uk."""
    return read_table("countries.yaml", _Countries).groups
