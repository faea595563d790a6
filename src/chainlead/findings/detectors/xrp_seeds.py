"""Seeds (family seeds) of XRP Ledger accounts, `s…` and `sEd…`.

Found in: notes, wallet exports, chats.
Proof: 32 bits of double SHA-256 in the ripple alphabet, prefix, 16 bytes.
Limits: secret numbers and passphrases are not looked for. A secret: place, kind and keyed
fingerprint only.
Spec: https://xrpl.org/docs/concepts/accounts/cryptographic-keys.
"""

from collections.abc import Iterator

from chainlead.codecs import parse_xrp_seed
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, Network

_CANDIDATES = (Candidate(Chain.XRP, Network.MAIN, "a seed names no network"),)


class XrpSeeds(Detector):
    """`s…` of 27 to 31 characters."""

    name = "key.xrp_seed"
    shapes = (Shape("s", range(27, 32), Precheck.RIPPLE58CHECK),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            seed = parse_xrp_seed(run.text)
        except CodecError:
            return
        proof = Proof(
            kind="private_key",
            certainty=Certainty.CHECKED,
            check_made="Base58Check in the ripple alphabet: 32 bits, prefix, 16 bytes",
            false_positive_rate="2^-32",
            candidates=_CANDIDATES,
            secret=seed.secret,
            detail={"format": "xrp_seed", "algorithm": seed.algorithm},
        )
        yield Hit(run.start, run.end, None, proof)
