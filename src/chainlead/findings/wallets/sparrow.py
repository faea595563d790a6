r"""Sparrow: desktop wallet for Bitcoin.

Found in: `~/.sparrow/wallets/*.mv.db`, `%APPDATA%\\Sparrow\\wallets`, `wallets/backup`; older encrypted JSON.
Proof: base64 that starts with `SPRW1`; an H2 store that names Sparrow's tables; an encrypted H2 store in
Sparrow's folder.
Limits: an encrypted H2 store is shared by every program with that database, so the folder decides. Keys
in an open store are searched as raw text. Only the base64 form was at hand; the tests build the others.
Spec: sparrow `Storage.java`, `db/V1__Initial.sql`; H2 `MVStore` and `FilePathEncrypt` headers.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate, roles
from chainlead.findings.wallets._descriptor_addresses import of_extended_key
from chainlead.model import Certainty, Chain, Role

_BASE64 = re.compile(rb"U1BSVz[0-9A-Za-z+/\r\n]{60,}={0,2}\s*")
_TABLES = (b"WALLETNODE", b"KEYSTORE", b"BLOCKTRANSACTION", b"walletNode", b"blockTransaction")
_KEY = re.compile(rb"[xyzYZtuvUV]pub[1-9A-HJ-NP-Za-km-z]{107}")
_BITCOIN = (candidate(Chain.BITCOIN, "Sparrow is for Bitcoin"),)


class Sparrow(Wallet):
    """Base64, H2 store, or encrypted H2 store."""

    name = "sparrow"
    starts = (b"U1BSVz", b"H:2,", b"H2encrypt", b"SPRW1")

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Tell the three forms apart."""
        content = file.content
        if content.startswith(b"H:2,"):
            if sum(mark in content for mark in _TABLES) < 2:
                return None
            keys = sorted({key.decode() for key in _KEY.findall(content)})
            return Recognised(
                check="H2 store with Sparrow's tables",
                candidates=_BITCOIN,
                detail={"form": "mv.db", "encrypted_file": False, "keys": len(keys)},
                owners=roles(keys, Role.OWN),
                derived=[derived for key in keys for derived in of_extended_key(key)]
                if len(keys) == 1
                else (),
            )
        if content.startswith(b"H2encrypt"):
            is_named = "sparrow" in file.path.lower()
            return Recognised(
                check="encrypted H2 store",
                span=(0, 9),
                certainty=Certainty.STRUCTURED if is_named else Certainty.SHAPE,
                candidates=_BITCOIN if is_named else (),
                detail={"form": "mv.db", "encrypted_file": True,
                        "named_by": "its folder" if is_named else "the database format alone"},
            )  # fmt: skip
        if content.startswith(b"SPRW1") or _BASE64.fullmatch(content):
            return Recognised(
                check="SPRW1, then cipher text",
                span=(0, 6),
                candidates=_BITCOIN,
                detail={"form": "encrypted JSON", "encrypted_file": True},
            )
        return None
