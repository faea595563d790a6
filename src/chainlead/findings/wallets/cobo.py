"""Cobo Vault and Keystone: account keys from an air-gapped signing device.

Found in: files on memory cards, QR texts, imports of BlueWallet, Sparrow and Wasabi.
Proof: JSON with `ExtPubKey`, `MasterFingerprint` and the device's own version field, or `AccountKeyPath`.
Limits: the skeleton without a version field is shared by other devices.
Spec: Sparrow and BlueWallet test files of the form; Cobo Vault source.
"""

import re

from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    candidate,
    roles,
    word,
)
from chainlead.findings.wallets._descriptor_addresses import of_extended_key
from chainlead.model import Chain, Role

_OTHERS = frozenset({"EncryptedSecret", "HdPubKeys", "ChainCode", "ColdCardFirmwareVersion"})
_KINDS = {"84'": "p2wpkh", "49'": "p2sh-p2wpkh", "44'": "p2pkh", "86'": "p2tr"}


class Cobo(Wallet):
    """One JSON object."""

    name = "cobo-vault"
    keys = frozenset({"ExtPubKey"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the fields beside the key."""
        document = as_dict(file.document)
        if "MasterFingerprint" not in document or _OTHERS & document.keys():
            return None
        if not {"AccountKeyPath", "CoboVaultFirmwareVersion"} & document.keys():
            return None
        path = str(document.get("AccountKeyPath", "")).removeprefix("m/")
        firmware = str(document.get("CoboVaultFirmwareVersion", ""))
        kind = _KINDS.get(path.partition("/")[0])
        return Recognised(
            check="JSON with ExtPubKey, MasterFingerprint and the account's path",
            span=file.find(b"ExtPubKey"),
            candidates=(candidate(Chain.BITCOIN, "account key of Bitcoin"),),
            detail={
                "fingerprint": word(document["MasterFingerprint"]),
                "firmware": firmware if re.fullmatch(r"[\w.()+-]{1,24}", firmware) else "",
            },
            owners=roles([document["ExtPubKey"]], Role.OWN),
            derived=of_extended_key(document["ExtPubKey"], (kind,) if kind else ()),
        )
