from email.message import EmailMessage

from chainlead.evidence import Layer, UnreadReason


def build(attachment=b"", subject="Ordinary subject"):
    message = EmailMessage()
    message["From"] = "Förnamn <a@x.example>"
    message["To"] = "b@y.example"
    message["Subject"] = subject
    message["Message-ID"] = "<1@x.example>"
    message.set_content("plain words of the body")
    message.add_alternative("<html><p>words&nbsp;of the page</p></html>", subtype="html")
    if attachment:
        message.add_attachment(
            attachment, maintype="application", subtype="octet-stream", filename="räkning.zip"
        )
    return bytes(message)


def views(seen):
    return {i.row: i.data.decode() for i in seen.items if i.layer is Layer.DECODED}


def test_headers_are_decoded(tmp_path, read):
    (tmp_path / "m.eml").write_bytes(build(subject="Räkning på 0,5"))
    found = views(read(tmp_path))
    assert found["subject"] == "Räkning på 0,5"
    assert found["from"] == "Förnamn <a@x.example>"


def test_an_attachment_is_decoded_and_opened(tmp_path, read, make_zip, address):
    (tmp_path / "m.eml").write_bytes(build(make_zip(("in.txt", address))))
    seen = read(tmp_path)
    assert seen.places(address) == ["E1 › file:m.eml › part:2 › zip:in.txt"]
    assert views(seen)["part 2 attachment name"] == "räkning.zip"


def test_a_plain_body_is_found_once_at_its_place_in_the_message(tmp_path, read):
    content = build()
    (tmp_path / "m.eml").write_bytes(content)
    (item,) = read(tmp_path).holding(b"plain words of the body")
    assert str(item.provenance) == "E1 › file:m.eml"
    assert item.data == content


def test_a_page_in_a_mail_has_its_text_view(tmp_path, read):
    (tmp_path / "m.eml").write_bytes(build())
    places = read(tmp_path).places("words\u00a0of the page".encode())
    assert places == ["E1 › file:m.eml › part:2 › text:html"]


def test_quoted_printable_in_another_charset_is_decoded(tmp_path, read, address):
    half = len(address) // 2
    (tmp_path / "m.eml").write_bytes(
        b"From: a@x.example\nTo: b@y.example\nSubject: s\nContent-Type: text/plain; charset=koi8-r\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n=F0=D2=C9=D7=C5=D4 "
        + address[:half] + b"=\n" + address[half:] + b"\n"
    )  # fmt: skip
    (item,) = [i for i in read(tmp_path).holding(address) if len(i.provenance.steps) == 2]
    assert item.encoding == "koi8-r"
    assert item.data.decode(item.encoding).startswith("Привет")


def test_a_forwarded_message_shows_its_headers(tmp_path, read):
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "c@x.example", "d@y.example", "forwarded"
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "hidden@z.example", "inner subject"
    inner.set_content("inner text")
    outer.set_content("see below")
    outer.add_attachment(inner)
    (tmp_path / "m.eml").write_bytes(bytes(outer))
    assert "hidden@z.example" in views(read(tmp_path)).values()


def test_damaged_base64_is_listed(tmp_path, read):
    content = build(b"some attachment that is long enough").replace(b"c29tZSBh", b"c29tZSB*", 1)
    (tmp_path / "m.eml").write_bytes(content[:-60])
    seen = read(tmp_path)
    assert all(reason is UnreadReason.DAMAGED for _, reason in seen.reasons())
    assert seen.items


def test_a_text_with_a_colon_is_no_mail(tmp_path, read):
    (tmp_path / "n.txt").write_text("Note: remember\nSubject: shopping\n\nmilk")
    assert {s.media_type for s in read(tmp_path).streams} == {"application/octet-stream"}


def test_parts_nested_beyond_reason_are_listed(tmp_path, read):
    lines = [b"From: a@x.example\nTo: b@y.example\nSubject: s\nMIME-Version: 1.0"]
    lines += [
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d' % (n, n) for n in range(150)
    ]
    (tmp_path / "m.eml").write_bytes(b"\n".join(lines) + b"\n\nend")
    seen = read(tmp_path)
    assert {r for _, r in seen.reasons()} <= {UnreadReason.TOO_DEEP, UnreadReason.DAMAGED}
    assert seen.reasons()
