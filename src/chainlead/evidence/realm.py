"""The strings of a Realm database, from every array of the file, in use or not.

Found in: phone apps (BlueWallet's cache, Trust's older versions, Xaman).
Proof: the file's header; each array's own mark `AAAA`, width and size.
Limits: which table and column a string belongs to is not worked out: it is named by the place of
its array; encrypted files have no header and are searched as raw bytes; numbers are left out.
Spec: https://github.com/realm/realm-core/blob/master/src/realm/node_header.hpp and group.hpp
"""

from collections.abc import Iterator

from chainlead.evidence.budget import Budget

MAGIC = b"T-DB"
MAGIC_AT = 16
_MARK = b"AAAA"
_HEADER_BYTES = 8
_IS_INNER, _HAS_REFS = 0x80, 0x40
_MULTIPLY, _BYTES = 1, 2
_SHORTEST = 4


def find_strings(content: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Place (`array@offset[index]`) and bytes of each string or blob of four bytes or more."""
    at = content.find(_MARK)
    while at >= 0:
        budget.check_time()
        if at % 8 == 0:
            yield from _array(content, at)
        at = content.find(_MARK, at + 4)


def _array(content: bytes, at: int) -> Iterator[tuple[str, bytes]]:
    header = content[at : at + _HEADER_BYTES]
    if len(header) < _HEADER_BYTES or header[4] & (_IS_INNER | _HAS_REFS):
        return
    kind, width = header[4] >> 3 & 3, (1 << (header[4] & 7)) >> 1
    size = int.from_bytes(header[5:8], "big")
    start = at + _HEADER_BYTES
    if kind == _MULTIPLY and width >= _SHORTEST:
        end = min(start + size * width, len(content))
        for number, place in enumerate(range(start, end - width + 1, width)):
            cell = content[place : place + width]
            length = width - 1 - cell[-1]  # the last byte counts the padding
            if length >= _SHORTEST and not cell[length:-1].strip(b"\0"):
                yield f"array@{at}[{number}]", cell[:length]
    elif kind == _BYTES:
        for number, part in enumerate(content[start : start + size].split(b"\0")):
            if len(part) >= _SHORTEST:
                yield f"array@{at}[{number}]", part
