"""Unbroken runs of bytes of one class (base64, hex), looking only at every n-th byte."""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.stretch import as_stretch


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_member, min_length, offsets, lengths):
    size = len(data)
    found = 0
    floor = 0
    at = min_length - 1
    while at < size:
        if not is_member[data[at]]:
            floor = at + 1
            at += min_length
            continue
        start = at
        while start > floor and is_member[data[start - 1]]:
            start -= 1
        if start > floor and at - start < min_length - 1:
            floor = start
        end = at + 1
        wanted = start + min_length
        if wanted > size:
            break
        while end < wanted and is_member[data[end]]:
            end += 1
        if end < wanted:
            floor = end + 1
            at = end + min_length
            continue
        while end < size and is_member[data[end]]:
            end += 1
        offsets[found] = start
        lengths[found] = end - start
        found += 1
        floor = end + 1
        at = end + min_length
    return found


def find_byte_runs(data: Any, is_member: Any, min_length: int) -> tuple[Any, Any]:
    """Maximal runs of bytes of a class.

    Args:
        data: array of uint8.
        is_member: 256 booleans: the class.
        min_length: shorter runs are left out; at least 1.

    Returns:
        Arrays of offsets and lengths, sorted.
    """
    room = len(data) // (min_length + 1) + 1
    offsets = np.empty(room, dtype=np.int64)
    lengths = np.empty(room, dtype=np.int64)
    found = _scan(as_stretch(data), is_member, min_length, offsets, lengths)
    return offsets[:found].copy(), lengths[:found].copy()
