"""Addresses of Ethereum and of every chain of its kind: `0x` and 40 hex digits.

Found in: everywhere; databases, JSON and links hold them in lower case.
Proof: EIP-55 in mixed case; in one case there is no checksum, so it is a shape only.
Limits: the text never says which EVM chain. Zero, burn and placeholder accounts and precompiles
are no findings. Addresses padded to 32 bytes in call data and log topics are not looked for.
Spec: EIP-55.
"""

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Precheck, Shape


class EvmAddresses(AddressDetector):
    """`0x…`, 42 characters."""

    name = "address.evm"
    shapes = (Shape("0", range(42, 43), Precheck.EVM),)
    forms = frozenset({"evm", "evm one-case"})
