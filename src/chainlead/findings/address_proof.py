"""The proof behind an address: shared by the detectors of all families."""

from collections.abc import Iterator
from typing import Any

from chainlead.codecs import ParsedAddress, is_nobody, lookup_address
from chainlead.findings.detector import Detector, Hit, Proof, Run


def address_proof(parsed: ParsedAddress) -> Proof:
    """What a decoded address says about itself."""
    detail: dict[str, Any] = {"form": parsed.form}
    if parsed.canonical != parsed.text:
        detail["canonical"] = parsed.canonical
    if parsed.tag is not None:
        detail["destination_tag"] = parsed.tag
    if parsed.payment_id is not None:
        detail["payment_id"] = parsed.payment_id
    if parsed.classic is not None:
        detail["classic"] = parsed.classic
    if parsed.eip55 is not None and parsed.eip55 != parsed.text:
        detail["eip55"] = parsed.eip55
    return Proof(
        kind="address",
        certainty=parsed.certainty,
        check_made=parsed.check_made,
        false_positive_rate=parsed.false_positive_rate,
        candidates=parsed.candidates,
        detail=detail,
    )


class AddressDetector(Detector):
    """A run that decodes as an address of one of the family's forms."""

    forms: frozenset[str] = frozenset()
    """Form names of this family, so that no two detectors report the same address."""

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        parsed = lookup_address(run.text)
        if parsed is not None and parsed.form in self.forms and not is_nobody(run.text):
            yield Hit(run.start, run.end, run.text, address_proof(parsed))
