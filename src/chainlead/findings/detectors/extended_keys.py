"""Extended keys of hierarchical wallets: `xpub`, `ypub`, `zpub`, `Ltub` … and their private twins.

Found in: wallet files, exports and backups, hardware wallet software, descriptors.
Proof: 32 bits of double SHA-256, a registered version, 78 bytes, a possible key inside.
Limits: the version is what a wallet wrote: many write `xpub` for every coin and script type.
A private one is a secret: it is reported by place, kind and keyed fingerprint only.
Spec: BIP-32, SLIP-0132.
"""

from collections.abc import Iterator

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Certainty


class ExtendedKeys(Detector):
    """Public extended keys with their value, private ones sealed."""

    name = "key.extended"
    shapes = (Shape("xyzYZtuvUVLMdDr", range(107, 115), Precheck.BASE58CHECK),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            key = parse_extended_key(run.text)
        except CodecError:
            return
        detail = {
            "prefix": key.version.prefix,
            "depth": key.depth,
            "last_step": key.path_step,
            "parent_fingerprint": key.parent_fingerprint.hex(),
            "derives": key.version.derives,
            "private": key.is_private,
        }
        proof = Proof(
            kind="extended_key",
            certainty=Certainty.CHECKED,
            check_made="Base58Check: 32 bits of double SHA-256, version, 78 bytes, a valid key",
            false_positive_rate="2^-32",
            candidates=key.candidates,
            secret=key.secret,
            detail=detail,
        )
        yield Hit(run.start, run.end, None if key.is_private else run.text, proof)
