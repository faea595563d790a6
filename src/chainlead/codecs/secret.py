"""A value that nobody may read by accident.

Limits: Python cannot wipe memory, and a debugger sees everything; this stops accidents, not
attackers on the same machine.
"""

import hmac
from hashlib import sha256
from typing import NoReturn, final


@final
class Secret:
    """Bytes of a private key, seed or entropy; every way to print or store them is closed."""

    __slots__ = ("_content",)
    _content: bytes

    def __init__(self, content: bytes) -> None:
        """Wrap the bytes."""
        object.__setattr__(self, "_content", bytes(content))

    def reveal(self) -> bytes:
        """The bytes themselves: for deriving public keys, and for the sealed vault."""
        return self._content

    def fingerprint(self, case_key: bytes) -> str:
        """HMAC-SHA256 under the case key, as hex: equal in one case, useless in any other."""
        return hmac.new(case_key, self._content, sha256).hexdigest()

    def __setattr__(self, name: str, content: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __eq__(self, other: object) -> bool:
        """Whether the bytes are equal, in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._content, other._content)

    def __hash__(self) -> int:
        """Salted by the process, like every hash of bytes."""
        return hash((Secret, self._content))

    def __repr__(self) -> str:
        return "<secret>"

    def __str__(self) -> str:
        return "<secret>"

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __copy__(self) -> "Secret":
        """Itself: a second copy in memory serves nobody."""
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        """Itself: a second copy in memory serves nobody."""
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a secret is not written down")

    def __getstate__(self) -> NoReturn:
        """Refuse to be taken apart."""
        raise TypeError("a secret is not written down")
