"""EIP-55: upper and lower case as the checksum of an EVM address.

Proof: each letter's case is one bit of Keccak-256 of the lower-case hex digits.
Limits: about 2^-15 for a typical address (one bit per letter); a text in one case has no check.
Spec: EIP-55.
"""

from chainlead.codecs.hashing import keccak256
from chainlead.errors import CodecError


def to_eip55(account: bytes) -> str:
    """`0x` and 40 hex digits in the case that EIP-55 asks for.

    Raises:
        CodecError: an account has 20 bytes.
    """
    if len(account) != 20:
        raise CodecError("an EVM account has 20 bytes")
    digits = account.hex()
    pattern = keccak256(digits.encode()).hex()
    cased = (d.upper() if p >= "8" else d for d, p in zip(digits, pattern, strict=False))
    return "0x" + "".join(cased)
