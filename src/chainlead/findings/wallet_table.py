"""The table of wallets: where each keeps its files, what marks them, and where that was learned."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class WalletEntry:
    """One row of `data/wallets.yaml`.

    Attributes:
        name: the reader's name.
        sample: `real` where the tests read files that the wallet wrote, `built` where they build them.
        proves: what the file shows.
        not_proves: what it does not show.
        extensions: id in the Chrome Web Store (or another store) to the name there.
        apps: package and bundle names.
    """

    name: str
    title: str
    versions: str
    places: tuple[str, ...]
    marker: str
    proves: str
    not_proves: str
    source: tuple[str, ...]
    date: str
    sample: str
    apps: tuple[str, ...] = ()


@cache
def _document() -> dict[str, Any]:
    text = (files("chainlead.findings") / "data" / "wallets.yaml").read_text("utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return document


@cache
def wallet_table() -> dict[str, WalletEntry]:
    """Rows by the reader's name."""
    found: dict[str, WalletEntry] = {}
    for row in _document()["wallets"]:
        fields: dict[str, Any] = {
            key: tuple(row.get(key, ())) for key in ("places", "source", "apps")
        }
        fields |= {key: str(row[key]) for key in row if key not in fields}
        found[fields["name"]] = WalletEntry(**fields)
    return found


@cache
def extension_ids() -> dict[str, str]:
    """Extension id to the wallet's name."""
    return {str(row["id"]): str(row["name"]) for row in _document()["extensions"]}
