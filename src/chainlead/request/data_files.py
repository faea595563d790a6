"""Reads the room's YAML tables into records; a table that does not fit its record is a bug."""

from functools import cache
from importlib import resources
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def read_table(name: str, kind: type[T]) -> T:
    """One file of `data/`, as this record."""
    source = resources.files("chainlead.request").joinpath("data", name)
    return msgspec.yaml.decode(source.read_bytes(), type=kind)


def read_raw(name: str) -> dict[str, Any]:
    """One file of `data/`, as it stands."""
    return read_table(name, dict[str, Any])


@cache
def languages() -> tuple[str, ...]:
    """The languages that letters can be drafted in, sorted: the folders of `templates/`."""
    folder = resources.files("chainlead.request").joinpath("templates")
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_dir()))


def read_language(language: str, name: str) -> dict[Any, Any]:
    """One file of a language's folder; empty if the language has none of that name."""
    source = resources.files("chainlead.request").joinpath("templates", language, name)
    if not source.is_file():
        return {}
    return msgspec.yaml.decode(source.read_bytes(), type=dict[Any, Any])


class _Countries(msgspec.Struct, frozen=True):
    read: str
    source: str
    certainty: str
    groups: dict[str, frozenset[str]]


@cache
def country_groups() -> dict[str, frozenset[str]]:
    """Groups of ISO 3166-1 codes by name: eu, eio, e-evidence, us, uk."""
    return read_table("countries.yaml", _Countries).groups
