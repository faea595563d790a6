import gzip

import pytest

from chainlead.evidence import UnreadReason


def _holds(seen, address):
    return bool(seen.holding(address))


def test_a_file_that_only_begins_like_an_image_is_searched_raw(tmp_path, read, address):
    path = tmp_path / "a.E01"
    path.write_bytes(b"EVF\x09\x0d\x0a\xff\0\1\1\0" + bytes(5000) + address)
    seen = read(path)
    assert _holds(seen, address)
    assert ("E1 › file:a.E01", UnreadReason.DAMAGED) in seen.reasons()


def test_a_later_segment_alone_is_searched_raw_and_named(tmp_path, read, address):
    path = tmp_path / "a.E02"
    path.write_bytes(b"EVF\x09\x0d\x0a\xff\0\1\2\0" + bytes(5000) + address)
    seen = read(path)
    assert _holds(seen, address)
    assert seen.reasons() == [("E1 › file:a.E02", UnreadReason.DAMAGED)]


@pytest.mark.parametrize("name", ["log.002", "note.dd", "backup.img", "a.raw", "x.001"])
def test_an_ordinary_file_is_no_image_whatever_its_name(tmp_path, read, address, name):
    (tmp_path / "log.001").write_bytes(b"line\n" * 2000)
    (tmp_path / name).write_bytes(b"line\n" * 2000 + address)
    seen = read(tmp_path)
    assert not seen.reasons()
    assert all("image" not in stream.media_type for stream in seen.streams)
    assert _holds(seen, address)


def test_an_image_inside_an_archive_is_read(tmp_path, read, address):
    image = bytearray(64 << 10)
    image[510:512] = b"\x55\xaa"
    image[446:462] = bytes([0, 0, 0, 0, 6, 0, 0, 0]) + (8).to_bytes(4, "little") + b"\x20\0\0\0"
    image[5000:5000] = address
    path = tmp_path / "disk.dd.gz"
    path.write_bytes(gzip.compress(bytes(image)))
    places = read(path).places(address)
    assert places
    assert all("gzip:disk.dd › image:raw › partition:p1 offset 4096" in place for place in places)


@pytest.mark.parametrize("cut", [600, 5000, 100_000, 1_000_000])
@pytest.mark.real
def test_a_cut_image_gives_what_is_there_and_says_so(shared_data, tmp_path, read, cut):
    whole = (shared_data / "evidence/dfvfs/test_data/ext2.qcow2").read_bytes()
    path = tmp_path / "cut.qcow2"
    path.write_bytes(whole[:cut])
    seen = read(path, seconds=20.0)
    assert seen.streams
    if cut < len(whole):
        assert UnreadReason.DAMAGED in {reason for _, reason in seen.reasons()}


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "apfs.raw", "ext2.E01", "ext2.qcow2", "ext2.split.E01", "ext2.splitraw.000", "ext2.vhd",
        "ext2.vmdk", "hfsplus.raw", "hfsplus_zlib.dmg", "image.vhd", "iso9660.raw",
        "windows_volume.qcow2", "ímynd.dd",
    ],
)  # fmt: skip
def test_a_real_image_gives_its_files(shared_data, read, name):
    seen = read(shared_data / "evidence/dfvfs/test_data" / name)
    inside = {
        str(stream.provenance).rpartition("file:")[2].lower(): stream
        for stream in seen.streams
        if " › image:" in str(stream.provenance)
    }
    if name.startswith("windows"):
        assert inside["windows/system32/config/syslog"].size_bytes == 1247
    else:
        assert inside["passwords.txt"].size_bytes == 116
        assert inside["a_directory/another_file"].sha256.startswith("c7fbc0e8")
    assert UnreadReason.DAMAGED not in {reason for _, reason in seen.reasons()}


@pytest.mark.real
def test_a_differencing_image_needs_its_parent_beside_it(shared_data, tmp_path, read):
    data = shared_data / "evidence/dfvfs/test_data"
    (tmp_path / "image-differential.vhd").symlink_to("x")
    (tmp_path / "image-differential.vhd").unlink()
    for name in ("image.vhd", "image-differential.vhd"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    whole = read(tmp_path)
    inside = [
        str(s.provenance)
        for s in whole.streams
        if "differential.vhd › image:VHD" in str(s.provenance)
    ]
    assert any(place.endswith("file:passwords.txt") for place in inside)
    alone = read(tmp_path / "image-differential.vhd")
    assert alone.reasons() == [("E1 › file:image-differential.vhd", UnreadReason.DAMAGED)]
    assert "parent 'image.vhd'" in alone.unread[0].detail
