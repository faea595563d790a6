"""Encrypted key files of Ethereum (Web3 Secret Storage, version 3).

Found in: `keystore` folders of geth, exports of MyEtherWallet and mobile wallets.
Proof: a JSON object with `crypto` (cipher, ciphertext, key derivation) and `version` 3.
Limits: many wallets leave the address out. The key is encrypted and is not read. Key files of
Trust Wallet and imToken have more keys and are named after them.
Spec: https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage.
"""

import re
from typing import Any

from chainlead.codecs import lookup_address
from chainlead.findings.wallet import (
    FoundAddress,
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    candidate,
)
from chainlead.model import Chain, Role

_CANDIDATES = (candidate(Chain.ETHEREUM, "key file of Ethereum and its relatives"),)
_OTHERS = frozenset({"activeAccounts", "imTokenMeta", "walletIDs"})


class EthereumKeystore(Wallet):
    """One key, encrypted."""

    name = "ethereum-keystore"
    keys = frozenset({"crypto", "Crypto"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the keys at the top."""
        document = as_dict(file.document)
        if document.get("version") != 3 or not is_keystore(document) or _OTHERS & document.keys():
            return None
        address = own_address(document)
        return Recognised(
            check="JSON with crypto, cipher text and version 3",
            span=file.find(b'"ciphertext"'),
            candidates=_CANDIDATES,
            detail={"keystore_version": 3},
            owners={address: Role.OWN} if address else {},
            addresses=named_address(address),
        )


def is_keystore(document: dict[str, Any]) -> bool:
    """Whether the `crypto` object is that of a key file."""
    crypto = as_dict(document.get("crypto") or document.get("Crypto"))
    return {"cipher", "ciphertext", "kdf"} <= crypto.keys()


def own_address(document: dict[str, Any]) -> str:
    """The field `address`, which is written with or without `0x`."""
    written = document.get("address")
    if not isinstance(written, str) or not re.fullmatch(r"(0x)?[0-9A-Fa-f]{40}", written):
        return ""
    parsed = lookup_address("0x" + written.removeprefix("0x").lower())
    return parsed.canonical if parsed else ""


def named_address(address: str) -> tuple[FoundAddress, ...]:
    """The own address as a finding of its own: without `0x` no other detector sees it."""
    if not address:
        return ()
    return (FoundAddress(address, Role.OWN, {"stored_as": "field `address` of a key file"}),)
