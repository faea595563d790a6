r"""Atomic Wallet: desktop wallet for many coins.

Found in: `%APPDATA%\\atomic\\Local Storage\\leveldb`, macOS and Linux equivalents.
Proof: a LevelDB store in the program's folder; in its files the key `general_mnemonic`.
Limits: the phrase is encrypted and not read. No real file was at hand; the tests build one.
Spec: WalletSleuth and atomic_pwn (published readers of the key `general_mnemonic`).
"""

from chainlead.findings.wallets._leveldb_app import LevelDbApp, folder


class Atomic(LevelDbApp):
    """Local Storage of an Electron program."""

    name = "atomic"
    title = "Atomic Wallet"
    paths = folder(r"/atomic/Local Storage/leveldb")
