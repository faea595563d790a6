"""Programs whose store is a LevelDB folder: the manifest of the folder stands for the store.

Assumption: one manifest file in one folder is one store, so that a store is reported once.
Limits: that a program made its store does not show that a wallet was made in it. Values of the store are
searched on their own; addresses in them keep the role unknown where the layout is not published.
Spec: https://github.com/google/leveldb/blob/main/doc/impl.md (MANIFEST names its comparator).
"""

import re
from typing import ClassVar

from chainlead.findings.wallet import Recognised, Wallet, WalletFile

_COMPARATORS = (b"leveldb.BytewiseComparator", b"idb_cmp1")
MANIFEST = r"/MANIFEST-\d{6}$"


def is_manifest(file: WalletFile) -> bool:
    """Whether the bytes are a manifest of LevelDB."""
    return any(name in file.content[:200] for name in _COMPARATORS)


class LevelDbApp(Wallet):
    """A program known by its folder."""

    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""

    def recognise(self, file: WalletFile) -> Recognised | None:
        """A manifest in the program's folder."""
        if self.paths is None or not self.paths.search(file.path) or not is_manifest(file):
            return None
        return Recognised(
            check=f"LevelDB store in the folder of {self.title}",
            span=(0, min(len(file.content), 64)),
            detail={"named_by": "its folder", "store": "leveldb"},
        )


def folder(pattern: str) -> re.Pattern[str]:
    """A path pattern for the manifest of a folder."""
    return re.compile(pattern + MANIFEST, re.IGNORECASE)
