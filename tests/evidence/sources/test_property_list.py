"""Property lists: binary, XML, archives inside, damaged and hostile."""

import json
import plistlib
import struct

import pytest

from chainlead.evidence import UnreadReason


@pytest.mark.parametrize("fmt", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_strings_and_data_are_found_with_their_path(tmp_path, read, address, fmt):
    document = {"wallets": [{"to": address.decode()}, {"blob": b"\xff\xfe" + address}]}
    (tmp_path / "a.plist").write_bytes(plistlib.dumps(document, fmt=fmt))
    rows = {item.row for item in read(tmp_path).holding(address) if item.row}
    assert {"/wallets/0/to", "/wallets/1/blob"} <= rows


def test_text_outside_ascii_is_utf16_inside_and_still_found(tmp_path, read, address):
    content = plistlib.dumps({"note": "åäö " + address.decode()}, fmt=plistlib.FMT_BINARY)
    assert address not in content
    (tmp_path / "a").write_bytes(content)
    assert [item.row for item in read(tmp_path).holding(address)] == ["/note"]


def test_json_in_a_string_and_a_list_in_data_are_read(tmp_path, read, address):
    inner = plistlib.dumps({"deep": "å" + address.decode()}, fmt=plistlib.FMT_BINARY)
    document = {"state": json.dumps({"to": address.decode()}), "archive": inner}
    (tmp_path / "a").write_bytes(plistlib.dumps(document, fmt=plistlib.FMT_BINARY))
    places = read(tmp_path).places(address)
    assert "E1 › file:a › record:/state › text:json" in places
    assert "E1 › file:a › record:/archive › record:/deep" in places


def test_a_keyed_archive_gives_its_objects(tmp_path, read, address):
    archive = {"$archiver": "NSKeyedArchiver", "$objects": ["$null", address.decode()],
               "$top": {"root": plistlib.UID(1)}, "$version": 100000}  # fmt: skip
    (tmp_path / "a").write_bytes(plistlib.dumps(archive, fmt=plistlib.FMT_BINARY))
    assert "/$objects/1" in {item.row for item in read(tmp_path).holding(address)}


def _binary(objects, top=0, count=None):
    body, offsets = b"bplist00", []
    for content in objects:
        offsets.append(len(body))
        body += content
    table = len(body)
    body += b"".join(struct.pack(">H", offset) for offset in offsets)
    return body + struct.pack(">5xBBBQQQ", 0, 2, 1, count or len(objects), top, table)


@pytest.mark.parametrize(
    "content",
    [
        _binary([b"\xa1\x00"]),  # an array that holds itself
        _binary([b"\xa2\x01\x01", b"\xa2\x02\x02", b"\xa2\x00\x01"]),
    ],
)
def test_a_list_that_holds_itself_ends(tmp_path, read, content):
    (tmp_path / "a").write_bytes(content)
    assert not read(tmp_path).unread


@pytest.mark.parametrize(
    "content",
    [
        _binary([b"\xa1\x09"]),  # a reference to nowhere
        _binary([b"\x5f\x13" + b"\xff" * 8]),  # a string longer than everything
        _binary([b"\x09"], count=1 << 60),
        _binary([b"\x09"], top=5),
        b"bplist00",
        b"<?xml version='1.0'?><plist><dict><key>a</key>",
        b"<?xml version='1.0'?><!DOCTYPE plist [<!ENTITY a 'aaaa'>]><plist><string>&a;</string></plist>",
        b"<plist><integer>x</integer></plist>",
        b"<plist><data>!</data><date>x</date></plist>",
    ],
)
def test_a_damaged_list_is_reported(tmp_path, read, content):
    (tmp_path / "a").write_bytes(content)
    assert [reason for _, reason in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]


def test_a_cut_list_is_reported_whatever_the_cut(tmp_path, read, address):
    content = plistlib.dumps({"a": [address.decode(), {"b": b"x" * 99}]}, fmt=plistlib.FMT_BINARY)
    for cut in range(7, len(content) - 1, 5):
        (tmp_path / "a").write_bytes(content[:cut])
        assert read(tmp_path).unread
