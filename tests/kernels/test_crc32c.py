"""CRC-32C against the published values."""

import numpy as np
import pytest

from chainlead.kernels import sum_crc32c


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),  # the check value of the catalogue of CRC algorithms
        (bytes(32), 0x8A9136AA),  # RFC 3720, B.4
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
)
def test_published_values_come_out(content, expected):
    assert sum_crc32c(np.frombuffer(content, dtype=np.uint8)) == expected
