"""Shielded addresses of Zcash: `zs1…` (Sapling) and unified `u1…`.

Found in: notes, chats, donation pages, wallet exports.
Proof: bech32 or bech32m with 30 bits and the length; in a unified address also 128 bits of padding.
Limits: payments to shielded parts cannot be seen on the ledger; a `t1…` inside a unified address can,
and is in the detail as `transparent`.
Spec: ZIP-173, ZIP-316.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.codecs import parse_shielded
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain

_PREFIXES = ("zs1", "ztestsapling1", "u1", "utest1")


class ShieldedAddresses(Detector):
    """`zs1…` of 78 characters, `u1…` of 80 and more."""

    name = "address.zcash_shielded"
    shapes = (
        Shape("zZ", range(78, 95), Precheck.BECH32),
        Shape("uU", range(80, 128), Precheck.BECH32),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        if not run.text.lower().startswith(_PREFIXES):
            return
        try:
            address = parse_shielded(run.text)
        except CodecError:
            return
        detail: dict[str, Any] = {"form": f"zcash {address.form}"}
        if run.text != run.text.lower():
            detail["canonical"] = run.text.lower()
        if address.form == "unified":
            detail["receivers"] = list(address.receivers)
        if address.transparent:
            detail["transparent"] = address.transparent
        code = "bech32m" if address.form == "unified" else "bech32"
        proof = Proof(
            kind="address",
            certainty=Certainty.CHECKED,
            check_made=f"{code}: 30-bit code over prefix and data, length, parts",
            false_positive_rate="2^-30",
            candidates=(Candidate(Chain.ZCASH, address.network, "prefix of shielded Zcash"),),
            detail=detail,
        )
        yield Hit(run.start, run.end, run.text, proof)
