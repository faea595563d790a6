"""BlueWallet: mobile and desktop wallet for Bitcoin.

Found in: iOS and Android `io.bluewallet.bluewallet`; exports: multisig setups (see `coldcard`), text.
Proof: its storage as JSON with `wallets` and `tx_metadata`; a wallet object with `_xpub` or `_address` and `type`.
Limits: on the phone the storage is encrypted in the keychain or a Realm file; only exports are open. Secrets in
it are not read. No real storage was at hand; the tests build one. Its exports were.
Spec: BlueWallet `class/blue-app.ts`, `class/wallets/*.ts`.
"""

import json
from typing import Any

from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    as_list,
    candidate,
    roles,
)
from chainlead.findings.wallets._descriptor_addresses import of_extended_key
from chainlead.model import Chain, Role

_KINDS = {
    "HDlegacyP2PKH": "p2pkh",
    "HDsegwitP2SH": "p2sh-p2wpkh",
    "HDsegwitBech32": "p2wpkh",
    "HDtaproot": "p2tr",
}


class Bluewallet(Wallet):
    """The whole storage, or one wallet."""

    name = "bluewallet"
    keys = frozenset({"wallets", "_xpub", "_address", "tx_metadata"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the fields."""
        document = as_dict(file.document)
        wallets: list[dict[str, Any]] = []
        if "wallets" in document and "tx_metadata" in document:
            for entry in as_list(document["wallets"]):
                try:
                    thing = json.loads(entry) if isinstance(entry, str) else entry
                except (ValueError, RecursionError):
                    continue
                wallets.append(as_dict(thing))
        elif (
            {"_xpub", "_address"} & document.keys()
            and "type" in document
            and "typeReadable" in document
        ):
            wallets = [document]
        if not wallets:
            return None
        public = [
            [w.get("_xpub"), w.get("_address"), *as_list(w.get("external_addresses_cache"))]
            for w in wallets
        ]
        return Recognised(
            check="JSON with wallets in BlueWallet's form",
            span=file.find(b"_xpub"),
            candidates=(candidate(Chain.BITCOIN, "BlueWallet is for Bitcoin"),),
            detail={"wallets": len(wallets)},
            owners=roles(public, Role.OWN),
            derived=[
                derived
                for w in wallets
                for prefix, kind in _KINDS.items()
                if str(w.get("type", "")).startswith(prefix)
                for derived in of_extended_key(w.get("_xpub"), (kind,))
            ],
        )
