"""EVM addresses in ICAP form, `XE` and 32 or 33 letters and digits.

Found in: old wallets of Ethereum, old payment pages.
Proof: two digits modulo 97, as in an IBAN: 1 in 97.
Limits: a weak check, so *structured*; the form has gone out of use.
Spec: https://github.com/ethereum/wiki/wiki/ICAP (EIP draft 85, "Inter-exchange Client Address Protocol").
"""

import re
from collections.abc import Iterator

from chainlead.codecs import parse_address
from chainlead.findings.address_proof import address_proof
from chainlead.findings.detector import Detector, Hit, Proof, Run, Shape
from chainlead.model import Certainty

_FORM = re.compile(r"XE\d{2}[0-9A-Z]{30,31}")


class IcapAddresses(Detector):
    """34 or 35 upper-case characters."""

    name = "address.icap"
    shapes = (Shape("X", range(34, 36)),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Check the two digits and read the number."""
        if not _FORM.fullmatch(run.text):
            return
        turned = run.text[4:] + run.text[:4]
        number = int(run.text[4:], 36)
        if int("".join(str(int(letter, 36)) for letter in turned)) % 97 != 1 or number >> 160:
            return
        plain = address_proof(parse_address(f"0x{number:040x}"))
        proof = Proof(
            kind="address",
            certainty=Certainty.STRUCTURED,
            check_made="ICAP: two check digits modulo 97, a number of 160 bits",
            false_positive_rate="1 in 97",
            candidates=plain.candidates,
            detail={**plain.detail, "form": "icap", "canonical": f"0x{number:040x}"},
        )
        yield Hit(run.start, run.end, run.text, proof)
