import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.qcow import QcowImage
from chainlead.evidence.stream import Stream

CLUSTER = 512


def _image(*, version=2, bits=9, size=4 * CLUSTER, crypt=0, l1=1):
    """Cluster 0 plain, 1 compressed, 2 missing, 3 behind the end."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"packed " * 80) + packer.flush()
    header = struct.pack(
        ">4sIQIIQIIQQIIQ", b"QFI\xfb", version, 0, 0, bits, size, crypt, l1, 512, 0, 0, 0, 0
    )
    header += bytes(8 * 3) + struct.pack(">II", 4, 104)
    first = struct.pack(">Q", 1024).ljust(512, b"\0")
    second = struct.pack(">QQQQ", 1536, 1 << 62 | 2048, 0, 1 << 30).ljust(512, b"\0")
    return header.ljust(512, b"\0") + first + second + b"plain!!!" * 64 + packed.ljust(512, b"\0")


def test_plain_packed_and_missing_clusters_are_read():
    image = QcowImage(Stream.of_bytes(_image()))
    assert image.read_at(0, 8) == b"plain!!!"
    assert image.read_at(CLUSTER, 14) == b"packed packed "
    assert image.read_at(CLUSTER - 4, 8) == b"n!!!pack"
    assert image.read_at(2 * CLUSTER, 16) == bytes(16)
    with pytest.raises(OSError, match="behind the end"):
        image.read_at(3 * CLUSTER, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 9}, "version 9"),
        ({"crypt": 1}, "encryption"),
        ({"bits": 60}, "impossible"),
        ({"l1": 1 << 31}, "impossible"),
    ],
)
def test_what_is_not_read_is_named(change, words):
    with pytest.raises(StopReadingError, match=words):
        QcowImage(Stream.of_bytes(_image(**change)))


@given(st.integers(0, 2600), st.integers(0, 255), st.integers(0, 2600))
def test_damage_gives_a_named_error_or_bytes(place, byte, cut):
    content = bytearray(_image())
    content[place % len(content)] = byte
    try:
        image = QcowImage(Stream.of_bytes(bytes(content[: max(cut, 600)])))
        for offset in range(0, min(image.size_bytes, 1 << 14), CLUSTER):
            assert len(image.read_at(offset, CLUSTER)) == CLUSTER
    except (StopReadingError, OSError):
        pass
