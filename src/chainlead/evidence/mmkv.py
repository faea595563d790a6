"""The key-value pairs of an MMKV file, newest, older and removed, and what is left behind its end.

Found in: apps for Android and iOS that use MMKV (React Native wallets among them).
Proof: the file has no signature: the pairs must parse to the very size that the header says, with
readable keys; the checksum of a `.crc` file beside it is compared when it is there.
Limits: which type a value has is not written: a value that is a length and as many bytes is taken
for a string; encrypted files do not parse.
Spec: https://github.com/Tencent/MMKV/wiki/design
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.evidence.varint import parse_sized, parse_varint

_SIZE_BYTES = 4
_LONGEST_KEY = 1024


@dataclass(frozen=True, slots=True)
class Pair:
    """One write: an empty value removes the key."""

    offset_bytes: int
    key: str
    value: bytes


def parse_mmkv(content: bytes) -> list[Pair]:
    """All writes, in order.

    Raises:
        ValueError: it is no MMKV file, or an encrypted one.
    """
    size = int.from_bytes(content[:_SIZE_BYTES], "little")
    end = _SIZE_BYTES + size
    if size < 4 or end > len(content):
        raise ValueError("its size is not that of MMKV")
    body = content[:end]
    _, position = parse_varint(body, _SIZE_BYTES)  # a place holder
    pairs: list[Pair] = []
    while position < end:
        pair, position = _parse_pair(body, position)
        pairs.append(pair)
    if not pairs:
        raise ValueError("it holds no pairs")
    return pairs


def begins_like_mmkv(head: bytes) -> bool:
    """Whether the first key can be read, from the first 4 KiB alone."""
    try:
        _, position = parse_varint(head, _SIZE_BYTES)
        _parse_key(head, position)
    except ValueError:
        return False
    return True


def find_slack_pairs(content: bytes) -> Iterator[Pair]:
    """Pairs behind the end that the header gives: writes from before the file was rewritten."""
    position = _SIZE_BYTES + int.from_bytes(content[:_SIZE_BYTES], "little")
    while position < len(content):
        if content[position] == 0:
            position += 1
            continue
        try:
            pair, end = _parse_pair(content, position)
        except ValueError:
            position += 1
            continue
        if len(pair.key) >= 2 and pair.value:
            yield pair
            position = end
        else:
            position += 1


def unwrap(value: bytes) -> bytes:
    """The string inside a value, or the value if it holds none."""
    try:
        inner, end = parse_sized(value, 0)
    except ValueError:
        return value
    return inner if end == len(value) else value


def _parse_pair(content: bytes, position: int) -> tuple[Pair, int]:
    key, start = _parse_key(content, position)
    value, end = parse_sized(content, start)
    return Pair(position, key, value), end


def _parse_key(content: bytes, position: int) -> tuple[str, int]:
    length, start = parse_varint(content, position)
    if not 0 < length <= _LONGEST_KEY or length > len(content) - start:
        raise ValueError("a key of an impossible length")
    try:
        key = content[start : start + length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("a key that is no text") from error
    if not key.isprintable():
        raise ValueError("a key that is no text")
    return key, start + length
