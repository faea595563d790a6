"""CRC-32C (Castagnoli), the checksum of LevelDB's blocks and log records.

Spec: RFC 3720, appendix B.4 (reflected polynomial 0x82F63B78).
"""

from typing import Any

import numpy as np

from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

_TABLE = np.zeros(256, dtype=np.uint32)
for _byte in range(256):
    _value = _byte
    for _ in range(8):
        _value = (_value >> 1) ^ (0x82F63B78 if _value & 1 else 0)
    _TABLE[_byte] = _value


@njit(cache=True, nogil=True, fastmath=False)
def _sum(data, table):
    value = np.uint32(0xFFFFFFFF)
    for byte in data:
        value = table[(value ^ byte) & np.uint32(0xFF)] ^ (value >> np.uint32(8))
    return value ^ np.uint32(0xFFFFFFFF)


def sum_crc32c(data: Any) -> int:
    """The checksum of an array of uint8."""
    return int(_sum(as_stretch(data), _TABLE))
