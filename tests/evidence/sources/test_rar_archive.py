import struct
import zlib

from chainlead.evidence import Unread, UnreadReason


def number(value):
    found = b""
    while value >= 0x80:
        found += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return found + bytes((value,))


def block(kind, flags, fields, data=b"", extra=b""):
    inner = number(kind) + number(flags | (2 if data else 0) | (1 if extra else 0))
    inner += (number(len(extra)) if extra else b"") + (number(len(data)) if data else b"")
    inner += fields + extra
    header = number(len(inner)) + inner
    return struct.pack("<I", zlib.crc32(header)) + header + data


def new_file(name, content, method=0, extra=b""):
    fields = number(4) + number(len(content)) + number(0x20)
    fields += struct.pack("<I", zlib.crc32(content)) + number(method << 7) + number(1)
    return block(2, 0, fields + number(len(name)) + name, content, extra)


def new_archive(*blocks):
    return (
        b"Rar!\x1a\x07\x01\x00" + block(1, 0, number(0)) + b"".join(blocks) + block(5, 0, number(0))
    )


def old_block(kind, flags, body):
    rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def old_file(name, content, method=0x30, flags=0x8000):
    body = struct.pack(
        "<IIBIIBBHI",
        len(content),
        len(content),
        2,
        zlib.crc32(content),
        0,
        20,
        method,
        len(name),
        0x20,
    )
    return old_block(0x74, flags, body + name) + content


def old_archive(*blocks):
    return (
        b"Rar!\x1a\x07\x00"
        + old_block(0x73, 0, bytes(6))
        + b"".join(blocks)
        + old_block(0x7B, 0x4000, b"")
    )


def reasons(found):
    return [(str(p.provenance)[10:], p.reason) for p in found if isinstance(p, Unread)]


def test_stored_members_of_both_versions_are_read(tmp_path, places, pieces, address):
    wide = address.decode().encode("utf-16-le")
    for content in (
        new_archive(new_file(b"in/a.txt", address), new_file(b"w", wide)),
        old_archive(old_file(b"in/a.txt", address), old_file(b"w", wide)),
    ):
        (tmp_path / "a.rar").write_bytes(content)
        assert places(tmp_path / "a.rar", address) == [("rar:in/a.txt", None), ("rar:w", None)]
        assert not reasons(pieces(tmp_path / "a.rar"))


def test_packed_members_are_named_with_the_tool_that_unpacks_them(tmp_path, pieces):
    path = tmp_path / "a.rar"
    for content in (
        new_archive(new_file(b"p.txt", b"packed", method=3)),
        old_archive(old_file(b"p.txt", b"packed", method=0x33)),
    ):
        path.write_bytes(content)
        (note,) = [p for p in pieces(path) if isinstance(p, Unread)]
        assert note.reason is UnreadReason.UNSUPPORTED
        assert "unrar x" in note.detail
        assert str(note.provenance) == "E1 › file:a.rar › rar:p.txt"


def test_encrypted_members_links_and_climbing_paths_are_listed(tmp_path, pieces):
    path = tmp_path / "a.rar"
    encryption = number(2) + number(1) + b"\0"
    link = number(2) + number(5) + b"\1"
    path.write_bytes(
        new_archive(
            new_file(b"e", b"secret", extra=encryption),
            new_file(b"l", b"target", extra=link),
            new_file(b"../c", b"climbs"),
        )
    )
    assert reasons(pieces(path)) == [
        ("a.rar › rar:e", UnreadReason.ENCRYPTED),
        ("a.rar › rar:l", UnreadReason.LINK),
        ("a.rar › rar:../c", UnreadReason.CLIMBS_OUT),
    ]
    path.write_bytes(old_archive(old_file(b"e", b"secret", flags=0x8004)))
    assert reasons(pieces(path)) == [("a.rar › rar:e", UnreadReason.ENCRYPTED)]


def test_encrypted_headers_are_listed(tmp_path, pieces):
    path = tmp_path / "a.rar"
    path.write_bytes(b"Rar!\x1a\x07\x01\x00" + block(4, 0, b"\0\0\x0f" + bytes(16)))
    assert reasons(pieces(path)) == [("a.rar", UnreadReason.ENCRYPTED)]


def test_a_comment_and_a_wrong_checksum_are_not_lost(tmp_path, places, pieces, address):
    service = number(0) + number(len(address)) + number(0) + number(0) + number(1)
    comment = block(3, 0, service + number(3) + b"CMT", address)
    content = new_archive(comment, new_file(b"a", b"x" * 40)).replace(b"x" * 40, b"y" * 40)
    path = tmp_path / "a.rar"
    path.write_bytes(content)
    assert ("rar:(archive comment)", None) in places(path, address)
    assert reasons(pieces(path)) == [("a.rar › rar:a", UnreadReason.DAMAGED)]


def test_cut_and_changed_archives_are_survived(survives, address):
    survives(new_archive(new_file(b"a", address * 9), new_file(b"b", b"packed", 3)), "a.rar")
    survives(old_archive(old_file(b"a", address * 9), old_file(b"b", b"packed", 0x33)), "b.rar")
