"""The frame of a keys file of Monero's wallet library: vector, length, cipher text.

Limits: says nothing about which coin or program; Cake Wallet and forks of Monero share it.
Spec: Monero `wallet2.h` (`keys_file_data`), `serialization/crypto.h` (8 bytes), `serialization/string.h`.
"""

from chainlead.findings.wallet import WalletFile
from chainlead.findings.wallets._randomness import looks_random

_SMALLEST, _LARGEST = 300, 64 << 10


def is_keys_file(file: WalletFile) -> bool:
    """Whether the bytes are exactly such a frame."""
    content = file.content
    if not file.view.is_whole or not _SMALLEST <= len(content) <= _LARGEST:
        return False
    size = at = 0
    for at in range(3):
        byte = content[8 + at]
        size |= (byte & 0x7F) << 7 * at
        if byte < 0x80:
            break
    return len(content) == 9 + at + size and looks_random(content[9 + at :])
