"""Output descriptors: one line that says which scripts a wallet watches.

Found in: exports of Bitcoin Core, Sparrow, Specter, hardware wallets; wallet databases; notes.
Proof: an extended key with its own checksum inside, the grammar, and where `#` follows 40 bits over the
whole line.
Limits: descriptors of plain public keys only, and those that are split over lines, are not found.
One with a private key is a secret: place, kind and keyed fingerprint only.
Spec: BIP-380 to BIP-386, BIP-389.
"""

import re
from collections.abc import Iterator
from typing import Any

from chainlead.codecs import (
    ExtendedKey,
    Secret,
    descriptor_checksum,
    parse_extended_key,
    parse_output_descriptor,
)
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Certainty

_REACH = 4096
_BODY = r"[0-9A-Za-z()\[\],'/*<>;@:{}_+-]"
_BEFORE = re.compile(rf"(?<![0-9A-Za-z_])(?:(?:sh|wsh|pkh|wpkh|tr|combo)\({_BODY}*)$")
_AFTER = re.compile(rf"{_BODY}*\)(?:#(?P<sum>[02-9ac-hj-np-z]{{8}})(?![0-9A-Za-z]))?")
_KEY = re.compile(r"[0-9A-Za-z]{107,114}")


class Descriptors(Detector):
    """The line around an extended key; reported at its first key."""

    name = "descriptor"
    shapes = (Shape("xyzYZtuvUVLMdDr", range(107, 115), Precheck.BASE58CHECK),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Look for a function around the key."""
        data = run.view.data
        before = data[max(0, run.start - _REACH) : run.start].decode("latin-1")
        opening = _BEFORE.search(before)
        if opening is None or _KEY.search(opening[0]):
            return
        closing = _AFTER.match(data[run.end : run.end + _REACH].decode("latin-1"))
        if closing is None:
            return
        try:
            key = parse_extended_key(run.text)
        except CodecError:
            return
        start, end = run.start - len(opening[0]), run.end + closing.end()
        proof = _proof(opening[0] + run.text + closing[0], key, is_summed=bool(closing["sum"]))
        if proof is not None:
            yield Hit(start, end, None if proof.secret else run.view.text(start, end), proof)


def _proof(text: str, key: ExtendedKey, *, is_summed: bool) -> Proof | None:
    body, _mark, written = text.partition("#")
    detail: dict[str, Any] = {"with_checksum": is_summed}
    try:
        if is_summed and descriptor_checksum(body) != written:
            return None
        if not _is_private(body):
            descriptor = parse_output_descriptor(text)
            detail |= {
                "script": descriptor.kind,
                "keys": len(descriptor.keys),
                "signatures_needed": descriptor.needed or 1,
                "branches": descriptor.branch_count,
                "origins": [f"{k.fingerprint}{k.origin}" for k in descriptor.keys if k.fingerprint],
            }
    except CodecError:
        if not is_summed:
            return None
    return Proof(
        kind="descriptor",
        certainty=Certainty.CHECKED if is_summed else Certainty.STRUCTURED,
        check_made="BIP-380: 40-bit checksum over the whole line"
        if is_summed
        else "grammar of descriptors around an extended key with its own checksum",
        false_positive_rate="2^-40" if is_summed else "2^-32 for the key inside",
        candidates=key.candidates,
        secret=Secret(body.encode()) if _is_private(body) else None,
        detail=detail,
    )


def _is_private(body: str) -> bool:
    """Whether any extended key inside can spend."""
    for match in _KEY.finditer(body):
        try:
            if parse_extended_key(match[0]).is_private:
                return True
        except CodecError:
            continue
    return False
