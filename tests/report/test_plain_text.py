import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.report.plain_text import shortened, spreadsheet_cell, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("invoice\u202egpj.exe", "invoice\\u202egpj.exe"),
        ("a\x00b", "a\\u0000b"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("Åsa, 日本, עברית", "Åsa, 日本, עברית"),
    ],
)
def test_nothing_in_a_text_stays_hidden(hostile, shown):
    assert visible(hostile) == shown


@given(st.text(alphabet=st.characters()))
def test_visible_text_is_one_printable_line_that_encodes(text):
    shown = visible(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert all(c.isprintable() for c in shown)
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_starts_a_formula(text):
    assert spreadsheet_cell(text)[0] not in "=+-@\t\r"


def test_short_names_keep_first_six_and_last_four():
    assert shortened("bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh") == "bc1qxy…0wlh"
    assert shortened("short") == "short"
