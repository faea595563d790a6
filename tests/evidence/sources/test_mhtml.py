import base64

from chainlead.evidence import StreamRead


def build(page, coding=b"quoted-printable"):
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://shop.example/pay\r\n"
        b"Subject: Pay\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        b'\ttype="text/html";\r\n\tboundary="----b"\r\n\r\n------b\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: "
        + coding
        + b"\r\nContent-Location: https://shop.example/pay?\r\n"
        b" order=7\r\n\r\n" + page + b"\r\n------b--\r\n"
    )


def test_a_page_split_over_soft_breaks_and_tags_is_found(tmp_path, places, pieces, address):
    split = (
        b"<html><body>"
        + address[:9]
        + b"=\r\n"
        + address[9:20]
        + b"<b>"
        + address[20:]
        + b"</b></body></html>"
    )
    path = tmp_path / "saved.mhtml"
    path.write_bytes(build(split))
    assert places(path, address) == [("part:1 › text:html", "text")]
    streams = [p.media_type for p in pieces(path) if isinstance(p, StreamRead)]
    assert streams == ["multipart/related", "text/html"]


def test_the_address_of_each_part_and_of_the_page_is_given(tmp_path, places):
    path = tmp_path / "saved.mht"
    path.write_bytes(build(b"<html>x</html>"))
    assert ("text:headers", "snapshot-content-location") in places(
        path, b"https://shop.example/pay"
    )
    assert ("text:headers", "part 1 content-location") in places(path, b"order=7")


def test_a_page_in_utf_16_is_found(tmp_path, places, address):
    page = "\ufeff<html><body>å " + address.decode() + "</body></html>"
    path = tmp_path / "saved.mhtml"
    path.write_bytes(build(base64.b64encode(page.encode("utf-16-le")), b"base64"))
    assert ("part:1", None) in places(path, address)


def test_cut_and_changed_pages_are_survived(survives, address):
    survives(build(b"<html>" + address * 4 + b"</html>"), "a.mhtml")
