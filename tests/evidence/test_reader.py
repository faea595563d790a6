import hashlib
import itertools
import random
import zlib

import pytest

from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence import (
    Item,
    Layer,
    Limits,
    Unread,
    UnreadReason,
    open_exhibit,
    read_file,
    reread,
)
from chainlead.model import Provenance, Step


def test_an_archive_in_an_archive_in_an_archive_is_read(  # noqa: PLR0917  (fixtures)
    tmp_path, read, make_zip, make_tar, make_gzip, address
):
    inner = make_zip(("deep.txt", address))
    path = tmp_path / "outer.zip"
    path.write_bytes(make_zip(("a.tar.gz", make_gzip(make_tar(("b.zip", inner))))))
    seen = read(path)
    assert seen.places(address) == [
        "E1 › file:outer.zip › zip:a.tar.gz › gzip:a.tar › tar:b.zip › zip:deep.txt"
    ]
    assert not seen.unread
    assert {s.media_type for s in seen.streams} >= {"application/zip", "application/gzip"}


def test_an_archive_read_to_its_end_gives_no_raw_bytes_of_its_own(tmp_path, read, make_zip):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("x.txt", b"hello world")))
    raw = [i for i in read(path).items if i.layer is Layer.RAW]
    assert [str(i.provenance) for i in raw] == ["E1 › file:a.zip › zip:x.txt"]


def test_every_stream_has_its_digest_and_size(tmp_path, read, make_zip):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("x.txt", b"hello")))
    found = {str(s.provenance): (s.sha256, s.size_bytes) for s in read(path).streams}
    assert found == {
        "E1 › file:a.zip": (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_size,
        ),
        "E1 › file:a.zip › zip:x.txt": (hashlib.sha256(b"hello").hexdigest(), 5),
    }


def test_nesting_stops_at_the_depth_limit_and_says_so(tmp_path, read, make_gzip):
    content = b"bottom"
    for _ in range(6):
        content = make_gzip(content)
    path = tmp_path / "nest"
    path.write_bytes(content)
    seen = read(path, depth=4)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.TOO_DEEP]
    assert not seen.holding(b"bottom")
    assert not read(path, depth=6).unread


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()])


def test_a_bomb_stops_at_the_ratio_and_its_start_is_searched(tmp_path, read):
    path = tmp_path / "bomb.gz"
    path.write_bytes(bomb(64 << 20))
    seen = read(path)
    assert seen.reasons() == [("E1 › file:bomb.gz › gzip:bomb", UnreadReason.RATIO)]
    assert max(s.size_bytes for s in seen.streams) < 30 << 20


def test_a_nested_bomb_is_stopped_by_the_ratio_of_the_whole_chain(tmp_path, read, make_gzip):
    path = tmp_path / "bomb.gz.gz"
    path.write_bytes(make_gzip(bomb(256 << 20)))
    seen = read(path)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.RATIO]
    assert sum(s.size_bytes for s in seen.streams) < 16 << 20


def test_a_flat_bomb_of_many_members_stops_at_the_total(tmp_path, read, make_zip):
    part = random.Random(1).randbytes(100_000) * 10
    path = tmp_path / "flat.zip"
    path.write_bytes(make_zip(*((f"{n}", part) for n in range(30))))
    seen = read(path, total_bytes=5_000_000)
    assert ("E1 › file:flat.zip", UnreadReason.TOO_LARGE) in seen.reasons()
    assert sum(s.size_bytes for s in seen.streams[1:]) <= 5_000_000


def test_too_many_members_stop_the_file_and_its_own_bytes_are_searched(tmp_path, read, make_zip):
    path = tmp_path / "many.zip"
    path.write_bytes(make_zip(*((f"{n}.txt", b"x") for n in range(50))))
    seen = read(path, members=10)
    assert seen.reasons() == [("E1 › file:many.zip", UnreadReason.TOO_MANY)]
    assert len(seen.streams) == 11
    assert str(seen.items[-1].provenance) == "E1 › file:many.zip"


def test_a_large_member_is_searched_as_far_as_the_limit(tmp_path, read, make_zip, address):
    content = address + random.Random(2).randbytes(300_000)
    path = tmp_path / "large.zip"
    path.write_bytes(make_zip(("big", content)))
    seen = read(path, member_bytes=100_000)
    assert ("E1 › file:large.zip › zip:big", UnreadReason.TOO_LARGE) in seen.reasons()
    assert "E1 › file:large.zip › zip:big" in seen.places(address)


def test_time_is_measured_while_reading_and_not_while_searching(tmp_path, make_zip):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(*((f"{n}.txt", b"some text") for n in range(20))))
    (file,) = open_exhibit(path, "E1").files()

    ticks = itertools.count()
    slow = list(read_file(file, Limits(seconds=30), now=lambda: float(next(ticks))))
    assert [p.reason for p in slow if isinstance(p, Unread)] == [UnreadReason.TOO_SLOW]

    moment = [0.0]
    patient = []
    for piece in read_file(file, Limits(seconds=30), now=lambda: moment[0]):
        moment[0] += 1000.0  # the searcher is slow
        patient.append(piece)
    assert not [p for p in patient if isinstance(p, Unread)]


def test_a_large_member_waits_in_a_file_without_a_name(tmp_path, read, make_zip, monkeypatch):
    import tempfile

    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    content = random.Random(3).randbytes(200_000)
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("big", content)))
    (file,) = open_exhibit(path, "E1").files()
    names = [sorted(folder.iterdir()) for _ in read_file(file, Limits(memory_bytes=1000))]
    assert names
    assert not any(names)


def test_pages_overlap_by_the_margin_and_cover_every_byte(tmp_path, read):
    content = random.Random(4).randbytes(10_000)
    path = tmp_path / "big.bin"
    path.write_bytes(content)
    items = read(path, page_bytes=1024, margin_bytes=100).items
    assert [i.offset_bytes for i in items] == list(range(0, 10_000, 1024))
    assert items[0].data == content[:1124]
    assert items[0].core_bytes == 1024
    assert items[-1].core_bytes is None
    assert b"".join(i.data[: i.core_bytes] for i in items) == content


def test_a_file_that_changes_while_it_is_read_is_listed(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"a" * 100)
    (file,) = open_exhibit(path, "E1").files()
    reading = read_file(file, Limits())
    next(reading)
    path.write_bytes(b"b" * 50)
    rest = list(reading)
    assert [p.reason for p in rest if isinstance(p, Unread)] == [UnreadReason.DAMAGED]


def test_reread_gives_the_same_items_and_nothing_else(
    tmp_path, read, make_zip, make_gzip, make_wal_pair
):
    database, wal = make_wal_pair()
    (tmp_path / "a.zip").write_bytes(
        make_zip(
            ("p.html", b"<html><a href='https://x.example/abcdef'>x</a>text</html>"),
            ("n.gz", make_gzip(b'{"k": "value one", "l": ["value two"]}')),
            ("h.db", database),
            ("h.db-wal", wal),
            ("same.txt", b"first"),
            ("same.txt", b"second"),
        )
    )
    items = read(tmp_path).items
    assert len({i.provenance for i in items}) >= 7
    for provenance in {i.provenance for i in items}:
        expected = [i for i in items if i.provenance == provenance]
        assert list(reread(tmp_path, provenance, Limits())) == expected


def test_reread_of_a_place_that_is_gone_is_a_named_error(tmp_path):
    place = Provenance("E1", (Step("file", "gone"),))
    with pytest.raises(ExhibitNotFoundError):
        list(reread(tmp_path, place, Limits()))


def test_random_damage_to_nested_containers_never_raises(  # noqa: PLR0917  (fixtures)
    tmp_path, read, make_zip, make_tar, make_gzip, make_wal_pair
):
    database, wal = make_wal_pair(512)
    mail = (
        b"From x y\nFrom: a@b.example\nTo: c@d.example\nSubject: =?utf-8?q?x?=\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Transfer-Encoding: base64\n\n'
        b"aGVsbG8gd29ybGQ=\n--b--\n"
    )
    page = b"<!doctype html><html><body><a href='https://x.example/y'>&amp;&#x41;</a></body></html>"
    members = [
        ("h.db", database),
        ("h.db-wal", wal),
        ("m.mbox", mail),
        ("p", page),
        ("j", b'["ab"]'),
    ]
    samples = [make_tar(*members), make_zip(*members), make_gzip(page), database, mail, page]
    chance = random.Random(20240301)
    path = tmp_path / "hostile"
    for _ in range(400):
        content = bytearray(chance.choice(samples))
        for _ in range(chance.choice([1, 2, 8, 40])):
            at = chance.randrange(min(len(content), chance.choice([64, 600, 1 << 20])))
            match chance.randrange(4):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randrange(1, 80)]
                case 2:
                    content[at:at] = content[at : at + chance.randrange(1, 600)]
                case _:
                    content[at : at + 8] = chance.choice([b"\xff" * 8, bytes(8), b"99999999"])
            content = content or bytearray(b"x")
        path.write_bytes(content)
        seen = read(path, seconds=20.0)
        assert seen.streams
        for piece in (*seen.items, *seen.unread):
            assert str(piece.provenance).encode()
        assert all(item.row is None or item.row.encode() for item in seen.items)


@pytest.mark.real
def test_all_real_evidence_is_read_and_what_is_not_is_listed(shared_data, read):
    seen = read(shared_data / "evidence")
    reasons = {u.reason for u in seen.unread}
    assert reasons == {
        UnreadReason.CLIMBS_OUT, UnreadReason.DAMAGED, UnreadReason.EMPTY, UnreadReason.LINK,
        UnreadReason.UNSUPPORTED,
    }  # fmt: skip
    empty = {str(s.provenance) for s in seen.streams if s.size_bytes == 0}
    assert {str(u.provenance) for u in seen.unread if u.reason is UnreadReason.EMPTY} == empty
    places = " ".join(str(i.provenance) for i in seen.holding(b"INFO No new content"))
    for way in ("syslog.gz › gzip:syslog", "syslog.bz2 › bzip2:syslog", "syslog.xz › xz:syslog",
                "syslog.tgz › gzip:syslog.tar › tar:syslog", "syslog.zip › zip:syslog"):  # fmt: skip
        assert way in places


def test_items_are_the_same_on_every_reading(tmp_path, make_zip, read):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip(("a.json", b'{"b": "some string", "c": ["d", "another"]}')))
    first, second = read(path).items, read(path).items
    assert first == second
    assert all(isinstance(i, Item) for i in first)
