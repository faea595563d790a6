"""Wasabi Wallet: desktop wallet for Bitcoin.

Found in: `WalletWasabi/Client/Wallets/*.json`, `~/.walletwasabi/client/Wallets`, backups.
Proof: JSON with `ExtPubKey`, `MasterFingerprint` and `EncryptedSecret` or `HdPubKeys`.
Limits: labels are not read. No real file with keys was at hand; the tests build one to the published source.
Spec: WalletWasabi `KeyManager.cs`, `HdPubKey.cs`.
"""

import re
from collections.abc import Iterator
from typing import Any

from chainlead.codecs import is_public_key, parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import (
    DerivedAddress,
    address_of_key,
    addresses_of_extended_key,
)
from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    as_list,
    candidate,
    roles,
    word,
)
from chainlead.model import Chain, Network, Role

_NETWORKS = {"Main": Network.MAIN, "TestNet": Network.TEST, "RegTest": Network.REGTEST}
_PATH = re.compile(r"(?:m/)?(?:\d{1,10}'?/){1,8}\d{1,10}")


class Wasabi(Wallet):
    """One JSON file for each wallet."""

    name = "wasabi"
    keys = frozenset({"ExtPubKey", "SegwitExtPubKey"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the keys at the top."""
        document = as_dict(file.document)
        if not {"EncryptedSecret", "HdPubKeys", "ChainCode"} & document.keys():
            return None
        if "MasterFingerprint" not in document:
            return None
        state = as_dict(document.get("BlockchainState"))
        network = _NETWORKS.get(str(state.get("Network", "Main")), Network.MAIN)
        keys = [as_dict(key) for key in as_list(document.get("HdPubKeys"))]
        return Recognised(
            check="JSON with ExtPubKey, MasterFingerprint and EncryptedSecret or HdPubKeys",
            span=file.find(b"ExtPubKey"),
            candidates=(candidate(Chain.BITCOIN, "Wasabi is for Bitcoin", network),),
            detail={
                "fingerprint": word(document.get("MasterFingerprint")),
                "watch_only": not document.get("EncryptedSecret"),
                "keys": len(keys),
                "used_keys": sum(key.get("KeyState") == 1 for key in keys),
            },
            owners=roles(
                [document.get(name) for name in sorted(document) if "PubKey" in name], Role.OWN
            ),
            derived=_derived(document, keys, network),
        )


def _derived(
    document: dict[str, Any], keys: list[dict[str, Any]], network: Network
) -> Iterator[DerivedAddress]:
    used: set[str] = set()
    for key in keys:
        text, path = key.get("PubKey"), str(key.get("FullKeyPath", ""))
        try:
            public_key = bytes.fromhex(text) if isinstance(text, str) else b""
        except ValueError:
            continue
        if not is_public_key(public_key):
            continue
        kind = "p2tr" if path.startswith(("86'", "m/86'")) else "p2wpkh"
        address = address_of_key(public_key, kind, Chain.BITCOIN, network)
        if address:
            if key.get("KeyState") == 1:
                used.add(address)
            yield DerivedAddress(
                address,
                Chain.BITCOIN,
                network,
                kind,
                path if _PATH.fullmatch(path) else "",
                public_key.hex(),
            )
    for name, kind in (
        ("ExtPubKey", "p2wpkh"),
        ("SegwitExtPubKey", "p2wpkh"),
        ("TaprootExtPubKey", "p2tr"),
    ):
        text = document.get(name)
        try:
            branch = parse_extended_key(text) if isinstance(text, str) else None
            if branch is not None:
                yield from addresses_of_extended_key(
                    branch, Chain.BITCOIN, network, kinds=(kind,), seen=used
                )
        except CodecError:
            continue
