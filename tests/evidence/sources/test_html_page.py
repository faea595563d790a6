from chainlead.evidence import Layer, UnreadReason


def views(seen):
    return {i.row: i.data.decode() for i in seen.items if i.layer is Layer.DECODED}


def test_text_is_seen_as_a_reader_sees_it(tmp_path, read, address):
    half = len(address) // 2
    first, second = address[:half].decode(), address[half:].decode()
    (tmp_path / "p.html").write_text(
        f"<!doctype html><html><body><p>send&nbsp;to <b>{first}</b><wbr><i>{second}</i></p>"
        "<p>next&#x21;</p><script>var hidden = 'not shown'</script><!-- comment --></body></html>"
    )
    text = views(read(tmp_path))["text"]
    assert address.decode() in text
    assert "next!" in text
    assert "not shown" not in text
    assert text.index("next") > text.index("\n", text.index(first))


def test_attributes_that_lead_somewhere_are_items_with_their_place(tmp_path, read, address):
    (tmp_path / "p.html").write_text(
        f'<html>\n<a href="bitcoin:{address.decode()}?amount=1&amp;label=x">pay</a>'
        '<meta content="some description"><img src="data:image/png;base64,AAAA" class="abcdefghij">'
    )
    seen = views(read(tmp_path))
    assert seen["a@href line 2 column 0"] == f"bitcoin:{address.decode()}?amount=1&label=x"
    assert "some description" in seen.values()
    assert not any("abcdefghij" in text for text in seen.values())


def test_the_declared_charset_is_used(tmp_path, read):
    page = '<html><meta charset="windows-1251"><p>Привет кошелёк</p></html>'
    (tmp_path / "p.html").write_bytes(page.encode("cp1251"))
    assert "Привет кошелёк" in views(read(tmp_path))["text"]


def test_a_page_in_utf16_is_read(tmp_path, read, address):
    page = f"<html><p>send to {address.decode()}</p></html>"
    (tmp_path / "p.html").write_bytes(page.encode("utf-16"))
    assert address.decode() in views(read(tmp_path))["text"]


def test_text_that_only_speaks_of_html_is_text(tmp_path, read):
    (tmp_path / "n.txt").write_text("I wrote <html> by hand today")
    assert {i.media_type for i in read(tmp_path).items} == {"text/plain"}


def test_hostile_markup_ends_in_time(tmp_path, read):
    for number, piece in enumerate(("<!--", "<a ", "<![CDATA[", "<" * 50, "&#", "<a href='", "</")):
        (tmp_path / f"{number}.html").write_text("<html>" + piece * (400_000 // len(piece)))
    seen = read(tmp_path, seconds=20.0)
    assert {reason for _, reason in seen.reasons()} <= {UnreadReason.DAMAGED}
    assert len({i.provenance for i in seen.items if i.layer is Layer.RAW}) == 7


def test_a_page_above_the_limit_is_searched_raw_and_listed(tmp_path, read):
    (tmp_path / "p.html").write_text("<html>" + "x" * 5000)
    seen = read(tmp_path, document_bytes=1000)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.TOO_LARGE]
    assert seen.items
