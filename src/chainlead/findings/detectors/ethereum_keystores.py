"""Encrypted key files of Ethereum (Web3 Secret Storage, version 3).

Found in: `keystore` folders of geth, exports of MyEtherWallet and mobile wallets.
Proof: a JSON object with `crypto` (cipher, ciphertext, key derivation) and `version` 3.
Limits: many wallets leave the address out. The key is encrypted and is not read.
Spec: https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from chainlead.codecs import lookup_address
from chainlead.findings.address_proof import address_proof
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_MARK = re.compile(rb'"ciphertext"\s*:', re.IGNORECASE)
_ADDRESS = re.compile(rb'"address"\s*:\s*"([0-9A-Fa-f]{40})"')
_LARGEST = 1 << 20
_CANDIDATES = (Candidate(Chain.ETHEREUM, Network.MAIN, "key file of Ethereum and its relatives"),)


class EthereumKeystores(Detector):
    """One finding for the file, and the address that it names without `0x`."""

    name = "wallet.ethereum_keystore"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at a whole small stream."""
        if not view.is_raw or not view.is_whole or len(view.data) > _LARGEST:
            return
        mark = _MARK.search(view.data)
        document = _read(view.data) if mark else None
        if mark is None or document is None:
            return
        crypto = document.get("crypto") or document.get("Crypto")
        if (
            not isinstance(crypto, dict)
            or document.get("version") != 3
            or not {"cipher", "ciphertext", "kdf"} <= crypto.keys()
        ):
            return
        owners: dict[str, Role] = {}
        written = _ADDRESS.search(view.data)
        parsed = lookup_address("0x" + written[1].decode().lower()) if written else None
        if parsed is not None:
            owners = {parsed.canonical: Role.OWN}
        detail: dict[str, Any] = {"wallet": "ethereum-keystore", "keystore_version": 3}
        proof = Proof(
            kind="wallet",
            certainty=Certainty.STRUCTURED,
            check_made="JSON with crypto, cipher text and version 3",
            false_positive_rate="not measured (structure, no checksum)",
            candidates=_CANDIDATES,
            role=Role.OWN,
            detail=detail,
            owners=owners,
        )
        yield Hit(*mark.span(), "ethereum-keystore", proof, bare=True)
        if parsed is not None and written is not None:
            plain = address_proof(parsed)
            proof = Proof(
                kind="address",
                certainty=Certainty.STRUCTURED,
                check_made="field `address` of a key file (written without 0x)",
                false_positive_rate="not measured (structure, no checksum)",
                candidates=plain.candidates,
                role=Role.OWN,
                detail={**plain.detail, "written": written[1].decode()},
            )
            yield Hit(*written.span(1), parsed.canonical, proof)


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
