"""Pages of a stream: its encoding is guessed once; what must be seen whole is one page."""

import pytest

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


@pytest.mark.parametrize(
    ("head", "pages"),
    [
        (bytes(12) + b"\x62\x31\x05\0", 1),
        (bytes(12) + b"\0\x05\x31\x62", 1),
        (b"SQLite format 3\0", 1),
        (b' {"keystore": ', 1),
        (b"keys and more", 4),
    ],
)
def test_what_wallets_are_kept_in_is_one_page(tmp_path, read, head, pages):
    (tmp_path / "a.dat").write_bytes(head.ljust(16_000, b"\xee"))
    seen = read(tmp_path, page_bytes=4096, margin_bytes=64)
    own = [item for item in seen.items if str(item.provenance) == "E1 › file:a.dat"]
    assert [item.core_bytes is None for item in own] == [False] * (pages - 1) + [True]
    assert max(len(item.data) for item in own) >= 16_000 // pages


def test_a_larger_database_is_read_in_pages(tmp_path, read):
    (tmp_path / "a.dat").write_bytes((bytes(12) + b"\x62\x31\x05\0").ljust(16_000, b"\xee"))
    seen = read(tmp_path, page_bytes=4096, margin_bytes=64, document_bytes=10_000)
    assert len(seen.items) == 4
