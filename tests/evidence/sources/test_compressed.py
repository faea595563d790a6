import bz2
import gzip
import lzma

import pytest

from chainlead.evidence import UnreadReason
from chainlead.evidence.sources.compressed import inner_name

PACKERS = {
    "gzip": (lambda c: gzip.compress(c, mtime=0), "a.gz"),
    "bzip2": (bz2.compress, "a.bz2"),
    "xz": (lzma.compress, "a.xz"),
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compressed_streams_are_read_also_several_in_a_row(tmp_path, read, kind, address):
    pack, name = PACKERS[kind]
    path = tmp_path / name
    path.write_bytes(pack(b"first ") + pack(address) + (bytes(512) if kind == "gzip" else b""))
    seen = read(path)
    assert seen.places(address) == [f"E1 › file:{name} › {kind}:a"]
    assert seen.holding(b"first " + address)
    assert not seen.unread


@pytest.mark.parametrize("kind", PACKERS)
def test_a_cut_stream_is_searched_as_far_as_it_goes(tmp_path, read, kind, address):
    import random

    pack, name = PACKERS[kind]
    content = address + random.Random(5).randbytes(3_000_000)
    path = tmp_path / name
    packed = pack(content)
    path.write_bytes(packed[: len(packed) * 2 // 3])
    seen = read(path)
    assert (f"E1 › file:{name} › {kind}:a", UnreadReason.DAMAGED) in seen.reasons()
    assert f"E1 › file:{name} › {kind}:a" in seen.places(address)
    assert f"E1 › file:{name}" in {str(i.provenance) for i in seen.items}


@pytest.mark.parametrize("kind", PACKERS)
def test_what_follows_a_stream_is_reported_and_searched_raw(tmp_path, read, kind, address):
    pack, name = PACKERS[kind]
    path = tmp_path / name
    path.write_bytes(pack(b"text") + b"junk " + address)
    seen = read(path)
    assert seen.reasons() == [(f"E1 › file:{name} › {kind}:a", UnreadReason.DAMAGED)]
    assert seen.places(address) == [f"E1 › file:{name}"]


@pytest.mark.parametrize("kind", PACKERS)
def test_damage_in_the_middle_loses_no_byte_before_it(tmp_path, read, kind):
    import random

    pack, name = PACKERS[kind]
    words = "".join(random.Random(6).choices("abcdefgh ", k=40_000)).encode()
    content = bytearray(pack(words))
    content[len(content) // 2] ^= 0xFF
    path = tmp_path / name
    path.write_bytes(content)
    seen = read(path)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.DAMAGED]
    found = [i.data for i in seen.items if len(i.provenance.steps) == 2 and i.row is None]
    if kind == "gzip":  # the others give a block as a whole or not at all
        assert len(found[0]) > 15_000
        assert words.startswith(found[0][:15_000])


def test_a_wrong_checksum_is_reported(tmp_path, read, make_gzip):
    content = bytearray(make_gzip(b"some text"))
    content[-6] ^= 1
    path = tmp_path / "a.gz"
    path.write_bytes(content)
    seen = read(path)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.DAMAGED]
    assert seen.holding(b"some text")


def test_the_old_lzma_form_is_read_by_its_name(tmp_path, read, address):
    path = tmp_path / "a.lzma"
    path.write_bytes(lzma.compress(address, format=lzma.FORMAT_ALONE))
    assert read(path).places(address) == ["E1 › file:a.lzma › xz:a"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.tar.gz", "a.tar"), ("a.TGZ", "a.tar"), ("a.log.xz", "a.log"), ("a", "a"), (".gz", ".gz")],
)
def test_inner_names(name, expected):
    assert inner_name(name) == expected
