"""BRD (Bread Wallet): mobile wallet.

Found in: Android `com.breadwallet/databases/platform.db` with its `-wal`, where all content may lie.
Proof: SQLite with the table `kvStoreTable`, whose keys `txn2-<hash>` name transactions.
Limits: values are encrypted: amounts and partners are not read. No real file was at hand; the tests build one.
Spec: ALEAPP `breadWallet.py` (read as specification); UROCK-AILAB forensics handbook.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile

_KEY = re.compile(rb"txn2-[0-9a-f]{64}")
_WAL = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


class Brd(Wallet):
    """The database, or its write-ahead log."""

    name = "brd"
    tables = frozenset({"kvstoretable"})
    starts = _WAL

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Count the transactions that it names."""
        if b"kvStoreTable" not in file.content or not file.view.is_raw:
            return None
        named = {match[5:] for match in _KEY.findall(file.content)}
        if not named and b"wallet-info" not in file.content:
            return None
        return Recognised(
            check="table kvStoreTable with keys of BRD",
            span=file.find(b"kvStoreTable"),
            detail={
                "transactions_named": len(named),
                "part": "log" if not file.is_sqlite else "database",
            },
        )
