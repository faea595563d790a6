"""Secret numbers of Xaman (XUMM): eight groups of six digits, labelled A to H. Secret.

Found in: notes, photographs' texts. Proof: each group is a number of 16 bits and a digit that
checks it: about 30 bits in all. Limits: groups in another order are not read.
Spec: XLS-12, "Secret Numbers".
"""

from collections.abc import Sequence
from typing import Final

from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

GROUPS: Final = 8
_FEWEST_DISTINCT: Final = 6


def parse_secret_numbers(groups: Sequence[str]) -> Secret:
    """The 16 bytes behind eight groups of six digits.

    Raises:
        CodecError: not eight groups of six digits, a number beyond 16 bits, or nearly all equal.
        ChecksumError: a check digit does not hold.
    """
    if len(groups) != GROUPS or not all(
        len(group) == 6 and group.isascii() and group.isdigit() for group in groups
    ):
        raise CodecError("secret numbers are eight groups of six digits")
    if len(set(groups)) < _FEWEST_DISTINCT:
        raise CodecError("a row of equal numbers is no secret")
    content = b""
    for place, group in enumerate(groups):
        number, digit = int(group[:5]), int(group[5])
        if number >> 16:
            raise CodecError("a group beyond 16 bits")
        if number * (2 * place + 1) % 9 != digit:
            raise ChecksumError("a check digit does not hold")
        content += number.to_bytes(2, "big")
    return Secret(content)


def to_secret_numbers(secret: Secret) -> tuple[str, ...]:
    """The eight groups of 16 bytes, for the sealed vault and for tests: a secret.

    Raises:
        CodecError: not 16 bytes.
    """
    content = secret.reveal()
    if len(content) != 2 * GROUPS:
        raise CodecError("secret numbers hold 16 bytes")
    numbers = [int.from_bytes(content[2 * n : 2 * n + 2], "big") for n in range(GROUPS)]
    return tuple(f"{number:05}{number * (2 * n + 1) % 9}" for n, number in enumerate(numbers))
