"""Private keys of Bitcoin and its relatives in wallet import format (WIF).

Found in: wallet exports, paper wallets, notes, chats.
Proof: 32 bits of double SHA-256, version byte, 32 or 33 bytes, a possible key.
Limits: forks share versions. A secret: reported by place, kind and keyed fingerprint only.
Spec: https://en.bitcoin.it/wiki/Wallet_import_format.
"""

from collections.abc import Iterator

from chainlead.codecs import parse_wif
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Certainty


class WifKeys(Detector):
    """`5…`, `K…`, `L…`, and the first letters of the other coins."""

    name = "key.wif"
    shapes = (Shape("5KLc9T67XQ", range(51, 53), Precheck.BASE58CHECK),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            key = parse_wif(run.text)
        except CodecError:
            return
        proof = Proof(
            kind="private_key",
            certainty=Certainty.CHECKED,
            check_made="Base58Check: 32 bits of double SHA-256, version, length, a valid key",
            false_positive_rate="2^-32",
            candidates=key.candidates,
            secret=key.secret,
            detail={"format": "wif", "compressed": key.compressed},
        )
        yield Hit(run.start, run.end, None, proof)
