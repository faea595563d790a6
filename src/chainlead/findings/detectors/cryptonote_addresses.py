"""Addresses of Monero and of Electroneum before March 2024.

Found in: notes, chats, mail, wallet exports, saved pages.
Proof: 32 bits of Keccak-256, a registered network tag, a length that fits the tag.
Limits: cut addresses (67 of 95 characters are common) cannot be checked and are no findings.
Spec: Monero and Electroneum `src/cryptonote_config.h`, Monero `src/common/base58.cpp`.
"""

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Precheck, Shape


class CryptonoteAddresses(AddressDetector):
    """Standard, integrated and sub-addresses: `4…`, `8…`, `etn…`, `f4V…` and test networks."""

    name = "address.cryptonote"
    shapes = (
        Shape("4857BA9", range(95, 96), Precheck.CRYPTONOTE),
        Shape("457BA9", range(106, 107), Precheck.CRYPTONOTE),
        Shape("e", range(98, 99), Precheck.CRYPTONOTE),
        Shape("f", range(109, 110), Precheck.CRYPTONOTE),
    )
    forms = frozenset({"cryptonote standard", "cryptonote integrated", "cryptonote subaddress"})
