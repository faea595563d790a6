"""Version bytes of Base58Check addresses, and which ledgers use each.

Spec: `chainparams.cpp` of Bitcoin, Litecoin, Dash, Dogecoin and Zcash; `cashaddr.md` on the legacy
form of Bitcoin Cash; TRON "Account" documentation.
Limits: many more coins reuse these bytes; the reasons say so where it is known to mislead.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.model import Candidate, Chain, Network

_C = Candidate
MAIN, TEST, REGTEST = Network.MAIN, Network.TEST, Network.REGTEST
BITCOIN, BITCOIN_CASH, LITECOIN = Chain.BITCOIN, Chain.BITCOIN_CASH, Chain.LITECOIN
DASH, DOGECOIN, ZCASH, TRON = Chain.DASH, Chain.DOGECOIN, Chain.ZCASH, Chain.TRON


@dataclass(frozen=True, slots=True)
class Base58Version:
    """One version prefix: the form behind it and the ledgers that use it, best first."""

    form: str
    candidates: tuple[Candidate, ...]


VERSIONS: Final[dict[bytes, Base58Version]] = {
    b"\x00": Base58Version(
        "p2pkh",
        (
            _C(BITCOIN, MAIN, "version 0x00 is Bitcoin's key-hash address"),
            _C(BITCOIN_CASH, MAIN, "Bitcoin Cash (and Bitcoin SV) legacy form is the same text"),
        ),
    ),
    b"\x05": Base58Version(
        "p2sh",
        (
            _C(BITCOIN, MAIN, "version 0x05 is Bitcoin's script-hash address"),
            _C(BITCOIN_CASH, MAIN, "Bitcoin Cash legacy form is the same text"),
            _C(LITECOIN, MAIN, "Litecoin wrote script-hash addresses so until 2017"),
        ),
    ),
    b"\x30": Base58Version("p2pkh", (_C(LITECOIN, MAIN, "version 0x30"),)),
    b"\x32": Base58Version("p2sh", (_C(LITECOIN, MAIN, "version 0x32"),)),
    b"\x4c": Base58Version("p2pkh", (_C(DASH, MAIN, "version 0x4C; a few small coins share it"),)),
    b"\x10": Base58Version("p2sh", (_C(DASH, MAIN, "version 0x10; a few small coins share it"),)),
    b"\x1e": Base58Version(
        "p2pkh", (_C(DOGECOIN, MAIN, "version 0x1E; Verge and others share it"),)
    ),
    b"\x16": Base58Version("p2sh", (_C(DOGECOIN, MAIN, "version 0x16"),)),
    b"\x1c\xb8": Base58Version("p2pkh", (_C(ZCASH, MAIN, "version 0x1CB8, transparent t1"),)),
    b"\x1c\xbd": Base58Version("p2sh", (_C(ZCASH, MAIN, "version 0x1CBD, transparent t3"),)),
    b"\x1d\x25": Base58Version("p2pkh", (_C(ZCASH, TEST, "version 0x1D25, transparent tm"),)),
    b"\x1c\xba": Base58Version("p2sh", (_C(ZCASH, TEST, "version 0x1CBA, transparent t2"),)),
    b"\x41": Base58Version(
        "tron", (_C(TRON, MAIN, "version 0x41; clones such as TenUp share it"),)
    ),
    b"\x6f": Base58Version(
        "p2pkh",
        (
            _C(BITCOIN, TEST, "version 0x6F is Bitcoin's test form (testnet, signet, regtest)"),
            _C(LITECOIN, TEST, "Litecoin's test form is the same text"),
            _C(BITCOIN_CASH, TEST, "Bitcoin Cash's legacy test form is the same text"),
            _C(DOGECOIN, REGTEST, "Dogecoin's regtest form is the same text"),
        ),
    ),
    b"\xc4": Base58Version(
        "p2sh",
        (
            _C(BITCOIN, TEST, "version 0xC4 is Bitcoin's test form (testnet, signet, regtest)"),
            _C(LITECOIN, TEST, "Litecoin's older test form is the same text"),
            _C(BITCOIN_CASH, TEST, "Bitcoin Cash's legacy test form is the same text"),
            _C(DOGECOIN, TEST, "Dogecoin's test form is the same text"),
        ),
    ),
    b"\x3a": Base58Version("p2sh", (_C(LITECOIN, TEST, "version 0x3A"),)),
    b"\x8c": Base58Version("p2pkh", (_C(DASH, TEST, "version 0x8C"),)),
    b"\x13": Base58Version("p2sh", (_C(DASH, TEST, "version 0x13"),)),
    b"\x71": Base58Version("p2pkh", (_C(DOGECOIN, TEST, "version 0x71"),)),
}

WRITTEN: Final[dict[tuple[Chain, bool], tuple[bytes, bytes]]] = {
    (BITCOIN, True): (b"\x00", b"\x05"),
    (BITCOIN, False): (b"\x6f", b"\xc4"),
    (BITCOIN_CASH, True): (b"\x00", b"\x05"),
    (BITCOIN_CASH, False): (b"\x6f", b"\xc4"),
    (LITECOIN, True): (b"\x30", b"\x32"),
    (LITECOIN, False): (b"\x6f", b"\x3a"),
    (DASH, True): (b"\x4c", b"\x10"),
    (DASH, False): (b"\x8c", b"\x13"),
    (DOGECOIN, True): (b"\x1e", b"\x16"),
    (DOGECOIN, False): (b"\x71", b"\xc4"),
    (ZCASH, True): (b"\x1c\xb8", b"\x1c\xbd"),
    (ZCASH, False): (b"\x1d\x25", b"\x1c\xba"),
}
"""Key-hash and script-hash version that each ledger writes today, by chain and whether it is the
main network."""
