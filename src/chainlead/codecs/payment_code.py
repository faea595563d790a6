"""Codes that name a payee without an address: payment codes (`PM8T…`) and silent payments (`sp1…`).

Found in: profiles, notes, donation pages. Proof: Base58Check of 80 bytes, or bech32m with 30 bits;
points of the curve inside. Limits: what was paid to such a code cannot be found from the code.
Spec: BIP-47, BIP-352.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import from_base58check, to_base58check
from chainlead.codecs.bech32 import Bech32Kind, convert_bits, from_bech32, to_bech32
from chainlead.codecs.secp256k1 import is_public_key
from chainlead.errors import CodecError
from chainlead.model import Network

_VERSION: Final = 0x47
_PREFIXES: Final = {"sp": Network.MAIN, "tsp": Network.TEST}


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """BIP-47: one public key and its chain code."""

    version: int
    public_key: bytes
    chain_code: bytes


@dataclass(frozen=True, slots=True)
class SilentPaymentAddress:
    """BIP-352: a key to scan with and a key to spend with, both public."""

    network: Network
    version: int
    scan_key: bytes
    spend_key: bytes


def parse_payment_code(text: str) -> PaymentCode:
    """Read a payment code.

    Raises:
        CodecError: not base58, another version or length, or no key inside.
        ChecksumError: the checksum does not hold.
    """
    payload = from_base58check(text)
    if len(payload) != 81 or payload[0] != _VERSION:
        raise CodecError("a payment code is version 0x47 and 80 bytes")
    if payload[1] not in (1, 2) or not is_public_key(payload[3:36]):
        raise CodecError("a payment code of an unknown version, or with no key inside")
    return PaymentCode(payload[1], payload[3:36], payload[36:68])


def to_payment_code(code: PaymentCode) -> str:
    """The text of a payment code without feature bits."""
    body = bytes([code.version, 0]) + code.public_key + code.chain_code + bytes(13)
    return to_base58check(bytes([_VERSION]) + body)


def parse_silent_payment(text: str) -> SilentPaymentAddress:
    """Read a silent payment address.

    Raises:
        CodecError: another prefix, version, length, or no keys inside.
        ChecksumError: the checksum does not hold.
    """
    prefix, values, kind = from_bech32(text, capped=False)
    if prefix not in _PREFIXES or kind is not Bech32Kind.BECH32M or not values:
        raise CodecError("a silent payment address is bech32m under sp or tsp")
    version = values[0]
    payload = bytes(convert_bits(values[1:], 5, 8, pad=False))
    if version > 30 or len(payload) < 66 or (version == 0 and len(payload) != 66):
        raise CodecError("a silent payment address holds two keys of 33 bytes")
    scan_key, spend_key = payload[:33], payload[33:66]
    if not (is_public_key(scan_key) and is_public_key(spend_key)):
        raise CodecError("the keys inside are no points of the curve")
    return SilentPaymentAddress(_PREFIXES[prefix], version, scan_key, spend_key)


def to_silent_payment(address: SilentPaymentAddress) -> str:
    """The text of a silent payment address."""
    prefix = next(p for p, network in _PREFIXES.items() if network is address.network)
    values = convert_bits(address.scan_key + address.spend_key, 8, 5, pad=True)
    return to_bech32(prefix, (address.version, *values), Bech32Kind.BECH32M)
