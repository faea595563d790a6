"""Bech32 addresses: segregated witness of Bitcoin and Litecoin, MWEB, and Zcash's `tex`.

Found in: everywhere; QR codes hold them in upper case. Proof: 30-bit code, prefix, version,
length. Limits: signet shares the prefix of testnet.
Spec: BIP-141, BIP-173, BIP-350; Litecoin `chainparams.cpp` and LIP-0004 (MWEB); ZIP-320 (tex).
"""

from typing import Final

from chainlead.codecs.bech32 import Bech32Kind, convert_bits, from_bech32, to_bech32_program
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

WITNESS_PREFIXES: Final = {
    "bc": (Chain.BITCOIN, Network.MAIN),
    "tb": (Chain.BITCOIN, Network.TEST),
    "bcrt": (Chain.BITCOIN, Network.REGTEST),
    "ltc": (Chain.LITECOIN, Network.MAIN),
    "tltc": (Chain.LITECOIN, Network.TEST),
    "rltc": (Chain.LITECOIN, Network.REGTEST),
}
_MWEB: Final = {"ltcmweb": Network.MAIN, "tmweb": Network.TEST}
_TEX: Final = {"tex": Network.MAIN, "textest": Network.TEST}
_PREFIX_OF: Final = {place: prefix for prefix, place in WITNESS_PREFIXES.items()} | {
    (Chain.BITCOIN, Network.SIGNET): "tb",
    (Chain.LITECOIN, Network.SIGNET): "tltc",
}
PREFIXES: Final = frozenset({*WITNESS_PREFIXES, *_MWEB, *_TEX})


def to_witness_address(
    version: int, program: bytes, chain: Chain, network: Network = Network.MAIN
) -> str:
    """The address of a witness program.

    Raises:
        CodecError: the chain has none, or version and length do not go together.
    """
    prefix = _PREFIX_OF.get((chain, network))
    if prefix is None:
        raise CodecError(f"{chain.value} has no witness addresses")
    _witness_form(version, len(program))
    kind = Bech32Kind.BECH32M if version else Bech32Kind.BECH32
    return to_bech32_program(prefix, version, program, kind)


def from_witness_address(text: str) -> tuple[int, bytes, Chain, Network]:
    """Version, program, chain and network of a witness address.

    Raises:
        CodecError: not a witness address of Bitcoin or Litecoin.
        ChecksumError: the checksum does not hold.
    """
    prefix, values, kind = from_bech32(text)
    if prefix not in WITNESS_PREFIXES:
        raise CodecError("no ledger here has witness addresses with this prefix")
    version, program = _witness(values, kind)
    return version, program, *WITNESS_PREFIXES[prefix]


def from_bech32_address(text: str) -> ParsedAddress:
    """Read a witness, MWEB or `tex` address.

    Raises:
        CodecError: prefix, version, length, padding or checksum kind do not go together.
        ChecksumError: the checksum does not hold.
    """
    lowered = text.lower()
    prefix, values, kind = from_bech32(text, capped=lowered.rpartition("1")[0] not in _MWEB)
    reason = f"prefix {prefix}"
    if prefix in WITNESS_PREFIXES:
        chain, network = WITNESS_PREFIXES[prefix]
        version, payload = _witness(values, kind)
        form = _witness_form(version, len(payload))
        if prefix == "tb":
            reason += "; signet has the same"
    elif prefix in _MWEB:
        chain, network, form = Chain.LITECOIN, _MWEB[prefix], "mweb"
        payload = bytes(convert_bits(values[1:], 5, 8, pad=False))
        if kind is not Bech32Kind.BECH32 or values[:1] != [0] or len(payload) != 66:
            raise CodecError("an MWEB address is bech32, version 0, with two keys of 33 bytes")
    elif prefix in _TEX:
        chain, network, form = Chain.ZCASH, _TEX[prefix], "tex"
        payload = bytes(convert_bits(values, 5, 8, pad=False))
        if kind is not Bech32Kind.BECH32M or len(payload) != 20:
            raise CodecError("a tex address is bech32m with a key hash of 20 bytes")
    else:
        raise CodecError("the checksum holds, but no ledger here uses this prefix")
    return ParsedAddress(text, lowered, form, (Candidate(chain, network, reason),), payload)


def _witness(values: list[int], kind: Bech32Kind) -> tuple[int, bytes]:
    if not values:
        raise CodecError("a witness address without a version")
    version = values[0]
    if kind is not (Bech32Kind.BECH32M if version else Bech32Kind.BECH32):
        raise CodecError("witness version 0 takes bech32, all later ones bech32m")
    program = bytes(convert_bits(values[1:], 5, 8, pad=False))
    _witness_form(version, len(program))
    return version, program


def _witness_form(version: int, length: int) -> str:
    if not 0 <= version <= 16 or not 2 <= length <= 40:
        raise CodecError("a witness has version 0 to 16 and a program of 2 to 40 bytes")
    if version == 0:
        if length not in (20, 32):
            raise CodecError("a version 0 witness program has 20 or 32 bytes")
        return "p2wpkh" if length == 20 else "p2wsh"
    return "p2tr" if (version, length) == (1, 32) else "witness"
