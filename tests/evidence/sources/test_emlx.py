from chainlead.evidence import Unread, UnreadReason

LIST = b'<?xml version="1.0"?><plist version="1.0"><dict><key>flags</key><integer>1</integer></dict></plist>'


def build(body, length=None):
    message = b"From: a@x.example\nTo: b@y.example\nSubject: =?utf-8?b?cGF5?=\n\n" + body
    return b"%d\n" % (len(message) if length is None else length) + message + LIST


def test_a_message_is_read_as_mail_and_its_bytes_at_their_place(tmp_path, places, pieces, address):
    path = tmp_path / "1.emlx"
    path.write_bytes(build(b"to " + address + b"\n"))
    assert places(path, address) == [("", None)]
    assert places(path, b"pay\n"[:3]) == [("message:1 › text:headers", "subject")]
    assert not [p for p in pieces(path) if isinstance(p, Unread)]


def test_an_attachment_in_it_is_decoded(tmp_path, places, address):
    half = address[:15] + b"=\n" + address[15:]
    mail = (
        b"From: a@x.example\nTo: b@y.example\nMIME-Version: 1.0\nSubject: s\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n" + half + b"\n"
    )
    path = tmp_path / "2.emlx"
    path.write_bytes(b"%d\n" % len(mail) + mail + LIST)
    assert places(path, address) == [("message:1 › part:1", None)]


def test_a_length_beyond_the_file_is_listed(tmp_path, pieces, places, address):
    path = tmp_path / "3.emlx"
    path.write_bytes(build(address, length=99_999))
    assert [p.reason for p in pieces(path) if isinstance(p, Unread)] == [UnreadReason.DAMAGED]
    assert places(path, address)


def test_a_number_and_words_are_no_message(tmp_path, pieces):
    path = tmp_path / "n.txt"
    path.write_bytes(b"12\nnote: words\nmore: words\n")
    assert pieces(path)[0].media_type == "application/octet-stream"


def test_cut_and_changed_messages_are_survived(survives, address):
    survives(build(address * 5), "a.emlx")
