"""Pages of a stream: its encoding is guessed once, from its beginning."""

from chainlead.evidence import pages


def test_the_beginning_is_looked_at_once_for_all_pages(tmp_path, read, monkeypatch):
    samples = []
    real = pages.guess_encoding

    def guess(sample, charset):
        samples.append(len(sample))
        return real(sample, charset)

    monkeypatch.setattr(pages, "guess_encoding", guess)
    (tmp_path / "a.txt").write_bytes("Straße und Weg\n".encode() * 2_000)
    seen = read(tmp_path, page_bytes=4096, margin_bytes=64)
    assert len(seen.items) == 8
    assert {item.encoding for item in seen.items} <= {"utf-8", "bytes"}
    assert samples == [32_000]
