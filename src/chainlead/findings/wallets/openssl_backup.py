"""Backups encrypted with OpenSSL's own format: MultiBit Classic keys, Android Bitcoin Wallet.

Found in: MultiBit's `key-backup/*.key` (date and time in the name), files `bitcoin-wallet-backup-…` of the
Android app, `guarda…` exports; anywhere as mail attachments.
Proof: base64 text that decodes to `Salted__`, 8 bytes of salt and whole blocks of 16 bytes.
Limits: anybody can encrypt anything so: the file proves an encrypted text. The program is told by the
name if that is its own, else by size: a key export is small, a whole wallet is not.
Spec: `openssl enc -a`; btcrecover documentation; bitcoin-wallet `Crypto.java`.
"""

import base64
import binascii
import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.model import Certainty, Chain

_TEXT = re.compile(rb"U2FsdGVkX1[0-9A-Za-z+/\s]{40,}={0,2}\s*")
_BIG = 8 << 10
_LARGEST = 32 << 20
_NAMES = (
    ("bitcoin-wallet-backup", "android-bitcoin-wallet"),
    ("android-bitcoin-wallet", "android-bitcoin-wallet"),
    ("multibit", "multibit"),
    ("guarda", "guarda"),
)


class OpensslBackup(Wallet):
    """Base64 of `Salted__`."""

    name = "openssl-backup"
    starts = (b"U2FsdGVkX1",)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Decode the frame, not the secret."""
        if not file.view.is_raw or not file.view.is_whole or len(file.content) > _LARGEST:
            return None
        if _TEXT.fullmatch(file.content) is None:
            return None
        try:
            frame = base64.b64decode(b"".join(file.content.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        if not frame.startswith(b"Salted__") or len(frame) < 32 or len(frame) % 16:
            return None
        path = file.path.lower().rpartition("/")
        named = next((value for mark, value in _NAMES if mark in path[2] or mark in path[0]), "")
        if path[2].endswith(".key"):
            named = named or "multibit"
        by_size = "android-bitcoin-wallet" if len(frame) >= _BIG else "multibit"
        reason = "MultiBit and the Android app are for Bitcoin; the frame names no coin"
        return Recognised(
            check="base64 of an OpenSSL frame: `Salted__`, salt, whole blocks",
            span=(0, 10),
            certainty=Certainty.STRUCTURED if named else Certainty.SHAPE,
            candidates=(candidate(Chain.BITCOIN, reason),),
            detail={"encrypted_file": True, "named_by": "its name" if named else "its size"},
            value=named or by_size,
        )
