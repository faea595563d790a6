"""Samourai and Ashigaru: mobile wallets for Bitcoin.

Found in: `com.samourai.wallet/…/wallet/samourai.dat` (`.tmp`, `.sav`), the external backup `samourai.txt`.
Proof: JSON with `payload` (base64), `version` and `external`; inside the app's folder without `external`.
Limits: nothing but the existence can be read. No real file was at hand; the tests build one.
Spec: samourai-wallet-android `PayloadUtil.java`.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, as_dict, candidate
from chainlead.model import Certainty, Chain

_FOLDER = re.compile(r"samourai|ashigaru", re.IGNORECASE)
_BASE64 = re.compile(r"[0-9A-Za-z+/\r\n]{40,}={0,2}\s*")
_BITCOIN = (candidate(Chain.BITCOIN, "the wallet is for Bitcoin"),)


class Samourai(Wallet):
    """Encrypted JSON."""

    name = "samourai"
    keys = frozenset({"payload"})
    paths = re.compile(r"/samourai\.(?:dat|tmp|sav)$|/ashigaru\.(?:dat|tmp|sav)$", re.IGNORECASE)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the frame."""
        document = as_dict(file.document)
        value = "ashigaru" if "ashigaru" in file.path.lower() else "samourai"
        if document:
            payload = document.get("payload")
            if not isinstance(payload, str) or not _BASE64.fullmatch(payload):
                return None
            if "pbkdf2_iterations" in document or "guid" in document:
                return None
            if "external" not in document and not _FOLDER.search(file.path):
                return None
            version = document.get("version")
            return Recognised(
                check="JSON with payload, version and external",
                span=file.find(b"payload"),
                candidates=_BITCOIN,
                detail={"version": version if isinstance(version, int) else None,
                        "encrypted_file": True, "backup": bool(document.get("external"))},
                value=value,
            )  # fmt: skip
        if not _BASE64.fullmatch(file.content[:4096].decode("latin-1")):
            return None
        return Recognised(
            check="base64 under the app's own file name",
            certainty=Certainty.SHAPE,
            candidates=_BITCOIN,
            detail={"encrypted_file": True, "named_by": "its name"},
            value=value,
        )
