import base64
import io
import struct
import zlib

import py7zr
import pytest

from chainlead.evidence import StreamRead, Unread, UnreadReason


def pack(members, *, plain_header=False, **options):
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        if options.get("header_encryption"):
            archive.set_encrypted_header(True)
        if plain_header:
            archive.set_encoded_header_mode(False)
        for name, content in members.items():
            archive.writestr(content, name)
    return buffer.getvalue()


def reasons(found):
    return [(str(p.provenance), p.reason) for p in found if isinstance(p, Unread)]


def test_members_of_a_solid_archive_are_read_in_order(tmp_path, places, pieces, address):
    path = tmp_path / "a.7z"
    path.write_bytes(
        pack(
            {
                "x/one.txt": b"first",
                "two.txt": address,
                "w.txt": address.decode().encode("utf-16-le"),
            }
        )
    )
    assert places(path, address) == [("7z:two.txt", None), ("7z:w.txt", None)]
    found = pieces(path)
    assert not reasons(found)
    assert [str(p.provenance)[5:] for p in found if isinstance(p, StreamRead)] == [
        "file:a.7z", "file:a.7z › 7z:x/one.txt", "file:a.7z › 7z:two.txt", "file:a.7z › 7z:w.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("whole", [False, True])
def test_an_encrypted_archive_is_listed_and_opens_with_the_given_password_only(
    tmp_path, places, pieces, address, whole
):
    path = tmp_path / "a.7z"
    path.write_bytes(pack({"a.txt": address}, password="right", header_encryption=whole))
    assert {reason for _, reason in reasons(pieces(path))} == {UnreadReason.ENCRYPTED}
    assert {reason for _, reason in reasons(pieces(path, "wrong"))} == {UnreadReason.ENCRYPTED}
    assert places(path, address, "wrong", "right") == [("7z:a.txt", None)]


def test_a_bomb_stops_at_the_ratio(tmp_path, pieces):
    path = tmp_path / "bomb.7z"
    path.write_bytes(pack({"zeros": bytes(64 << 20)}))
    found = pieces(path)
    assert reasons(found) == [("E1 › file:bomb.7z › 7z:zeros", UnreadReason.RATIO)]
    assert max(p.size_bytes for p in found if isinstance(p, StreamRead)) < 16 << 20


def test_paths_that_climb_out_and_names_that_repeat_are_listed(tmp_path, pieces, address):
    content = bytearray(pack({"ab/evil": address}, plain_header=True))
    path = tmp_path / "a.7z"
    at = content.index("ab/evil".encode("utf-16-le"))
    content[at : at + 6] = "../".encode("utf-16-le")
    offset, size = struct.unpack_from("<QQ", content, 12)
    header = bytes(content[32 + offset : 32 + offset + size])
    struct.pack_into("<I", content, 28, zlib.crc32(header))
    struct.pack_into("<I", content, 8, zlib.crc32(bytes(content[12:32])))
    path.write_bytes(content)
    assert ("E1 › file:a.7z › 7z:../evil", UnreadReason.CLIMBS_OUT) in reasons(pieces(path))


def test_a_header_that_asks_for_gigabytes_is_refused(tmp_path, pieces):
    content = pack(
        {"a.txt": b"words " * 50},
        plain_header=True,
        filters=[{"id": py7zr.FILTER_LZMA2, "preset": 3}],
    )
    offset, size = struct.unpack_from("<QQ", content, 12)
    header = bytearray(content[32 + offset : 32 + offset + size])
    at = header.index(b"\x21\x21\x01")
    header[at + 3] = 40
    changed = bytearray(content)
    changed[32 + offset : 32 + offset + size] = header
    struct.pack_into("<I", changed, 28, zlib.crc32(bytes(header)))
    struct.pack_into("<I", changed, 8, zlib.crc32(bytes(changed[12:32])))
    path = tmp_path / "a.7z"
    path.write_bytes(changed)
    assert {reason for _, reason in reasons(pieces(path))} == {UnreadReason.TOO_LARGE}


def test_bytes_behind_the_archive_are_searched(tmp_path, places, address):
    path = tmp_path / "a.7z"
    path.write_bytes(pack({"a.txt": b"hello"}) + address)
    assert places(path, address) == [("", None)]


def test_cut_and_changed_archives_are_survived(survives, address):
    survives(pack({"a.txt": address * 20, "b.txt": b"words " * 400}), "a.7z")


PPMD_FAULT = (
    "H+sCUCma9-2Gd`!6#@VN00000A^-pY00000Pk^e005JqunoEYdJ1Xcm-onflL4qR-*G&i}KaH$#4=(5mGHvb4uV9mo"
    "$_6UFf<-tKPN(T;um!cfL6vN&1vxAS0Ukd#pV9}4OtfQtO#@9U4lT_0r&j7;W?+lbRV@NU#p>is;zec?M17>3L-fO0"
    "K@LhaqGM>4Yp>6LPz$|7OESDDSh2hz^4NY0jgggmT|A=Y?T}rT2g9?F-!j{O?q?9I=1F-7Ag5abtaD5wV?M?+g3pgb"
    "RD*bKPq6<y2hf()eCPiV=#o>*bgvx@rW+yoFCw4Dp~|uV0001n5ZW6;pr-?(Gje)B5PAoqXZ;(qIs9U@=N^AM88$WQ"
    "_uHft(@FY<=Q$avjr+%7(JR4R%)2QjN`^wGa}$>uLSta^y{t`LL`XV^MHI(KnqVt48Q~Bpv!l$l@H^+eznkDG-h>Yr"
    "69e@6<3K4blB@j@s~rtP#Nurnm0of+#ea#vtc%JJ&NrS;<!BV#tYPN+XkAw;Oa9{!)7HE$!0{XJGhf?u;hm{>^akP7"
    "xU?m*%e%a;Ne>yi=#rKTzyJUM0JXq0z7O<mE&u=kfinlL57j%Y<d-DV{<D5Bm@;@LwOP=m3Ja3xw5thU9b{eJmYut$"
    "+hND}KWr+vw%D3d*Gcv$%mad$;y{-C77<A^OXhaiXYTPkc4v=UApaIIOkOo11xc$aVM|u{?ePEr02c;<t^o;W00#>J"
    "00AQd0RaVF01yBG41j_P0XTw8VgLX"
)
"""A changed archive, found by mutation, at which the PPMd decoder reads beyond its memory."""


def test_a_fault_in_a_decoder_ends_the_decoder_and_not_the_scan(tmp_path, pieces, places, address):
    path = tmp_path / "a.7z"
    path.write_bytes(base64.b85decode(PPMD_FAULT))
    assert ("7z:y/a", None) in places(path, address)
    found = reasons(pieces(path))
    assert [where for where, _ in found] == ["E1 › file:a.7z › 7z:y/b"]
    assert {reason for _, reason in found} <= {UnreadReason.CRASHED, UnreadReason.DAMAGED}
