"""Base58Check strings of 20 bytes whose version byte belongs to no ledger that is listed here.

Found in: anywhere; clones of Bitcoin and Litecoin have addresses of this form.
Proof: 32 bits of double SHA-256 and the exact length; which coin it is, is not proved.
Limits: no candidate ledger; the name of a coin in the detail is the best known user of the version.
Spec: https://en.bitcoin.it/wiki/Base58Check_encoding, SLIP-0044 for the names, each coin's
`chainparams`.
"""

from collections.abc import Iterator

from chainlead.codecs import from_base58check, lookup_address
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Certainty

_BEST_KNOWN = {
    0x26: "Bitcoin Gold",
    0x34: "Namecoin",
    0x37: "Peercoin",
    0x3A: "Qtum",
    0x3C: "Komodo or Ravencoin",
    0x47: "Vertcoin",
}


class UnlistedAddresses(Detector):
    """Any first letter, 33 to 35 characters, a version that no other detector knows."""

    name = "address.unlisted"
    shapes = (
        Shape(
            "2456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
            range(33, 36),
            Precheck.BASE58CHECK,
        ),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            payload = from_base58check(run.text)
        except CodecError:
            return
        if len(payload) != 21 or lookup_address(run.text) is not None:
            return
        detail = {"form": "base58check", "version": f"0x{payload[0]:02x}"}
        if payload[0] in _BEST_KNOWN:
            detail["best_known_for"] = _BEST_KNOWN[payload[0]]
        proof = Proof(
            kind="address",
            certainty=Certainty.CHECKED,
            check_made="Base58Check: 32 bits of double SHA-256, 20 bytes; version of no listed chain",
            false_positive_rate="2^-32",
            detail=detail,
        )
        yield Hit(run.start, run.end, run.text, proof)
