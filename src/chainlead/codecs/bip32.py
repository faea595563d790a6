"""Children of public branches: from an extended public key to the public keys below it.

Assumption: only unhardened steps exist here; a hardened step needs the private key and is refused.
Limits: that a key can be derived does not say that anybody ever used it.
Spec: BIP-32, "Public parent key → public child key".
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chainlead.codecs.extended_key import ExtendedKey
from chainlead.codecs.secp256k1 import ORDER, add_to_points, from_public_key, to_public_key
from chainlead.errors import CodecError

HARDENED: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class PublicBranch:
    """A public key of 33 bytes with the chain code that leads to its children."""

    public_key: bytes
    chain_code: bytes

    def children(self, indices: Sequence[int]) -> list["PublicBranch"]:
        """The children with these indices, in their order.

        Raises:
            CodecError: an index is hardened or out of range, or BIP-32 rules a child out
                (a chance of 2^-127).
        """
        numbers: list[int] = []
        codes: list[bytes] = []
        for index in indices:
            if not 0 <= index < HARDENED:
                raise CodecError("a hardened step cannot be derived from a public key")
            content = self.public_key + index.to_bytes(4, "big")
            digest = hmac.new(self.chain_code, content, hashlib.sha512).digest()
            number = int.from_bytes(digest[:32], "big")
            if not 0 < number < ORDER:
                raise CodecError("BIP-32 rules this child out")
            numbers.append(number)
            codes.append(digest[32:])
        points = add_to_points(numbers, from_public_key(self.public_key))
        return [
            PublicBranch(to_public_key(point), code)
            for point, code in zip(points, codes, strict=True)
        ]

    def child(self, index: int) -> "PublicBranch":
        """One child.

        Raises:
            CodecError: as for `children`.
        """
        return self.children((index,))[0]

    def descendant(self, path: Sequence[int]) -> "PublicBranch":
        """The branch at the end of a path of unhardened steps.

        Raises:
            CodecError: as for `children`.
        """
        branch = self
        for index in path:
            branch = branch.child(index)
        return branch


def public_branch(key: ExtendedKey) -> PublicBranch:
    """The branch of a public extended key.

    Raises:
        CodecError: the key is private: its public part is derived on a person's order only.
    """
    if key.public_key is None or key.chain_code is None:
        raise CodecError("a private extended key is no public branch")
    return PublicBranch(key.public_key, key.chain_code)
