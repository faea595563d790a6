"""Base58Check addresses of Bitcoin and its relatives: version byte, 20 bytes of hash.

Found in: notes, chats, mail, wallet stores, saved pages.
Proof: 32 bits of double SHA-256, a registered version, the exact length.
Limits: the checksum proves the string, not the coin: `3…` is Bitcoin, Bitcoin Cash or old
Litecoin, and unlisted clones reuse versions; so there are candidates, not one chain.
Spec: https://en.bitcoin.it/wiki/Base58Check_encoding and each coin's `chainparams`.
"""

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Precheck, Shape


class Base58Addresses(AddressDetector):
    """`1…`, `3…`, `L…`, `M…`, `X…`, `7…`, `D…`, `9…`, `A…`, `t1…`, `t3…`, `T…` and test networks."""

    name = "address.base58check"
    shapes = (
        Shape("123LMX789ADTQmny", range(26, 36), Precheck.BASE58CHECK),
        Shape("t", range(35, 37), Precheck.BASE58CHECK),
    )
    forms = frozenset({"p2pkh", "p2sh", "tron"})
