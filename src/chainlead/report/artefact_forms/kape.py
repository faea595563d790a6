r"""A KAPE target file (`.tkape`) with the Windows places of all wallets.

Spec: https://ericzimmerman.github.io/KapeDocs/#!Pages\2.1-Targets.md (Path, FileMask, Recursive).
Limits: Windows only. A folder pattern inside a path stays a pattern, which KAPE expands.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid5

import yaml

from chainlead.report.artefact_format import ArtefactFormat, camel_name
from chainlead.report.wallet_places import RootedPlace, WalletRow, rooted_places, windows_roots

_NAMESPACE = UUID("6f0d8a52-9a5e-5f6e-8c39-2f6f1d5c7b11")


class Kape(ArtefactFormat):
    """One target file."""

    name: ClassVar[str] = "kape"

    def text(self, rows: Sequence[WalletRow], extensions: Mapping[str, str]) -> str:
        """Targets in order of the table."""
        targets = [
            target
            for row in rows
            for place in rooted_places(row, extensions)
            if place.system == "Windows"
            for target in _targets(row, place)
        ]
        names = "\n".join(str(target["Path"]) + str(target["FileMask"]) for target in targets)
        document = {
            "Description": "Cryptocurrency wallets, from the wallet table of chainlead",
            "Author": "chainlead",
            "Version": "1.0",
            "Id": str(uuid5(_NAMESPACE, names)),
            "RecreateDirectories": True,
            "Targets": targets,
        }
        return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def _targets(row: WalletRow, place: RootedPlace) -> Iterator[dict[str, Any]]:
    root = windows_roots(place.root)[1]
    folder, _, last = place.inner.rpartition("\\")
    mask = last if place.is_file else "*"
    inner = folder if place.is_file else place.inner
    if place.is_anywhere and place.is_file:
        inner = ""  # KAPE looks below: the mask says what for
    path = f"{root}\\{inner}\\" if inner else f"{root}\\"
    yield {
        "Name": row.title,
        "Category": "Cryptocurrency",
        "Path": path,
        "FileMask": mask,
        "Recursive": place.is_anywhere or not place.is_file,
        "Comment": f"Chainlead{camel_name(row.name)}: shows {row.proves}",
    }
