"""mSIGNA (CoinVault): desktop wallet for several signers.

Found in: `*.vault`, under any name.
Proof: SQLite with the tables `Keychain` (with `privkey_ciphertext`) and `Account`.
Limits: no real file was at hand; the tests build one to the published schema. Addresses come from the
scripts that the file holds; labels are not read.
Spec: mSIGNA `CoinDB` schema (published source); btcrecover (`SELECT * FROM Keychain`).
"""

from collections.abc import Iterator

from chainlead.codecs import address_from_script
from chainlead.findings.wallet import FoundAddress, Recognised, Wallet, WalletFile, candidate
from chainlead.model import Chain, Role


class Msigna(Wallet):
    """SQLite."""

    name = "msigna"
    tables = frozenset({"keychain"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the schema, then at the output scripts."""
        schema = file.sqlite.schema
        if "privkey_ciphertext" not in schema["keychain"][1] or "account" not in schema:
            return None
        return Recognised(
            check="SQLite with mSIGNA's tables `Keychain` and `Account`",
            span=(0, 16),
            candidates=(candidate(Chain.BITCOIN, "mSIGNA is for Bitcoin; forks share it"),),
            detail={"keychains": sum(1 for _ in file.sqlite.rows("keychain"))},
            addresses=_scripts(file),
        )


def _scripts(file: WalletFile) -> Iterator[FoundAddress]:
    for row in file.sqlite.rows("signingscript"):
        script = row.get("txoutscript")
        if isinstance(script, bytes):
            address = address_from_script(script, Chain.BITCOIN)
            if address:
                yield FoundAddress(address, Role.OWN, {"stored_as": "script of an account"})
