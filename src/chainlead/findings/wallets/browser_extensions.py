"""Wallet extensions of Chromium browsers, by the id of their folder.

Found in: `Local Extension Settings/<id>`, `Sync Extension Settings/<id>`, IndexedDB `chrome-extension_<id>_0`
in every profile of Chrome, Edge, Brave, Opera, Vivaldi.
Proof: a LevelDB store in a folder whose name is the extension's id (32 letters a to p, made from its key).
Limits: the folder proves that the extension was installed, not that a wallet was made; a vault among
its values does. Other stores give the same wallet another id; the manifest in `Secure Preferences` names it.
Spec: the Chrome Web Store page of each id, in `data/wallets.yaml`.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile
from chainlead.findings.wallet_table import extension_ids
from chainlead.findings.wallets._leveldb_app import is_manifest

_FOLDER = re.compile(
    r"(?:(?:Local|Sync) Extension Settings/([a-p]{32})|chrome-extension_([a-p]{32})_0\.indexeddb\.leveldb"
    r"|/([a-p]{32})[^/]*)/MANIFEST-\d{6}$"
)


class BrowserExtensions(Wallet):
    """One finding for each store."""

    name = "browser-extension"
    paths = _FOLDER

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look the id up."""
        match = _FOLDER.search(file.path)
        name = next(filter(None, match.groups())) if match else ""
        known = extension_ids().get(name)
        if known is None or not is_manifest(file):
            return None
        return Recognised(
            check="LevelDB store in a folder with the id of a wallet extension",
            span=(0, min(len(file.content), 64)),
            detail={
                "extension_id": name,
                "extension": known,
                "named_by": "its folder",
                "store": "leveldb",
            },
            value=known.lower().replace(" ", "-"),
        )
