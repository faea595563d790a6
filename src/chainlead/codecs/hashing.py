"""The hash functions of the ledgers, over standard library and pycryptodome.

Keccak-256 here is the padding of the original submission, as Ethereum and CryptoNote use it,
not SHA3-256 of FIPS 202.
"""

from hashlib import sha256

from Crypto.Hash import RIPEMD160, keccak


def sha256d(content: bytes) -> bytes:
    """SHA-256 of SHA-256: txids, block hashes, Base58Check."""
    return sha256(sha256(content).digest()).digest()


def hash160(content: bytes) -> bytes:
    """RIPEMD-160 of SHA-256: public keys and scripts in addresses."""
    digest: bytes = RIPEMD160.new(sha256(content).digest()).digest()
    return digest


def keccak256(content: bytes) -> bytes:
    """Keccak-256: EIP-55, event topics, CryptoNote checksums."""
    digest: bytes = keccak.new(digest_bits=256, data=content).digest()
    return digest
