import gzip
import zlib

import cramjam
import pytest

from chainlead.evidence import Unread, UnreadReason


def record(body, kind=b"response", media=b"application/http; msgtype=response"):
    return (
        b"WARC/1.0\r\nWARC-Type: " + kind + b"\r\nWARC-Target-URI: http://shop.example/pay\r\n"
        b"Content-Type: "
        + media
        + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body
        + b"\r\n\r\n"
    )


def answer(body, *headers):
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"", body])


def chunked(body, size=7):
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


@pytest.fixture
def page(address):
    return b"<html><body>" + address[:9] + b"<i>" + address[9:] + b"</i></body></html>"


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        (b"", lambda body: body),
        (b"gzip", gzip.compress),
        (b"deflate", zlib.compress),
        (b"deflate", lambda body: zlib.compress(body)[2:-4]),
        (b"br", lambda body: bytes(cramjam.brotli.compress(body))),
        (b"zstd", lambda body: bytes(cramjam.zstd.compress(body))),
    ],
)
@pytest.mark.parametrize("in_pieces", [False, True])
def test_answers_are_decoded(  # noqa: PLR0917  (fixtures)
    tmp_path, places, page, address, coding, pack, in_pieces
):
    headers = [b"Content-Encoding: " + coding] if coding else []
    headers += [b"Transfer-Encoding: chunked"] if in_pieces else []
    body = chunked(pack(page)) if in_pieces else pack(page)
    path = tmp_path / "a.warc"
    path.write_bytes(
        record(b"software: x\r\n", b"warcinfo", b"application/warc-fields")
        + record(answer(body, *headers))
    )
    assert places(path, address) == [("warc:2 › text:html", "text")]


def test_records_in_gzip_members_are_read(tmp_path, places, page, address):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(record(b"x", b"warcinfo")) + gzip.compress(record(answer(page))))
    assert places(path, address) == [("gzip:a.warc › warc:2 › text:html", "text")]
    assert ("gzip:a.warc › text:headers", "record 2 warc-target-uri") in places(
        path, b"http://shop.example/pay"
    )


def test_utf_16_and_plain_addresses_are_found_at_their_place(tmp_path, places, address):
    path = tmp_path / "a.warc"
    path.write_bytes(
        record(answer(b"see " + address)) + record(answer(address.decode().encode("utf-16-le")))
    )
    assert places(path, address) == [("", None)] * 2


def test_a_bomb_stops_and_a_wrong_length_is_passed(tmp_path, pieces, places, page, address):
    bomb = gzip.compress(bytes(32 << 20))
    path = tmp_path / "a.warc"
    path.write_bytes(record(answer(bomb, b"Content-Encoding: gzip")) + record(answer(page)))
    assert [p.reason for p in pieces(path) if isinstance(p, Unread)] == [UnreadReason.RATIO]
    broken = record(answer(page)).replace(b"Content-Length: ", b"Content-Length: 9")
    path.write_bytes(broken + record(answer(page)))
    assert {p.reason for p in pieces(path) if isinstance(p, Unread)} == {UnreadReason.DAMAGED}
    short = record(answer(b"x" * 60)).replace(b"Content-Length: 7", b"Content-Length: 2", 1)
    path.write_bytes(short + record(answer(page)))
    assert ("warc:2 › text:html", "text") in places(path, address)


def test_a_brotli_bomb_is_refused(tmp_path, pieces):
    bomb = bytes(cramjam.brotli.compress(bytes(64 << 20)))
    path = tmp_path / "a.warc"
    path.write_bytes(record(answer(bomb, b"Content-Encoding: br")))
    assert [p.reason for p in pieces(path) if isinstance(p, Unread)] == [UnreadReason.DAMAGED]


def test_cut_and_changed_archives_are_survived(survives, page):
    survives(
        record(
            answer(
                chunked(gzip.compress(page)),
                b"Content-Encoding: gzip",
                b"Transfer-Encoding: chunked",
            )
        )
        * 3,
        "a.warc",
    )
