"""Ledgers on which one address serves all customers of a service, and a number beside it names one."""

from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml


@cache
def _table() -> YamlMap:
    source = resources.files("chainlead.attribution").joinpath("data/memos.yaml")
    return parse_bounded_yaml(source.read_bytes(), name="memos.yaml")


def customer_memo(chain: str) -> str:
    """What the number is called there (`destination tag`); empty where addresses name customers."""
    row = _table().get(chain)
    return str(row["word"]) if row else ""
