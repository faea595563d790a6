"""Addresses of the XRP Ledger: classic (`r…`) and X-address (`X…`, `T…`) with destination tag.

Found in: everywhere; the tag of a classic address stands in another field.
Proof: Base58Check in the ripple alphabet, prefix, length, flags.
Limits: a classic address has no network in it. Same address with another tag is another customer.
Spec: XRPL "base58 encodings"; XLS-5d (X-address).
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import RIPPLE_ALPHABET, from_base58check, to_base58check
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

_X_PREFIX: Final = {b"\x05\x44": Network.MAIN, b"\x04\x93": Network.TEST}
_PREFIX_OF: Final = {network: prefix for prefix, network in _X_PREFIX.items()}


@dataclass(frozen=True, slots=True)
class XAddress:
    """Account of 20 bytes, destination tag (or none), network."""

    account: bytes
    tag: int | None
    network: Network


def to_xrp_classic(account: bytes) -> str:
    """The classic address of an account of 20 bytes.

    Raises:
        CodecError: not 20 bytes.
    """
    if len(account) != 20:
        raise CodecError("an XRP account has 20 bytes")
    return to_base58check(b"\0" + account, RIPPLE_ALPHABET)


def from_xrp_classic(text: str) -> bytes:
    """The account of a classic address.

    Raises:
        CodecError: not base58 in the ripple alphabet, or not version 0 and 20 bytes.
        ChecksumError: the checksum does not hold.
    """
    payload = from_base58check(text, RIPPLE_ALPHABET)
    if len(payload) != 21 or payload[0]:
        raise CodecError("a classic XRP address is version 0 and 20 bytes")
    return payload[1:]


def to_x_address(address: XAddress) -> str:
    """The X-address of an account and tag.

    Raises:
        CodecError: not 20 bytes, a tag over 32 bits, or a network without X-addresses.
    """
    prefix = _PREFIX_OF.get(address.network)
    tag = address.tag
    if prefix is None or len(address.account) != 20 or not 0 <= (tag or 0) < 1 << 32:
        raise CodecError("an X-address has a network, 20 bytes of account and a 32-bit tag")
    flag = b"\0" if tag is None else b"\1"
    end = (tag or 0).to_bytes(8, "little")
    return to_base58check(prefix + address.account + flag + end, RIPPLE_ALPHABET)


def from_x_address(text: str) -> XAddress:
    """Account, tag and network of an X-address.

    Raises:
        CodecError: not base58 in the ripple alphabet, wrong prefix or length, or reserved bits set.
        ChecksumError: the checksum does not hold.
    """
    payload = from_base58check(text, RIPPLE_ALPHABET)
    network = _X_PREFIX.get(payload[:2])
    if network is None or len(payload) != 31:
        raise CodecError("an X-address has a two-byte prefix and 29 bytes")
    flag, tag = payload[22], int.from_bytes(payload[23:], "little")
    if flag > 1 or tag >> 32 or (tag and not flag):
        raise CodecError("an X-address with reserved flag or tag bits set")
    return XAddress(payload[2:22], tag if flag else None, network)


def from_xrp_address(text: str) -> ParsedAddress:
    """Read either form.

    Raises:
        CodecError: neither form.
        ChecksumError: the checksum does not hold.
    """
    if text[:1] == "r":
        reason = "ripple alphabet, version 0; the classic form is the same on test networks"
        candidates = (Candidate(Chain.XRP, Network.MAIN, reason),)
        return ParsedAddress(text, text, "xrp classic", candidates, from_xrp_classic(text))
    address = from_x_address(text)
    candidates = (Candidate(Chain.XRP, address.network, f"X-address for {address.network.value}"),)
    return ParsedAddress(
        text,
        text,
        "xrp x-address",
        candidates,
        address.account,
        tag=address.tag,
        classic=to_xrp_classic(address.account),
    )
