"""From a phrase or a private branch to public account keys, in memory only. Secret.

Assumption: BIP-39 phrase and passphrase, or seed bytes; the tree of BIP-32.
Known failure: another passphrase gives another, equally valid tree: nothing here can tell which one
was used. Spec: BIP-39 (PBKDF2-HMAC-SHA512, 2048 rounds), BIP-32.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chainlead.codecs.bip32 import HARDENED
from chainlead.codecs.extended_key import ExtendedKey, extended_key_versions
from chainlead.codecs.hashing import hash160
from chainlead.codecs.secp256k1 import ORDER, derive_public_key, is_private_key
from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError

_ROUNDS = 2048
_NO_PARENT = bytes(4)


def derive_bip39_seed(words: Sequence[str], passphrase: Secret | None = None) -> Secret:
    """The 64 bytes that grow from a phrase.

    Args:
        words: of one list, checked before.
        passphrase: UTF-8 text; none is the empty one.
    """
    phrase = unicodedata.normalize("NFKD", " ".join(word.lower() for word in words))
    more = passphrase.reveal().decode() if passphrase else ""
    salt = unicodedata.normalize("NFKD", f"mnemonic{more}")
    return Secret(hashlib.pbkdf2_hmac("sha512", phrase.encode(), salt.encode(), _ROUNDS))


def derive_electrum_seed(text: Secret, passphrase: Secret | None = None) -> Secret:
    """The 64 bytes that grow from a phrase of Electrum 2 or later, as `seed_text` wrote it."""
    more = passphrase.reveal().decode() if passphrase else ""
    salt = "electrum" + " ".join(unicodedata.normalize("NFKD", more).lower().split())
    return Secret(hashlib.pbkdf2_hmac("sha512", text.reveal(), salt.encode(), _ROUNDS))


@dataclass(frozen=True, slots=True)
class PrivateBranch:
    """One branch of a tree with its private key, sealed.

    Attributes:
        secret: chain code (32 bytes) and private key (32 bytes).
        parent_fingerprint: first 4 bytes of HASH160 of the parent's public key.
    """

    depth: int
    parent_fingerprint: bytes
    child_number: int
    secret: Secret

    @property
    def public_key(self) -> bytes:
        """33 bytes."""
        return derive_public_key(Secret(self.secret.reveal()[32:]))

    def child(self, index: int) -> "PrivateBranch":
        """The child with this index; from 2**31 on hardened.

        Raises:
            CodecError: out of range, or BIP-32 rules the child out (a chance of 2^-127).
        """
        if not 0 <= index < 1 << 32:
            raise CodecError("an index of BIP-32 has 32 bits")
        chain_code, key = self.secret.reveal()[:32], self.secret.reveal()[32:]
        public_key = self.public_key
        start = b"\0" + key if index >= HARDENED else public_key
        digest = hmac.new(chain_code, start + index.to_bytes(4, "big"), hashlib.sha512).digest()
        added = int.from_bytes(digest[:32], "big")
        number = (added + int.from_bytes(key, "big")) % ORDER
        if added >= ORDER or not is_private_key(number):
            raise CodecError("BIP-32 rules this child out")
        secret = Secret(digest[32:] + number.to_bytes(32, "big"))
        return PrivateBranch(self.depth + 1, hash160(public_key)[:4], index, secret)

    def descendant(self, path: Sequence[int]) -> "PrivateBranch":
        """The branch at the end of a path.

        Raises:
            CodecError: as for `child`.
        """
        branch = self
        for index in path:
            branch = branch.child(index)
        return branch

    def to_public(self, prefix: str = "xpub") -> ExtendedKey:
        """The public extended key of this branch.

        Raises:
            CodecError: no public version has this prefix.
        """
        for version in extended_key_versions().values():
            if version.prefix == prefix and version.is_private is False:
                return ExtendedKey(
                    version,
                    self.depth,
                    self.parent_fingerprint,
                    self.child_number,
                    self.public_key,
                    self.secret.reveal()[:32],
                    None,
                )
        raise CodecError("no public version has this prefix")


def derive_master(seed: Secret) -> PrivateBranch:
    """The root of the tree that grows from seed bytes.

    Raises:
        CodecError: BIP-32 rules the seed out (a chance of 2^-127).
    """
    digest = hmac.new(b"Bitcoin seed", seed.reveal(), hashlib.sha512).digest()
    if not is_private_key(int.from_bytes(digest[:32], "big")):
        raise CodecError("BIP-32 rules this seed out")
    return PrivateBranch(0, _NO_PARENT, 0, Secret(digest[32:] + digest[:32]))


def parse_path(path: str) -> tuple[int, ...]:
    """Steps of a path such as `m/84'/0'/0'`.

    Raises:
        CodecError: not such a path.
    """
    steps = []
    for part in path.removeprefix("m/").split("/") if path != "m" else ():
        digits = part.rstrip("'h")
        if not (digits.isascii() and digits.isdigit()) or len(part) - len(digits) > 1:
            raise CodecError("not a path of BIP-32")
        number = int(digits)
        if number >= HARDENED:
            raise CodecError("an index of BIP-32 has 31 bits before it is hardened")
        steps.append(number + (HARDENED if part != digits else 0))
    return tuple(steps)
