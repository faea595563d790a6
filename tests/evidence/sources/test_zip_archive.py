import io
import stat
import struct
import zipfile

from chainlead.evidence import Layer, UnreadReason


def test_paths_that_climb_out_are_searched_and_listed(tmp_path, read, make_zip, address):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("../../etc/evil", address), ("/abs", b"x"), ("C:\\x", b"y")))
    seen = read(path)
    assert seen.places(address) == ["E1 › file:a.zip › zip:../../etc/evil"]
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.CLIMBS_OUT] * 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_members_with_one_name_are_both_read(tmp_path, read, make_zip):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("n", b"first one"), ("n", b"second one")))
    seen = read(path)
    assert seen.places(b"first") == ["E1 › file:a.zip › zip:n"]
    assert seen.places(b"second") == ["E1 › file:a.zip › zip:n#2"]
    assert seen.reasons() == [("E1 › file:a.zip › zip:n#2", UnreadReason.DUPLICATE_NAME)]


def test_an_encrypted_member_is_listed_and_the_raw_bytes_are_searched(tmp_path, read, make_zip):
    content = bytearray(make_zip(("secret.txt", b"hidden"), ("open.txt", b"plain text")))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature)
        content[at + flags] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    seen = read(path)
    assert seen.reasons() == [("E1 › file:a.zip › zip:secret.txt", UnreadReason.ENCRYPTED)]
    assert seen.places(b"plain text") == ["E1 › file:a.zip › zip:open.txt"]
    assert "E1 › file:a.zip" in {str(i.provenance) for i in seen.items if i.layer is Layer.RAW}


def test_a_member_with_a_wrong_checksum_is_searched_and_listed(tmp_path, read, make_zip, address):
    content = bytearray(make_zip(("a.txt", address * 3)))
    for signature, crc in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = content.index(signature) + crc
        content[at : at + 4] = b"\0\0\0\0"
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    seen = read(path)
    assert seen.reasons() == [("E1 › file:a.zip › zip:a.txt", UnreadReason.DAMAGED)]
    assert "E1 › file:a.zip › zip:a.txt" in seen.places(address)


def test_an_archive_without_its_directory_is_listed_and_searched_raw(tmp_path, read, make_zip):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("a.txt", b"text"))[:-30])
    seen = read(path)
    assert seen.reasons() == [("E1 › file:a.zip", UnreadReason.DAMAGED)]
    assert [str(i.provenance) for i in seen.items] == ["E1 › file:a.zip"]


def test_an_unknown_method_is_listed(tmp_path, read, make_zip):
    content = bytearray(make_zip(("a.txt", b"text")))
    struct.pack_into("<H", content, 8, 99)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, 99)
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert read(path).reasons() == [("E1 › file:a.zip › zip:a.txt", UnreadReason.UNSUPPORTED)]


def test_a_link_inside_is_listed(tmp_path, read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    path = tmp_path / "a.zip"
    path.write_bytes(buffer.getvalue())
    assert read(path).reasons() == [("E1 › file:a.zip › zip:link", UnreadReason.LINK)]


def test_an_archive_behind_a_program_is_found_and_the_program_searched(
    tmp_path, read, make_zip, address
):
    path = tmp_path / "setup.exe"
    path.write_bytes(b"MZ" + bytes(500) + address + make_zip(("in.txt", b"inside here")))
    seen = read(path)
    assert seen.places(b"inside here") == ["E1 › file:setup.exe › zip:in.txt"]
    assert seen.places(address) == ["E1 › file:setup.exe"]
    assert not seen.unread


def test_bytes_between_members_and_comments_are_searched(tmp_path, read, make_zip, address):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("in.txt", b"inside"), comment=address))
    assert read(path).places(address) == ["E1 › file:a.zip"]


def test_a_name_of_nothing_is_no_crash(tmp_path, read, make_zip, address):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("", address)))
    assert read(path).places(address) == ["E1 › file:a.zip › zip:"]


def test_a_database_in_an_archive_is_read_with_its_log(
    tmp_path, read, make_zip, make_wal_pair, address
):
    database, wal = make_wal_pair()
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("x/h.db", database), ("x/h.db-wal", wal)))
    rows = [i.row for i in read(path).holding(address) if i.layer is Layer.DECODED]
    assert rows == ["notes.body#7"]


def test_a_directory_that_asks_for_an_unknown_version_is_listed(tmp_path, read, make_zip):
    content = bytearray(make_zip(("a.txt", b"text")))
    content[content.index(b"PK\x01\x02") + 6] = 255
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert read(path).reasons() == [("E1 › file:a.zip", UnreadReason.DAMAGED)]
