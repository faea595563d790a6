"""Shares of SLIP-39 (Shamir backup): 20 words or more of one list of 1024. Secret.

Found in: notes, photographs' texts, password managers. Proof: RS1024, a code of 30 bits.
Limits: one share alone spends nothing unless its threshold is one; it is treated as a secret.
Spec: SLIP-0039.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chainlead.codecs.phrase_list import normal_word, phrase_index, phrase_list
from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

WORD_COUNTS: Final = (33, 30, 27, 23, 20)
_GENERATOR: Final = (
    0x00E0E040, 0x01C1C080, 0x03838100, 0x07070200, 0x0E0E0009,
    0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x03F3F120,
)  # fmt: skip
_PURPOSES: Final = (b"shamir", b"shamir_extendable")


@dataclass(frozen=True, slots=True)
class Slip39Share:
    """One share. The identifier is the same on all shares of one secret.

    Attributes:
        secret: the words' values, ten bits each, sealed.
    """

    identifier: int
    extendable: bool
    group_index: int
    group_threshold: int
    group_count: int
    member_index: int
    member_threshold: int
    word_count: int
    secret: Secret


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 20
        check = (check & 0xFFFFF) << 10 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= term
    return check


def parse_slip39(words: Sequence[str]) -> Slip39Share:
    """Read a share. No error message holds any part of it.

    Raises:
        CodecError: another number of words, or not all in the list.
        ChecksumError: the code does not hold.
    """
    if len(words) not in WORD_COUNTS:
        raise CodecError("a share has 20, 23, 27, 30 or 33 words")
    index = phrase_index("slip39", "english")
    try:
        values = [index[normal_word(word)] for word in words]
    except KeyError as error:
        raise CodecError("a word that SLIP-39 does not have") from error
    head = 0
    for value in values[:4]:
        head = head << 10 | value
    extendable = head >> 24 & 1
    if _polymod((*_PURPOSES[extendable], *values)) != 1:
        raise ChecksumError("the words are listed, and the code does not hold")
    number = 0
    for value in values:
        number = number << 10 | value
    return Slip39Share(
        identifier=head >> 25,
        extendable=bool(extendable),
        group_index=head >> 16 & 15,
        group_threshold=(head >> 12 & 15) + 1,
        group_count=(head >> 8 & 15) + 1,
        member_index=head >> 4 & 15,
        member_threshold=(head & 15) + 1,
        word_count=len(words),
        secret=Secret(number.to_bytes((10 * len(values) + 7) // 8, "big")),
    )


def to_slip39(share: Slip39Share) -> tuple[str, ...]:
    """The words of a share, for the sealed vault and for tests: a secret."""
    number = int.from_bytes(share.secret.reveal(), "big")
    listed = phrase_list("slip39", "english")
    last = share.word_count - 1
    return tuple(listed[number >> 10 * (last - n) & 1023] for n in range(share.word_count))
