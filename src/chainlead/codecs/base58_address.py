"""Base58Check addresses of Bitcoin, its relatives and TRON.

Found in: everywhere. Proof: 32 bits of double SHA-256, a known version, 20 bytes of hash.
Limits: the version names a form, not one coin: see the candidates. Spec: see `base58_versions`.
"""

from chainlead.codecs.base58 import from_base58check, to_base58check
from chainlead.codecs.base58_versions import VERSIONS, WRITTEN
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import CodecError
from chainlead.model import Chain, Network


def from_base58_address(text: str) -> ParsedAddress:
    """Read a Base58Check address in the Bitcoin alphabet.

    Raises:
        CodecError: not base58, no known version, or not 20 bytes of hash.
        ChecksumError: the checksum does not hold.
    """
    payload = from_base58check(text)
    version = VERSIONS.get(payload[:-20])
    if version is None or len(payload) not in (21, 22):
        raise CodecError("the checksum holds, but no ledger here uses its version byte and length")
    return ParsedAddress(text, text, version.form, version.candidates, payload[-20:])


def to_base58_address(
    digest: bytes, chain: Chain, network: Network = Network.MAIN, *, script: bool = False
) -> str:
    """The Base58Check address of a 20-byte key hash or script hash.

    Raises:
        CodecError: the chain has no such addresses, or the hash does not have 20 bytes.
    """
    if chain is Chain.TRON and not script and len(digest) == 20:
        return to_base58check(b"\x41" + digest)
    versions = WRITTEN.get((chain, network is Network.MAIN))
    if versions is None or len(digest) != 20:
        raise CodecError(f"{chain.value} has no Base58Check address of {len(digest)} bytes")
    return to_base58check(versions[script] + digest)


def address_from_public_key_hash(
    key_hash: bytes, chain: Chain, network: Network = Network.MAIN
) -> str:
    """The key-hash address (P2PKH, or TRON's account) of 20 bytes.

    Raises:
        CodecError: the chain has no such addresses, or the hash does not have 20 bytes.
    """
    return to_base58_address(key_hash, chain, network)
