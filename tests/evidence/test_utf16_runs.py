import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.utf16_runs import find_utf16_runs


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_utf16_hidden_in_bytes_is_found_at_any_alignment(codec, shift):
    text = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
    page = b"\xfe" * shift + b"\xee\xee" + text.encode(codec) + b"\xee\xee\xee"
    found = [(page[a:b].decode(e), e) for a, b, e in find_utf16_runs(page)]
    assert (text, codec) in found or any(text in words for words, _ in found)
    assert len(found) == 1


@given(st.binary(max_size=200))
def test_runs_are_sorted_even_and_inside(page):
    runs = list(find_utf16_runs(page))
    assert [r[0] for r in runs] == sorted(r[0] for r in runs)
    for start, end, encoding in runs:
        assert 0 <= start < end <= len(page)
        assert len(page[start:end].decode(encoding)) >= 8
