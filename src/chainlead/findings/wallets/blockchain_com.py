"""Blockchain.com (blockchain.info): downloaded and cached wallet files, versions 2 to 4.

Found in: `wallet.aes.json` in downloads and mail attachments; browser caches; a decrypted dump beside it.
Proof: a JSON object with `payload`, `version` and `pbkdf2_iterations`; decrypted, one with `guid` and
`sharedKey` and keys or `hd_wallets`.
Limits: versions 0 and 1 are base64 alone and are recognised only under the name `wallet.aes.json`.
Spec: Blockchain wallet JavaScript client; btcrecover documentation.
"""

import json
import re
from typing import Any

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_extended_key
from chainlead.findings.wallet import (
    Recognised,
    Wallet,
    WalletFile,
    as_dict,
    as_list,
    candidate,
    roles,
)
from chainlead.model import Certainty, Chain, Network, Role

_BITCOIN = (candidate(Chain.BITCOIN, "the wallet began for Bitcoin"),)
_BASE64 = re.compile(rb"[0-9A-Za-z+/\r\n]{100,}={0,2}\s*")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class BlockchainCom(Wallet):
    """Encrypted, wrapped, or decrypted."""

    name = "blockchain-com"
    keys = frozenset({"payload", "guid"})
    paths = re.compile(r"wallet\.aes\.json$", re.IGNORECASE)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Tell the forms apart."""
        document = as_dict(file.document)
        if not document:
            if _BASE64.fullmatch(file.content) is None:
                return None
            return Recognised(
                check="base64 under the name wallet.aes.json",
                certainty=Certainty.SHAPE,
                candidates=_BITCOIN,
                detail={"version": "0 or 1", "encrypted_file": True, "named_by": "its name"},
            )
        if "sharedKey" in document and ({"keys", "hd_wallets"} & document.keys()):
            return _decrypted(document, file)
        payload = document.get("payload")
        inner = as_dict(_parsed(payload))
        frame = inner if "pbkdf2_iterations" in inner else document
        if not {"payload", "version", "pbkdf2_iterations"} <= frame.keys():
            return None
        if not isinstance(frame["payload"], str) or not isinstance(frame["version"], int | float):
            return None
        guid = document.get("guid")
        return Recognised(
            check="JSON with payload, version and pbkdf2_iterations",
            span=file.find(b"pbkdf2_iterations"),
            candidates=_BITCOIN,
            detail={
                "version": int(frame["version"]),
                "encrypted_file": True,
                "guid": guid if isinstance(guid, str) and _GUID.fullmatch(guid) else "",
            },
        )


def _parsed(thing: Any) -> Any:
    try:
        return json.loads(thing) if isinstance(thing, str) and thing[:1] == "{" else None
    except (ValueError, RecursionError):
        return None


def _decrypted(document: dict[str, Any], file: WalletFile) -> Recognised:
    owners = roles(document.get("address_book"), Role.COUNTERPARTY)
    owners.update(
        roles([as_dict(key).get("addr") for key in as_list(document.get("keys"))], Role.OWN)
    )
    owners.update(roles(document.get("hd_wallets"), Role.OWN))
    guid = document.get("guid")
    return Recognised(
        check="JSON with guid, sharedKey and keys: a decrypted wallet",
        span=file.find(b"sharedKey"),
        candidates=_BITCOIN,
        detail={
            "decrypted": True,
            "guid": guid if isinstance(guid, str) and _GUID.fullmatch(guid) else "",
        },
        owners=owners,
        derived=[derived for key in sorted(owners) for derived in _of_key(key)],
    )


def _of_key(text: str) -> list[DerivedAddress]:
    try:
        key = parse_extended_key(text)
        return list(addresses_of_extended_key(key, Chain.BITCOIN, Network.MAIN))
    except CodecError:
        return []
