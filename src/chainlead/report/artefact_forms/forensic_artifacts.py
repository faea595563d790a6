"""ForensicArtifacts definitions: one YAML document for each wallet with a path.

Spec: https://artifacts.readthedocs.io/en/latest/sources/Format-specification.html (FILE sources,
`supported_os`, knowledge base variables such as `%%users.appdata%%`).
Limits: a place without a fixed root is looked for at most ten folders deep below a user's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import yaml

from chainlead.report.artefact_format import ArtefactFormat, camel_name
from chainlead.report.wallet_places import RootedPlace, WalletRow, rooted_places, windows_roots


class ForensicArtifacts(ArtefactFormat):
    """Definitions for Plaso, GRR, turbinia and others."""

    name: ClassVar[str] = "forensic-artifacts"

    def text(self, rows: Sequence[WalletRow], extensions: Mapping[str, str]) -> str:
        """Documents in order of the table."""
        documents = list(_documents(rows, extensions))
        head = "# Places of cryptocurrency wallets, from the wallet table of chainlead.\n---\n"
        return head + yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=100)


def _documents(
    rows: Sequence[WalletRow], extensions: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        by_system: dict[str, list[str]] = {}
        for place in rooted_places(row, extensions):
            paths = by_system.setdefault(place.system, [])
            paths.extend(path for path in _paths(place) if path not in paths)
        if not by_system:
            continue
        yield {
            "name": f"Chainlead{camel_name(row.name)}Wallet",
            "doc": (
                f"Files of {row.title}. Shows: {row.proves}. Does not show: {row.not_proves}. "
                f"Learned from: {'; '.join(row.source)}."
            ),
            "sources": [
                {
                    "type": "FILE",
                    "attributes": {"paths": paths}
                    | ({"separator": "\\"} if system == "Windows" else {}),
                    "supported_os": [system],
                }
                for system, paths in sorted(by_system.items())
            ],
            "supported_os": sorted(by_system),
        }


def _paths(place: RootedPlace) -> list[str]:
    root = {"~": "%%users.homedir%%", "/data/data": "/data/data"}.get(place.root)
    root = root or windows_roots(place.root)[0]
    between = f"{place.separator}**10" if place.is_anywhere else ""
    path = f"{root}{between}{place.separator}{place.inner}"
    if place.is_file:
        return [path]
    below = f"{path}{place.separator}**"
    is_unclear = place.system == "Android" and "/" in place.inner  # a file there may lack an ending
    return [path, below] if is_unclear else [below]
