"""CashAddr addresses of Bitcoin Cash, with their prefix or without it.

Found in: notes, payment links, wallet exports.
Proof: a 40-bit code over prefix and data, type and size.
Limits: an address without its prefix is found for the main network only.
Spec: https://reference.cash/protocol/blockchain/encoding/cashaddr.
"""

from collections.abc import Iterator

from chainlead.codecs import lookup_address
from chainlead.findings.address_proof import address_proof
from chainlead.findings.detector import Detector, Hit, Precheck, Run, Shape

_PREFIXES = (b"bitcoincash:", b"bchtest:", b"bchreg:")
_FORMS = frozenset({"cashaddr p2pkh", "cashaddr p2sh"})


class CashAddresses(Detector):
    """`bitcoincash:q…`, `bitcoincash:p…`, and both without the prefix."""

    name = "address.cashaddr"
    shapes = (
        Shape("qpzrQPZR", range(42, 43), Precheck.CASHADDR),
        Shape("qpzrQPZR", range(61, 62), Precheck.CASHADDR),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the run with the prefix in front of it, if there is one."""
        start = run.start
        for prefix in _PREFIXES:
            if run.view.data[max(0, start - len(prefix)) : start].lower() == prefix:
                start -= len(prefix)
                break
        text = run.view.text(start, run.end)
        parsed = lookup_address(text)
        if parsed is not None and parsed.form in _FORMS:
            yield Hit(start, run.end, text, address_proof(parsed))
