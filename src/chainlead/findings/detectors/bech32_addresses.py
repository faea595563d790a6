"""Bech32 and Bech32m addresses: witness programs of Bitcoin and Litecoin, MWEB, Zcash `tex`.

Found in: notes, chats, wallet stores, saved pages, QR codes (there in upper case).
Proof: a 30-bit code over prefix and data, version and length.
Limits: signet and testnet share `tb`; addresses of less than 25 characters are not looked for.
Spec: BIP-173, BIP-350, LIP-0004 (MWEB), ZIP-320.
"""

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Precheck, Shape


class Bech32Addresses(AddressDetector):
    """`bc1…`, `ltc1…`, `ltcmweb1…`, `tex1…` and test networks, in lower or upper case."""

    name = "address.bech32"
    shapes = (Shape("bBlLtTrR", range(25, 128), Precheck.BECH32),)
    forms = frozenset({"p2wpkh", "p2wsh", "p2tr", "witness", "mweb", "tex"})
