"""Addresses of the XRP Ledger: classic `r…` and X-addresses, which hold the destination tag.

Found in: notes, chats, exchange mails, payment links.
Proof: 32 bits of double SHA-256 in the ripple alphabet, version, length.
Limits: the tag of a classic address stands elsewhere; the same address with another tag is
another customer of the same exchange.
Spec: https://xrpl.org/docs/references/protocol/data-types/base58-encodings, XLS-5d.
"""

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Shape


class XrpAddresses(AddressDetector):
    """`r…` of 25 to 35 characters, `X…` and `T…` of 47."""

    name = "address.xrp"
    shapes = (Shape("r", range(25, 36)), Shape("XT", range(47, 48)))
    forms = frozenset({"xrp classic", "xrp x-address"})
