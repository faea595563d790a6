"""Addresses of Ethereum and of every chain that shares its form.

Found in: everywhere; databases and links hold them in lower case. Proof: EIP-55 in mixed case,
nothing in one case. Limits: the text never says which EVM chain. Spec: EIP-55.
"""

import re
from typing import Final

from chainlead.codecs.eip55 import to_eip55
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Candidate, Certainty, Chain, Network

_SHAPE: Final = re.compile(r"0[xX]([0-9a-fA-F]{40})")
_CANDIDATES: Final = (
    Candidate(
        Chain.ETHEREUM,
        Network.MAIN,
        "0x form; the same account exists on any EVM chain (BNB, Polygon, Arbitrum, test nets …)",
    ),
    Candidate(
        Chain.ELECTRONEUM_SMART_CHAIN,
        Network.MAIN,
        "0x form; Electroneum is an EVM chain (id 52014) since March 2024",
    ),
)
NOBODY: Final = frozenset(
    {
        "0x" + "0" * 40,
        "0x" + "0" * 36 + "dead",
        "0xdead" + "0" * 36,
        "0x" + "e" * 40,
        "0x" + "f" * 40,
        "0x" + "0" * 39 + "1",
        "0xdeaddeaddeaddeaddeaddeaddeaddeaddeaddead",
    }
)
"""Accounts that stand for nobody: zero, burn addresses, the usual sign for the native coin."""


def from_evm_address(text: str) -> ParsedAddress:
    """Read `0x` and 40 hex digits.

    Raises:
        CodecError: not that shape.
        ChecksumError: upper and lower case mixed, and not as EIP-55 mixes them.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise CodecError("an EVM address is 0x and 40 hex digits")
    digits = match[1]
    account = bytes.fromhex(digits)
    canonical, eip55 = "0x" + digits.lower(), to_eip55(account)
    if digits in (digits.lower(), digits.upper()):
        form, certainty, rate = "evm one-case", Certainty.SHAPE, ""
    elif "0x" + digits == eip55:
        form, certainty = "evm", Certainty.CHECKED
        rate = f"2^-{sum(digit.isalpha() for digit in digits)}"
    else:
        raise ChecksumError("the EIP-55 checksum (upper and lower case) does not hold")
    return ParsedAddress(
        text,
        canonical,
        form,
        _CANDIDATES,
        account,
        certainty,
        eip55=eip55,
        false_positive_rate=rate,
    )


def is_nobody(text: str) -> bool:
    """Whether an EVM address stands for nobody: zero, burn and placeholder accounts, precompiles."""
    lowered = text.lower()
    return lowered in NOBODY or (len(lowered) == 42 and lowered.startswith("0x" + "0" * 37))
