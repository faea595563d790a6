import shutil
import struct
import subprocess
import time

import pytest

from chainlead.evidence import Item, Unread, UnreadReason, ordinary_way


def wide(text):
    return text.encode("utf-16-le")


def unread(found):
    return [(str(p.provenance)[5:], p.reason) for p in found if isinstance(p, Unread)]


def message(body, **more):
    return {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": wide(body), **more}


def test_a_message_gives_its_properties_and_attachments(  # noqa: PLR0917  (fixtures)
    tmp_path, places, pieces, make_ole, make_zip, address
):
    a = address.decode()
    attachment = {
        "__substg1.0_37010102": make_zip(("in.txt", address)),
        "__substg1.0_3707001F": wide("a longer name of a file.zip"),
    }
    tree = message(
        f"pay {a}",
        **{
            "__substg1.0_0037001F": wide(f"re: {a}"),
            "__substg1.0_10130102": f"<html><body>{a[:9]}<b>{a[9:]}</b></body></html>".encode(),
            "__attach_version1.0_#00000000": attachment,
        },
    )
    path = tmp_path / "a.msg"
    path.write_bytes(make_ole(tree))
    assert places(path, address) == [
        ("ole:__attach_version1.0_#00000000/__substg1.0_37010102 (attachment) › zip:in.txt", None),
        ("ole:__substg1.0_0037001F (subject)", None),
        ("ole:__substg1.0_1000001F (body)", None),
        ("ole:__substg1.0_10130102 (html) › text:html", "text"),
    ]
    assert places(path, b"a longer name of a file.zip")
    assert pieces(path)[0].media_type == "application/vnd.ms-outlook"
    assert not unread(pieces(path))


def test_messages_inside_messages_are_read_to_the_bottom(tmp_path, places, make_ole, address):
    tree = message(f"deep {address.decode()}")
    for _ in range(20):
        tree = message("outer", **{"__attach_version1.0_#00000000": {"__substg1.0_3701000D": tree}})
    path = tmp_path / "a.msg"
    path.write_bytes(make_ole(tree))
    ((where, _),) = places(path, address)
    assert where.count("__substg1.0_3701000D") == 20


def test_nesting_beyond_reason_is_named(tmp_path, pieces, make_ole):
    tree = message("x")
    for _ in range(400):
        tree = {"s": tree}
    path = tmp_path / "a.msg"
    path.write_bytes(make_ole(tree))
    assert pieces(path)


def test_packed_rich_text_is_unpacked(tmp_path, places, make_ole, address):
    text = b"{\\rtf1\\ansi pay {\\b " + address[:9] + b"}" + address[9:] + b"\\par}"
    body = b"".join(b"\xff"[:0] + b"\0" + text[i : i + 8] for i in range(0, len(text), 8))
    packed = struct.pack("<II4sI", len(body) + 12, len(text), b"LZFu", 0) + body
    path = tmp_path / "a.msg"
    path.write_bytes(make_ole(message("x", **{"__substg1.0_10090102": packed})))
    assert places(path, address) == [
        ("lzfu:__substg1.0_10090102 (packed rtf) › text:rtf", "paragraph 1")
    ]


def word(pieces, text_at=1024):
    """A Word 97 file: its text in pieces, out of order and in both widths."""
    document = bytearray(struct.pack("<H", 0xA5EC) + bytes(8) + struct.pack("<H", 0x0200))
    document = document.ljust(text_at, b"\0")
    places, descriptors = [0], b""
    for text, is_narrow in reversed(pieces):
        document += b"junk"
        at = len(document)
        document += text.encode("cp1252") if is_narrow else wide(text)
        packed = (at * 2) | 0x40000000 if is_narrow else at
        descriptors = struct.pack("<HIH", 0, packed, 0) + descriptors
    for text, _ in pieces:
        places.append(places[-1] + len(text))
    plc = struct.pack(f"<{len(places)}I", *places) + descriptors
    clx = b"\x01" + struct.pack("<H", 4) + b"prop" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", document, 0x1A2, 16, len(clx))
    return {"WordDocument": bytes(document), "1Table": bytes(16) + clx}


def test_an_old_word_text_is_joined_over_its_pieces(tmp_path, places, pieces, make_ole, address):
    a = address.decode()
    path = tmp_path / "a.doc"
    path.write_bytes(
        make_ole(
            word([("first\rpay ", True), (a[:9], False), (a[9:] + "\r", True), (f"å {a}", False)])
        )
    )
    assert ("ole:WordDocument › text:doc", "paragraph 2") in places(path, address)
    assert ("ole:WordDocument", None) in places(path, address)
    assert pieces(path)[0].media_type == "application/msword"


def record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def excel(address):
    """A workbook: one string cut by a continuation that changes its width, one unused."""
    a = address.decode()
    strings = struct.pack("<IIHB", 3, 3, len(a), 0) + a[:9].encode()
    rest = b"\x01" + wide(a[9:]) + struct.pack("<HBH", len(a), 8, 1) + a.encode() + bytes(4)
    rest += struct.pack("<HB", len(a) + 2, 1) + wide(f"å {a}")
    head = record(0x0809, bytes(16))
    table = record(0x00FC, strings) + record(0x003C, rest)
    bound_size = len(record(0x0085, bytes(8) + b"Konton"))
    sheet_at = len(head) + bound_size + len(table) + len(record(0x000A, b""))
    bound = record(0x0085, struct.pack("<IBBBB", sheet_at, 1, 0, 6, 0) + b"Konton")
    sheet = record(0x0809, bytes(16))
    sheet += record(0x00FD, struct.pack("<HHHI", 6, 1, 0, 0)) + record(
        0x00FD, struct.pack("<HHHI", 7, 27, 0, 1)
    )
    return {"Workbook": head + bound + table + record(0x000A, b"") + sheet + record(0x000A, b"")}


def test_old_cells_have_sheet_and_name(tmp_path, pieces, make_ole, address):
    path = tmp_path / "a.xls"
    path.write_bytes(make_ole(excel(address)))
    (view,) = [p for p in pieces(path) if isinstance(p, Item) and p.rows]
    assert str(view.provenance) == "E1 › file:a.xls › ole:Workbook › table:cells"
    starts = [i for i in range(len(view.data)) if view.data.startswith(address, i)]
    assert [view.row_at(at) for at in starts] == [
        "Konton!B7 (hidden sheet)", "Konton!AB8 (hidden sheet)", "string 2 (in no cell)",
    ]  # fmt: skip


def test_encrypted_documents_are_listed(tmp_path, pieces, make_ole, address):
    path = tmp_path / "a.doc"
    locked = word([("x", True)])
    locked["WordDocument"] = (
        locked["WordDocument"][:10] + struct.pack("<H", 0x0300) + locked["WordDocument"][12:]
    )
    book = {"Workbook": record(0x0809, bytes(16)) + record(0x002F, bytes(6))}
    for tree in (locked, book, {"EncryptedPackage": bytes(99), "EncryptionInfo": b"x"}):
        path.write_bytes(make_ole(tree))
        assert ("file:a.doc", UnreadReason.ENCRYPTED) in unread(pieces(path))


def test_bytes_in_free_sectors_and_slack_are_searched(tmp_path, places, make_ole, address):
    path = tmp_path / "a.doc"
    content = make_ole({"Big": b"x" * 5000})
    path.write_bytes(
        content.replace(b"x" * 392 + bytes(120), b"x" * 392 + address.ljust(120, b"\0"))
    )
    at = path.read_bytes().index(address)
    assert places(path, address) == [(f"ole:(free bytes at {at})", None)]


def test_slides_and_other_streams_are_read_unbroken(tmp_path, places, pieces, make_ole, address):
    path = tmp_path / "a.ppt"
    path.write_bytes(
        make_ole(
            {
                "PowerPoint Document": b"y" * 600 + wide(address.decode()) + bytes(9000),
                "\x05Notes": address,
            }
        )
    )
    assert places(path, address) == [("ole:\\x05Notes", None), ("ole:PowerPoint Document", None)]
    assert pieces(path)[0].media_type == "application/vnd.ms-powerpoint"


@pytest.mark.skipif(shutil.which("7z") is None, reason="7z is not on this machine")
def test_the_ordinary_way_reaches_a_stream(tmp_path, pieces, make_ole, address):
    path = tmp_path / "a.msg"
    path.write_bytes(
        make_ole(
            message("x", **{"__substg1.0_0037001F": b"re: " + address, "\x05Summary": address * 2})
        )
    )
    for item in [p for p in pieces(path) if isinstance(p, Item) and address in p.data]:
        at = item.data.index(address)
        lines = ordinary_way(item.provenance, at, 34, None, exhibit_path=str(path), is_folder=False)
        run = subprocess.run(
            ["bash", "-c", "\n".join(lines[:-1] if at >= 32 else lines)],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        dump = "".join(line[10:50] for line in run.stdout.decode().splitlines()).replace(" ", "")
        assert bytes.fromhex(dump) == address


def test_cut_and_changed_files_are_survived(survives, make_ole, address):
    survives(make_ole(message(f"pay {address.decode()}" * 200)), "a.msg", 10)
    survives(make_ole(word([("pay ", True), (address.decode(), False)])), "a.doc", 10)
    survives(make_ole(excel(address)), "a.xls", 10)


def test_a_stream_that_claims_more_than_the_file_is_listed_and_costs_nothing(
    tmp_path, pieces, make_ole
):
    content = bytearray(make_ole({"Big": b"x" * 5000}))
    entry = content.index(wide("Big"))
    struct.pack_into("<Q", content, entry + 120, 1 << 30)
    fat = struct.unpack_from("<I", content, 76)[0]
    first = struct.unpack_from("<I", content, entry + 116)[0]
    struct.pack_into("<I", content, (fat + 1) * 512 + 4 * first, first)  # a chain in a circle
    path = tmp_path / "a.doc"
    path.write_bytes(content)
    assert ("file:a.doc › ole:Big", UnreadReason.DAMAGED) in unread(pieces(path))


def test_small_streams_that_claim_gigabytes_together_cost_nothing(tmp_path, pieces, make_ole):
    content = bytearray(make_ole({"Small": b"x" * 500}))
    entry = content.index(wide("Root Entry"))
    struct.pack_into("<Q", content, entry + 120, 0x7FFFFFFF)
    fat = struct.unpack_from("<I", content, 76)[0]
    first = struct.unpack_from("<I", content, entry + 116)[0]
    struct.pack_into("<I", content, (fat + 1) * 512 + 4 * first, first)  # a chain in a circle
    path = tmp_path / "a.doc"
    path.write_bytes(content)
    begun = time.monotonic()
    assert pieces(path)
    assert time.monotonic() - begun < 60
