"""MultiBit HD: desktop wallet, encrypted as a whole.

Found in: `MultiBitHD/mbhd-*/mbhd.wallet.aes`, `rolling-backup`, `local-zip-backup`.
Proof: whole AES blocks that look random, under the program's own file or folder name.
Limits: the file has no mark of its own, so the name decides; under another name it is not recognised,
and nothing in it can be read. No real file was at hand; the tests build one.
Spec: btcrecover documentation (MultiBit HD); MultiBit HD source (`EncryptedFileReaderWriter`).
"""

import re

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate
from chainlead.findings.wallets._randomness import looks_random
from chainlead.model import Certainty, Chain

_PATH = re.compile(
    r"(?:mbhd[\w.-]*\.wallet\.aes|/mbhd-[0-9a-f]{8}(?:-[0-9a-f]{8}){4}/[\w./-]+\.aes)$"
)


class MultibitHd(Wallet):
    """AES blocks without a header."""

    name = "multibit-hd"
    paths = _PATH

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Whole blocks of random bytes."""
        content = file.content
        if not file.view.is_whole or len(content) % 16 or not looks_random(content):
            return None
        return Recognised(
            check="whole AES blocks under MultiBit HD's own file name",
            span=(0, 16),
            certainty=Certainty.SHAPE,
            candidates=(candidate(Chain.BITCOIN, "MultiBit HD is for Bitcoin"),),
            detail={"encrypted_file": True, "named_by": "its name"},
        )
