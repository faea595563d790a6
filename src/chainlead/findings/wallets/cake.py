"""Cake Wallet: mobile and desktop, for Monero, Bitcoin, Litecoin and others.

Found in: Android `com.cakewallet.cake_wallet`, iOS `com.fotolockr.cakewallet`, `wallets/<coin>/<name>/`,
Linux `~/.config/cake_wallet`.
Proof: a keys file of Monero's library below the app's folder, or the wallet folder's JSON snapshot.
Limits: no real file was at hand; the tests build one. The JSON snapshot is encrypted in newer versions.
Spec: Cake Wallet source (`pathForWallet`); Monero `wallet2.h`.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._monero_keys import is_keys_file
from chainlead.model import Chain

_PATH = re.compile(r"cake_?wallet.*/wallets/(\w{2,20})/([^/]+)/\2(?:\.keys)?$", re.IGNORECASE)
_COINS = {
    "monero": Chain.MONERO,
    "bitcoin": Chain.BITCOIN,
    "litecoin": Chain.LITECOIN,
    "ethereum": Chain.ETHEREUM,
    "bitcoinCash": Chain.BITCOIN_CASH,
    "tron": Chain.TRON,
}


class Cake(Wallet):
    """Files of `wallets/<coin>/<name>/<name>`."""

    name = "cake"
    paths = _PATH

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Check that the file is one of the app's kinds."""
        match = _PATH.search(file.path)
        if match is None:
            return None
        is_keys = file.path.endswith(".keys")
        if is_keys and not is_keys_file(file):
            return None
        chain = _COINS.get(match[1])
        reason = "the folder's name is this coin"
        return Recognised(
            check="keys file in Cake Wallet's folder"
            if is_keys
            else "wallet file in Cake Wallet's folder",
            candidates=(candidate(chain, reason),) if chain else (),
            detail={"encrypted_file": True, "named_by": "its folder"},
        )
