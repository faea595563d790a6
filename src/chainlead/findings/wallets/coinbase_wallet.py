"""Coinbase Wallet (now Base App): mobile wallet, not the exchange's app.

Found in: iOS `Documents/default/wallet-rn-v2.sqlite` with its `-wal`.
Proof: SQLite with the tables `wallet_group` and `address` (with `derivationPath` and `isUsedStr`).
Limits: the app derives 20 addresses in advance: that one is listed does not show that it was used; `isUsedStr`
says so and is counted. The log is not folded in here. No real file was at hand; the tests build one.
Spec: iLEAPP `coinbaseWallet.py` (read as specification); UROCK-AILAB forensics handbook, `ios-wallets.md`.
"""

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, roles
from chainlead.model import Role

_HISTORIES = ("tx_history_v2", "tx_history")


class CoinbaseWallet(Wallet):
    """SQLite."""

    name = "coinbase-wallet"
    tables = frozenset({"wallet_group"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Own addresses from one table, other parties from another."""
        schema = file.sqlite.schema
        if "derivationPath" not in schema.get("address", (0, ()))[1]:
            return None
        rows = list(file.sqlite.rows("address"))
        owners: dict[str, Role] = {}
        for table in _HISTORIES:
            for row in file.sqlite.rows(table):
                owners.update(
                    roles([row.get("fromAddress"), row.get("toAddress")], Role.COUNTERPARTY)
                )
        own = roles([row.get("address") for row in rows], Role.OWN)
        own.update(roles([r.get("primaryAddress") for r in file.sqlite.rows("account")], Role.OWN))
        used = {
            str(r.get("address")) for r in rows if str(r.get("isUsedStr")).lower() in {"true", "1"}
        }
        return Recognised(
            check="SQLite with the tables wallet_group and address of Coinbase Wallet",
            span=(0, 16),
            detail={"addresses": len(own), "addresses_used": len(used),
                    "transactions": sum(1 for t in _HISTORIES for _ in file.sqlite.rows(t))},
            owners=owners | own,
        )  # fmt: skip
