"""Codes that name a payee without an address: `PM8T…` (BIP-47) and silent payments `sp1…` (BIP-352).

Found in: profiles, donation pages, notes, chats.
Proof: Base58Check of 80 bytes with a key inside (32 bits and more); or bech32m with 30 bits and two
keys inside.
Limits: a receiving identity, not an address: payments to it cannot be looked up from the code.
Spec: BIP-47, BIP-352.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.codecs import parse_payment_code, parse_silent_payment
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, Network


class PaymentCodes(Detector):
    """`PM8T…` of 116 characters, `sp1…` and `tsp1…` of 115 to 120."""

    name = "payment_code"
    shapes = (
        Shape("P", range(116, 117), Precheck.BASE58CHECK),
        Shape("sStT", range(115, 121), Precheck.BECH32),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        try:
            proof = _bip47(run.text) if run.text[0] == "P" else _bip352(run.text)
        except CodecError:
            return
        yield Hit(run.start, run.end, run.text, proof)


def _bip47(text: str) -> Proof:
    code = parse_payment_code(text)
    check = "Base58Check: 32 bits of double SHA-256, version 0x47, 80 bytes, a key inside"
    return _proof(check, "2^-32", Network.MAIN, {"form": "bip47", "version": code.version})


def _bip352(text: str) -> Proof:
    address = parse_silent_payment(text)
    detail = {
        "form": "silent payment",
        "version": address.version,
        "scan_key": address.scan_key.hex(),
        "spend_key": address.spend_key.hex(),
    }
    check = "bech32m: 30-bit code over prefix and data, two keys inside"
    return _proof(check, "2^-30", address.network, detail)


def _proof(check: str, rate: str, network: Network, detail: dict[str, Any]) -> Proof:
    return Proof(
        kind="payment_code",
        certainty=Certainty.CHECKED,
        check_made=check,
        false_positive_rate=rate,
        candidates=(
            Candidate(Chain.BITCOIN, network, "made for Bitcoin; relatives have copied it"),
        ),
        detail=detail,
    )
