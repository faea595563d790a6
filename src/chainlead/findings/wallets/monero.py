r"""Monero: CLI, GUI, Feather and other programs on its wallet library.

Found in: `~/Monero/wallets`, `Documents\\Monero\\wallets`, `feather_data/wallets`, under any name.
Proof: a `.keys` file is 8 bytes of vector, a length that fits the file to the byte, then cipher text.
Limits: the length alone fits 1 of 65,536 random files, so without the name `.keys` it is a shape only.
Nothing but its existence can be read; the address stands in `<name>.address.txt`, if that was made.
Spec: Monero `wallet2.cpp` (`keys_file_data`: IV and encrypted JSON); test files in `tests/data`.
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._monero_keys import is_keys_file
from chainlead.model import Certainty, Chain

_CAKE = ("cake_wallet", "cakewallet")


class Monero(Wallet):
    """`<name>.keys`."""

    name = "monero"
    paths = re.compile(r"[^/]$")

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Check the frame of the keys file."""
        path = file.path.lower()
        if any(mark in path for mark in _CAKE) or not is_keys_file(file):
            return None
        is_named = path.endswith(".keys")
        return Recognised(
            check="vector, a length that fits to the byte, cipher text: a keys file",
            span=(0, 10),
            certainty=Certainty.STRUCTURED if is_named else Certainty.SHAPE,
            false_positive_rate="2^-16 of random files"
            if not is_named
            else "2^-16 of `.keys` files",
            candidates=(candidate(Chain.MONERO, "keys file of Monero's wallet library"),),
            detail={"encrypted_file": True, "program": "feather" if "feather" in path else ""},
        )
