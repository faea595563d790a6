"""The strings of a value that Firefox stored in IndexedDB: snappy over a structured clone.

Found in: `storage/default/*/idb/*.sqlite`, table `object_data`; extensions keep their state there.
Proof: the clone's header word behind the unpacked snappy data.
Limits: strings in their order, without the names of fields around them; objects of the browser
itself are passed over; clones kept in separate files are not joined.
Spec: https://searchfox.org/mozilla-central/source/js/src/vm/StructuredClone.cpp
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.budget import Budget
from chainlead.evidence.leveldb import unpack_snappy

_HEADER_TAG = 0xFFF10000
_STRING_TAGS = frozenset({0xFFFF0004, 0xFFFF0009, 0xFFFF000B})
"""A string, and the objects that hold one (String, RegExp)."""
_IS_LATIN1 = 1 << 31
_SHORTEST = 4
_TIME_CHECK = 65536
_WORD = struct.Struct("<II")


def read_clone(packed: bytes, budget: Budget) -> Iterator[tuple[int, str]]:
    """Offset and text of every string; nothing if this is no packed clone."""
    try:
        content = unpack_snappy(packed, budget)
    except ValueError:
        return
    if len(content) < _WORD.size or _WORD.unpack_from(content)[1] != _HEADER_TAG:
        return
    budget.count_bytes(len(content))
    position = _WORD.size
    number = 0
    while position + _WORD.size <= len(content):
        number += 1
        if number % _TIME_CHECK == 0:
            budget.check_time()
        low, tag = _WORD.unpack_from(content, position)
        position += _WORD.size
        if tag not in _STRING_TAGS:
            continue
        is_narrow, length = bool(low & _IS_LATIN1), low & ~_IS_LATIN1
        size = length if is_narrow else 2 * length
        if size > len(content) - position:
            continue
        part = content[position : position + size]
        if length >= _SHORTEST:
            text = part.decode("latin-1") if is_narrow else part.decode("utf-16-le", "replace")
            yield position, text
        position += -(-size // 8) * 8
