"""Private keys that are encrypted with a passphrase (BIP-38), `6P…`.

Found in: paper wallets, notes, wallet exports.
Proof: 32 bits of double SHA-256, the two known prefixes, 39 bytes, possible flags.
Limits: the passphrase is not guessed. A secret: place, kind and keyed fingerprint only.
Spec: BIP-38.
"""

from collections.abc import Iterator

from chainlead.codecs import parse_bip38
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, Network

_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "BIP-38 names no coin; Bitcoin is the usual one"),
)


class Bip38Keys(Detector):
    """`6P…` of 58 characters."""

    name = "key.bip38"
    shapes = (Shape("6", range(58, 59), Precheck.BASE58CHECK),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            key = parse_bip38(run.text)
        except CodecError:
            return
        proof = Proof(
            kind="private_key",
            certainty=Certainty.CHECKED,
            check_made="Base58Check: 32 bits of double SHA-256, prefix, 39 bytes, flags",
            false_positive_rate="2^-32",
            candidates=_CANDIDATES,
            secret=key.secret,
            detail={"format": "bip38", "compressed": key.compressed, "encrypted": True},
        )
        yield Hit(run.start, run.end, None, proof)
