"""What an output of an open CryptoNote ledger pays: a one-time key, or an address in the clear.

Found in: Electroneum since September 2021. As bytes: 2 and the one-time key; or 3, spend key, view key
and the address's tag as a varint. Limits: a one-time key has no address that could be told from it.
Spec: Electroneum `src/cryptonote_basic/cryptonote_basic.h`, `txout_to_key_public`.
"""

from typing import Final

from chainlead.codecs.cryptonote import (
    CryptoNoteAddress,
    from_cryptonote_address,
    from_varint,
    to_cryptonote_address,
    to_varint,
)
from chainlead.errors import CodecError

_PUBLIC: Final = 3
_KEYS_END: Final = 65
_TAGS: Final = frozenset({18018, 34402})
_INTEGRATED, _STANDARD = 18019, 18018


def address_from_target(target: bytes) -> str | None:
    """The address that an output pays; None for a one-time key, or a tag that no address has."""
    if len(target) <= _KEYS_END or target[0] != _PUBLIC:
        return None
    try:
        tag, used = from_varint(target[_KEYS_END:])
    except CodecError:
        return None
    if tag not in _TAGS or used != len(target) - _KEYS_END:
        return None
    return to_cryptonote_address(CryptoNoteAddress(tag, target[1:33], target[33:_KEYS_END]))


def target_from_address(text: str) -> bytes:
    """What an output to an address holds; an integrated address pays as its standard one.

    Raises:
        CodecError: no address.
        ChecksumError: the checksum does not hold.
    """
    address = from_cryptonote_address(text)
    tag = _STANDARD if address.tag == _INTEGRATED else address.tag
    return bytes([_PUBLIC]) + address.spend_key + address.view_key + to_varint(tag)
