"""Tokens whose issuer can freeze them, by contract: the symbol is never asked, anybody may borrow it.

The table is `data/stablecoins.yaml`; each row has its source, the day it was read and its certainty.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from chainlead.attribution.address_form import canonical_address
from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml


@dataclass(frozen=True, slots=True)
class Stablecoin:
    """One token contract and its issuer.

    Attributes:
        issuer: brand, as the directory of services knows it.
        freezes: whether the issuer says that it can freeze units at an address: yes, no, unknown.
        certainty: verified, secondary, general (well known, not read), inference.
    """

    chain: str
    contract: str
    symbol: str
    decimals: int
    issuer: str
    uri: str
    freezes: str
    source: str
    read: str
    certainty: str
    note: str = ""


@cache
def stablecoins() -> tuple[Stablecoin, ...]:
    """The table, in its order."""
    source = resources.files("chainlead.attribution").joinpath("data/stablecoins.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="stablecoins.yaml")
    return tuple(_stablecoin(table, row) for row in table["tokens"])


def _stablecoin(table: YamlMap, row: YamlMap) -> Stablecoin:
    issuer = table["issuers"][row["issuer"]]
    return Stablecoin(
        chain=row["chain"],
        contract=canonical_address(row["contract"]),
        symbol=row["symbol"],
        decimals=int(row["decimals"]),
        issuer=issuer["brand"],
        uri=issuer["uri"],
        freezes=issuer["freezes"],
        source=row["source"],
        read=row["read"],
        certainty=row["certainty"],
        note=issuer.get("note") or "",
    )
