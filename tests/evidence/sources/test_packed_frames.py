"""Zstandard and LZ4 frames: whole, several, cut, bombs."""

import cramjam
import pytest
import zstandard

from chainlead.evidence import UnreadReason

PACK = {
    "zst": lambda content: zstandard.ZstdCompressor().compress(content),
    "lz4": lambda content: bytes(cramjam.lz4.compress(content)),
}


@pytest.mark.parametrize("ending", sorted(PACK))
def test_the_content_is_searched(tmp_path, read, address, ending):
    (tmp_path / f"a.txt.{ending}").write_bytes(PACK[ending](b"some text " * 50 + address))
    places = read(tmp_path).places(address)
    assert any(place.endswith(":a.txt") for place in places)


def test_several_zstandard_frames_are_read(tmp_path, read, address):
    (tmp_path / "a").write_bytes(PACK["zst"](b"first " * 50) + PACK["zst"](b"x " * 50 + address))
    assert read(tmp_path).holding(address)


@pytest.mark.parametrize("ending", sorted(PACK))
def test_damage_is_reported(tmp_path, read, ending):
    content = bytearray(PACK[ending](bytes(range(256)) * 20))
    content[6:12] = b"\xff" * 6
    (tmp_path / "a").write_bytes(content)
    assert UnreadReason.DAMAGED in [r for _, r in read(tmp_path).reasons()]


def test_a_zstandard_bomb_stops_at_the_ratio(tmp_path, read):
    (tmp_path / "a").write_bytes(PACK["zst"](bytes(256 << 20)))
    assert UnreadReason.RATIO in [r for _, r in read(tmp_path).reasons()]
