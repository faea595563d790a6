r"""Guarda: desktop wallet for many coins.

Found in: `%APPDATA%\\Guarda\\Local Storage\\leveldb`; backups are OpenSSL frames, see `openssl_backup`.
Proof: a LevelDB store in the program's folder.
Limits: the layout of its values is not published. No real file was at hand; the tests build one.
Spec: WalletSleuth (paths); hashcat and btcrecover notes on Guarda backups.
"""

from chainlead.findings.wallets._leveldb_app import LevelDbApp, folder


class Guarda(LevelDbApp):
    """Local Storage of an Electron program."""

    name = "guarda"
    title = "Guarda"
    paths = folder(r"/Guarda/Local Storage/leveldb")
