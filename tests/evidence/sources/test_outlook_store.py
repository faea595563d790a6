"""The walk over a store is tested on objects with the library's face: no real store is at hand."""

import struct

import pytest

from chainlead.evidence import Item, Unread, UnreadReason
from chainlead.evidence.budget import Budget
from chainlead.evidence.limits import Limits
from chainlead.evidence.source import Member, Place
from chainlead.evidence.sources.outlook_store import walk_store
from chainlead.evidence.stream import Stream
from chainlead.model import Provenance, Step

SUBJECT, BODY = 0x0037, 0x1000


class Entry:
    def __init__(self, kind, value, value_type=0x001F):
        self.kind, self.value, self.value_type = kind, value, value_type

    def get_entry_type(self):
        return self.kind

    def get_value_type(self):
        return self.value_type

    def get_data_as_string(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Record:
    def __init__(self, entries):
        self.entries = entries

    def get_number_of_entries(self):
        return len(self.entries)

    def get_entry(self, number):
        return self.entries[number]


class Thing:
    """An item, folder, message or attachment."""

    def __init__(self, *, name="", sets=(), messages=(), folders=(), files=(), inner=(), **more):
        self.name, self.sets, self.messages, self.folders = name, sets, messages, folders
        self.files, self.inner = files, inner
        self.recipients = more.get("recipients")
        self.bodies = more.get("bodies", {})
        self.content, self.at = more.get("content", b""), 0

    def get_name(self):
        return self.name

    def get_number_of_record_sets(self):
        return len(self.sets)

    def get_record_set(self, number):
        return self.sets[number]

    def get_number_of_sub_messages(self):
        return len(self.messages)

    def get_sub_message(self, number):
        if isinstance(self.messages[number], Exception):
            raise self.messages[number]
        return self.messages[number]

    def get_number_of_sub_folders(self):
        return len(self.folders)

    def get_sub_folder(self, number):
        return self.folders[number]

    def get_number_of_attachments(self):
        return len(self.files)

    def get_attachment(self, number):
        return self.files[number]

    def get_number_of_sub_items(self):
        return len(self.inner)

    def get_sub_item(self, number):
        return self.inner[number]

    def get_plain_text_body(self):
        return self.bodies.get("plain")

    def get_html_body(self):
        return self.bodies.get("html")

    def get_rtf_body(self):
        return self.bodies.get("rtf")

    def get_long_filename(self):
        return self.name

    def get_size(self):
        return len(self.content)

    def seek_offset(self, offset, _whence):
        self.at = offset

    def read_buffer(self, size):
        chunk = self.content[self.at : self.at + size]
        self.at += len(chunk)
        return chunk


class Store:
    def __init__(self, root, orphans=()):
        self.root, self.orphans = root, orphans

    def get_root_folder(self):
        return self.root

    def get_number_of_orphan_items(self):
        return len(self.orphans)

    def get_orphan_item(self, number):
        return self.orphans[number]


def message(subject="", **more):
    return Thing(
        sets=[Record([Entry(SUBJECT, subject), Entry(BODY, "left out"), Entry(3, 7, 3)])], **more
    )


@pytest.fixture
def walk():
    def run(store):
        provenance = Provenance("E1", (Step("file", "a.pst"),))
        place = Place(provenance, Stream.of_bytes(b"!BDN"), "a.pst", Budget(Limits()))
        return list(walk_store(store, place))

    return run


def test_folders_messages_recipients_bodies_and_attachments_are_given(walk, address):
    a = address.decode()
    recipients = Thing(sets=[Record([Entry(0x3001, "Mallory"), Entry(0x39FE, "m@x.example")])])
    inner = message(f"inner {a}", bodies={"plain": address})
    full = message(
        f"pay {a}",
        recipients=recipients,
        bodies={"plain": b"text " + address, "html": b"<html>" + address, "rtf": b"{\\rtf1 x}"},
        files=[Thing(name="räkning.zip", content=b"PK" + address), Thing(inner=[inner])],
    )
    root = Thing(
        folders=[
            Thing(
                name="In/box", messages=[full], folders=[Thing(name="Sub", messages=[message("x")])]
            )
        ]
    )
    found = walk(Store(root, [message(f"orphan {a}")]))
    members = {str(p.step): b"".join(p.chunks()) for p in found if isinstance(p, Member)}
    assert members == {
        "pst:In_box/1/body": b"text " + address,
        "pst:In_box/1/html": b"<html>" + address,
        "pst:In_box/1/rtf": b"{\\rtf1 x}",
        "pst:In_box/1/attachment 1": b"PK" + address,
        "pst:In_box/1/attachment 2/message 1/body": address,
    }
    views = {str(p.provenance)[18:]: p for p in found if isinstance(p, Item)}
    first = views["pst:In_box/1 › table:properties"]
    assert [row for _, row in first.rows] == [
        "subject",
        "recipient 1 name",
        "recipient 1 smtp address",
    ]
    assert "pst:In_box/1/attachment 2/message 1 › table:properties" in views
    assert "pst:In_box/Sub/1 › table:properties" in views
    assert address in views["pst:(orphans)/1 › table:properties"].data


def test_what_is_broken_is_named_and_the_rest_read(walk):
    broken = Thing(
        sets=[
            Record(
                [
                    Entry(SUBJECT, OSError("pypff_x: unable to read. libpff_y: secret")),
                    Entry(0x70, "topic"),
                ]
            )
        ]
    )
    root = Thing(messages=[OSError("cannot"), broken, message("good one")])
    found = walk(Store(root))
    notes = [p for p in found if isinstance(p, Unread)]
    assert [(str(p.provenance)[18:], p.reason) for p in notes] == [
        ("pst:1", UnreadReason.DAMAGED), ("pst:2", UnreadReason.DAMAGED),
    ]  # fmt: skip
    assert "secret" not in notes[1].detail
    assert [p.row for p in found if isinstance(p, Item)] == ["topic", "subject"]


def test_messages_and_folders_that_nest_forever_end(walk):
    loop = message("again")
    loop.files = [Thing(inner=[loop])]
    folder = Thing(name="f", messages=[loop])
    folder.folders = [folder]
    found = walk(Store(folder))
    assert {p.reason for p in found if isinstance(p, Unread)} == {UnreadReason.TOO_DEEP}


def test_a_file_that_is_no_store_inside_is_listed_and_searched(tmp_path, pieces, places, address):
    path = tmp_path / "a.pst"
    for version in (14, 23, 36):
        header = b"!BDN" + bytes(4) + b"SM" + struct.pack("<HHBB", version, 19, 1, 1)
        path.write_bytes(header.ljust(564, b"\0") + address + address.decode().encode("utf-16-le"))
        assert [p.reason for p in pieces(path) if isinstance(p, Unread)] == [UnreadReason.DAMAGED]
        assert places(path, address) == [("", None)] * 2


def test_cut_and_changed_headers_are_survived(survives):
    survives(b"!BDN" + bytes(4) + b"SM" + bytes(range(256)) * 20, "a.pst", 8)
