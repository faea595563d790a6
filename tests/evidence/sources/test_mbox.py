from chainlead.evidence import Layer, UnreadReason

ONE = b"From x Mon Jan 1 00:00:00 2024\nFrom: a@x.example\nTo: b@y.example\nSubject: %s\n\nbody %s\n\n"


def test_messages_are_numbered_and_their_headers_placed(tmp_path, read):
    (tmp_path / "inbox").write_bytes(b"".join(ONE % (b"subject %d" % n, b"x") for n in (1, 2, 3)))
    seen = read(tmp_path)
    assert seen.places(b"subject 2")[-1] == "E1 › file:inbox › message:2 › text:headers"
    kinds = [s.media_type for s in seen.streams]
    assert kinds[0] == "application/mbox"
    assert kinds.count("message/rfc822") == 3


def test_a_plain_body_is_found_at_its_offset_in_the_mailbox(tmp_path, read, address):
    content = ONE % (b"s", address)
    (tmp_path / "inbox").write_bytes(content)
    (item,) = read(tmp_path).holding(address)
    assert item.layer is Layer.RAW
    assert item.data.index(address) + item.offset_bytes == content.index(address)


def test_an_attachment_in_a_mailbox_is_decoded(tmp_path, read, make_zip, address):
    import base64

    part = base64.encodebytes(make_zip(("in.txt", address)))
    (tmp_path / "inbox").write_bytes(
        ONE
        % (b"first", b"x")
        + b'From y\nFrom: c@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="q"\n\n'
        b"--q\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
        + part
        + b"--q--\n"
    )
    assert read(tmp_path).places(address) == ["E1 › file:inbox › message:2 › part:1 › zip:in.txt"]


def test_message_borders_are_found_across_reads(tmp_path, read, monkeypatch):
    from chainlead.evidence.sources import mbox

    monkeypatch.setattr(mbox, "_READ", 7)
    (tmp_path / "inbox").write_bytes(b"".join(ONE % (b"s%d" % n, b"b") for n in range(20)))
    seen = read(tmp_path)
    assert len([s for s in seen.streams if s.media_type == "message/rfc822"]) == 20


def test_a_message_above_the_limit_is_listed(tmp_path, read):
    (tmp_path / "inbox").write_bytes(ONE % (b"a", b"x" * 500) + ONE % (b"small", b"y"))
    seen = read(tmp_path, document_bytes=300)
    assert seen.reasons() == [("E1 › file:inbox › message:1", UnreadReason.TOO_LARGE)]
    assert seen.places(b"small")[-1] == "E1 › file:inbox › message:2 › text:headers"
