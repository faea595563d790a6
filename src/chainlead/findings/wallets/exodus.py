"""Exodus: desktop wallet for many coins.

Found in: `Exodus/exodus.wallet/{seed,info,storage,twofactor…}.seco`, `Backups`, under any name.
Proof: the magic `SECO`, names of application and version in the header, and where the layout holds a
SHA-256 over all that follows the checksum.
Limits: all content is encrypted. No real file was at hand; the tests build one to the published layout.
Spec: ExodusMovement `seco-file` and `secure-container` (header of 224 bytes, checksum of 32).
"""

from hashlib import sha256

from chainlead.findings.wallet import Recognised, Wallet, WalletFile, word
from chainlead.model import Certainty

_MAGIC = b"SECO"
_HEADER_BYTES = 224


class Exodus(Wallet):
    """A secure container."""

    name = "exodus"
    starts = (_MAGIC,)

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read the three names of the header and test the checksum."""
        content = file.content
        if not content.startswith(_MAGIC) or len(content) < _HEADER_BYTES + 32:
            return None
        names = _names(content[12:_HEADER_BYTES])
        if len(names) < 3 or not names[0].startswith("seco-"):
            return None
        is_checked = (
            file.view.is_whole
            and sha256(content[_HEADER_BYTES + 32 :]).digest()
            == content[_HEADER_BYTES : _HEADER_BYTES + 32]
        )
        return Recognised(
            check="SECO header" + (" and SHA-256 of the rest" if is_checked else ""),
            certainty=Certainty.CHECKED if is_checked else Certainty.STRUCTURED,
            false_positive_rate="2^-256" if is_checked else "not measured (structure, no checksum)",
            detail={
                "encrypted_file": True,
                "container": word(names[0]),
                "program": word(names[1]),
                "version": word(names[2]),
                "checksum_holds": is_checked,
            },
            value="exodus" if names[1].lower() == "exodus" else "seco-container",
        )


def _names(header: bytes) -> list[str]:
    """Texts with a length byte in front."""
    found: list[str] = []
    at = 0
    while len(found) < 3 and at < len(header):
        size = header[at]
        text = header[at + 1 : at + 1 + size]
        if not size or len(text) < size or not text.isascii():
            break
        found.append(text.decode("ascii"))
        at += 1 + size
    return found
