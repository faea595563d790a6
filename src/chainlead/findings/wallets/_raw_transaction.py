"""Outputs of a raw transaction of Bitcoin's family, as far as a wallet file needs them.

Limits: inputs, amounts' meaning and signatures are left to the ledger room.
Spec: Bitcoin developer reference, raw transaction format; BIP-144.
"""

from typing import Final

_MOST: Final = 10_000
_LARGEST_SCRIPT: Final = 10_000


def output_scripts(raw: bytes) -> list[bytes]:
    """The output scripts, or nothing if the bytes are no transaction."""
    try:
        return _outputs(raw)
    except (IndexError, ValueError):
        return []


def _outputs(raw: bytes) -> list[bytes]:
    at = 4
    if raw[4:6] == b"\x00\x01":
        at = 6
    count, at = read_size(raw, at)
    if not 0 < count < _MOST:
        raise ValueError("no inputs")
    for _ in range(count):
        size, at = read_size(raw, at + 36)
        at += size + 4
    count, at = read_size(raw, at)
    if not 0 < count < _MOST:
        raise ValueError("no outputs")
    scripts: list[bytes] = []
    for _ in range(count):
        size, at = read_size(raw, at + 8)
        if size > _LARGEST_SCRIPT or at + size > len(raw):
            raise ValueError("cut")
        scripts.append(raw[at : at + size])
        at += size
    return scripts


def read_size(content: bytes, at: int) -> tuple[int, int]:
    """A compact size of Bitcoin's serialisation and the place behind it.

    Raises:
        IndexError: the bytes end there.
    """
    first = content[at]
    if first < 0xFD:
        return first, at + 1
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
    return int.from_bytes(content[at + 1 : at + 1 + width], "little"), at + 1 + width
