"""EVM addresses filled up to 32 bytes, as contract calls and log topics hold them.

Found in: JSON of transactions and logs, explorers' pages, wallet databases, call data.
Proof: the structure of the ABI: words of 32 bytes, 12 of them zero, then 20 that are no small number.
Limits: no checksum, and a number of up to 160 bits looks the same: never more than *structured*.
Every address in a call is reported, contracts and services too.
Spec: https://docs.soliditylang.org/en/latest/abi-spec.html.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import is_nobody, parse_address
from chainlead.findings.address_proof import address_proof
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Certainty

_DIGITS = re.compile(r"(?:0x)?((?:[0-9a-f]{64})+|(?:[0-9A-F]{64})+)")
_CALL = re.compile(r"(?:0x)?[0-9a-f]{8}((?:[0-9a-f]{64})+)")
_WORD, _ZEROS = 64, "0" * 24
_MOST_LEADING_ZEROS = 6
_FEWEST_DIGITS = 8
_MOST_WORDS = 4096


class PaddedEvmAddresses(Detector):
    """Each word of 24 zeros and 40 hex digits in a run of whole words."""

    name = "address.evm_padded"
    shapes = (Shape("0123456789abcdefABCDEF", range(64, 128), Precheck.HEX),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Take the run apart in words."""
        if _ZEROS not in run.text:
            return
        match = _DIGITS.fullmatch(run.text) or _CALL.fullmatch(run.text)
        if match is None:
            return
        seen: set[str] = set()
        stop = min(match.end(1), match.start(1) + _WORD * _MOST_WORDS)
        for start in range(match.start(1), stop, _WORD):
            word = run.text[start : start + _WORD].lower()
            digits = word[24:]
            if not word.startswith(_ZEROS) or digits in seen or _is_number(digits):
                continue
            seen.add(digits)
            first = run.start + start + 24
            yield Hit(first, first + 40, f"0x{digits}", _proof(f"0x{digits}"))


def _is_number(digits: str) -> bool:
    zeros = len(digits) - len(digits.lstrip("0"))
    return (
        zeros > _MOST_LEADING_ZEROS or len(set(digits)) < _FEWEST_DIGITS or is_nobody(f"0x{digits}")
    )


def _proof(address: str) -> Proof:
    plain = address_proof(parse_address(address))
    return Proof(
        kind="address",
        certainty=Certainty.STRUCTURED,
        check_made="a word of 32 bytes: 12 zero bytes and 20 that are no small number",
        false_positive_rate="not measured (structure, no checksum)",
        candidates=plain.candidates,
        detail={**plain.detail, "written": "padded to 32 bytes"},
    )
