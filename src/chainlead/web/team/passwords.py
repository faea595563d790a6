"""Passwords of a team: hashed with argon2id, checked in the same way for names that nobody has.

The parameters are the second choice of RFC 9106, section 4 (3 passes, 4 lanes, 64 MiB). A check
takes that much memory, so only a few run at one time and the others wait for a moment.
"""

from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from chainlead.errors import TeamError

MOST_CHARACTERS = 1_000
_AT_ONE_TIME = 4
_LONGEST_WAIT_S = 10


class Passwords:
    """Makes hashes and checks passwords against them."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        """Hash with these parameters from now on; older hashes are still read."""
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._turn = BoundedSemaphore(_AT_ONE_TIME)
        self._nobodys = self._hasher.hash("a password that opens nothing")

    def hash(self, password: str) -> str:
        """The hash that is kept of a password.

        Raises:
            TeamError: too many are hashed at this time.
        """
        with _Turn(self._turn):
            return self._hasher.hash(password)

    def is_right(self, kept: str | None, password: str) -> bool:
        """Whether this is the password of the hash; without one, as much work for a False.

        Raises:
            TeamError: too many are checked at this time.
        """
        compared, given = kept or self._nobodys, password
        if len(password) > MOST_CHARACTERS:
            compared, given = self._nobodys, ""
        with _Turn(self._turn):
            try:
                self._hasher.verify(compared, given)
            except (VerificationError, InvalidHashError):
                return False
        return compared == kept

    def is_weaker(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)


class _Turn:
    """One of the few places at which a password is checked."""

    def __init__(self, places: BoundedSemaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=_LONGEST_WAIT_S):
            raise TeamError(
                "Too many people log in at this moment.", next_step="Try again in a minute."
            )

    def __exit__(self, *_: object) -> None:
        self._places.release()
