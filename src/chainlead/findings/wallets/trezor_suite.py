"""Trezor Suite: the program of Trezor's signing devices.

Found in: `@trezor/suite-desktop/IndexedDB/file__0.indexeddb.leveldb`; in a browser the IndexedDB of
`suite.trezor.io`.
Proof: a LevelDB store in the program's folder; an account as JSON with `descriptor`, `deviceState`, `symbol`.
Limits: accounts and transactions are kept only for devices that the user chose to remember. Values of
IndexedDB that are no JSON are searched as text. No real file was at hand; the tests build one.
Spec: trezor-suite `suite-storage` definitions; UROCK-AILAB forensics handbook, `hardware-wallets.md`.
"""

from chainlead.findings.wallet import Recognised, WalletFile, as_dict, candidate, roles, word
from chainlead.findings.wallets._descriptor_addresses import of_extended_key
from chainlead.findings.wallets._leveldb_app import LevelDbApp, folder
from chainlead.model import Chain, Role

_CHAINS = {"btc": Chain.BITCOIN, "ltc": Chain.LITECOIN, "eth": Chain.ETHEREUM, "xrp": Chain.XRP,
           "doge": Chain.DOGECOIN, "dash": Chain.DASH, "bch": Chain.BITCOIN_CASH, "zec": Chain.ZCASH}  # fmt: skip


class TrezorSuite(LevelDbApp):
    """IndexedDB folder, or one account of it."""

    name = "trezor-suite"
    title = "Trezor Suite"
    paths = folder(
        r"(?:@trezor/suite-desktop(?:-\w+)?/IndexedDB/file__0|https_suite\.trezor\.io_0)\.indexeddb\.leveldb"
    )
    keys = frozenset({"deviceState"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """The folder's manifest, or an account."""
        document = as_dict(file.document)
        if not {"descriptor", "deviceState", "symbol"} <= document.keys():
            return super().recognise(file)
        symbol = word(document["symbol"])
        chain = _CHAINS.get(symbol)
        addresses = as_dict(document.get("addresses"))
        owners = roles([addresses, document["descriptor"]], Role.OWN)
        return Recognised(
            check="an account with descriptor, deviceState and symbol",
            span=file.find(b"deviceState"),
            candidates=(candidate(chain, "the account's symbol"),) if chain else (),
            detail={
                "part": "account",
                "symbol": symbol,
                "account_type": word(document.get("accountType")),
            },
            owners=owners,
            derived=of_extended_key(document["descriptor"]) if chain is Chain.BITCOIN else (),
        )
