import io
import tarfile

import pytest

from chainlead.evidence import Layer, UnreadReason


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_all_forms_of_tar_are_read_with_long_and_foreign_names(tmp_path, read, form, address):
    name = "folder/" + "x" * 60 + "/note-å.txt"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        info = tarfile.TarInfo(name)
        info.size = len(address)
        archive.addfile(info, io.BytesIO(address))
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue())
    assert read(path).places(address) == [f"E1 › file:a.tar › tar:{name}"]


def test_links_devices_and_climbing_paths_are_listed(tmp_path, read, address):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (
            ("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("dev", tarfile.CHRTYPE),
            ("pipe", tarfile.FIFOTYPE), ("../up", tarfile.REGTYPE),
        ):  # fmt: skip
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = len(address) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(address))
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue())
    seen = read(path)
    assert [reason for _, reason in seen.reasons()] == [
        UnreadReason.LINK, UnreadReason.LINK, UnreadReason.SPECIAL, UnreadReason.SPECIAL,
        UnreadReason.CLIMBS_OUT,
    ]  # fmt: skip
    assert seen.places(address) == ["E1 › file:a.tar › tar:../up"]


def test_a_cut_tar_gives_what_is_there(tmp_path, read, make_tar, address):
    path = tmp_path / "a.tar"
    path.write_bytes(make_tar(("one", address), ("two", b"z" * 5000))[: 512 * 5])
    seen = read(path)
    assert "E1 › file:a.tar › tar:one" in seen.places(address)
    assert ("E1 › file:a.tar › tar:two", UnreadReason.DAMAGED) in seen.reasons()


def test_a_damaged_header_is_listed_and_the_rest_searched_raw(tmp_path, read, make_tar, address):
    content = bytearray(make_tar(("one", b"1"), ("two", address)))
    content[1024 + 3] ^= 0xFF
    path = tmp_path / "a.tar"
    path.write_bytes(content)
    seen = read(path)
    assert seen.reasons() == [("E1 › file:a.tar", UnreadReason.DAMAGED)]
    assert seen.places(address) == ["E1 › file:a.tar"]


def test_what_follows_the_end_is_searched(tmp_path, read, make_tar, address):
    path = tmp_path / "a.tar"
    path.write_bytes(make_tar(("one", b"1")) + address)
    assert read(path).places(address) == ["E1 › file:a.tar"]


@pytest.mark.parametrize("kind", [b"0", b"x", b"g", b"L", b"K", b"S"])
def test_sizes_below_zero_end_the_archive(tmp_path, read, kind):
    size = b"\xff" * 4 + (2**64 - 1024).to_bytes(8, "big")
    header = bytearray(512)
    header[0:1] = b"a"
    header[100:108], header[108:116], header[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    header[124:136], header[136:148], header[156:157] = size, b"00000000000\0", kind
    header[257:265], header[148:156] = b"ustar\x0000", b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    path = tmp_path / "a.tar"
    path.write_bytes(bytes(header) * 3 + bytes(1024))
    seen = read(path, seconds=10.0)
    assert UnreadReason.TOO_SLOW not in {reason for _, reason in seen.reasons()}
    assert seen.unread


def test_a_database_in_a_tar_is_read_with_its_log(tmp_path, read, make_tar, make_wal_pair, address):
    database, wal = make_wal_pair()
    path = tmp_path / "a.tar"
    path.write_bytes(make_tar(("d/h.db-wal", wal), ("d/h.db", database)))
    rows = [i.row for i in read(path).holding(address) if i.layer is Layer.DECODED]
    assert rows == ["notes.body#7"]
