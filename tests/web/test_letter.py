"""A letter on a page: its text with its form, and nothing of it as part of the page."""

from hypothesis import given
from hypothesis import strategies as st

from chainlead.web.letter import letter


def test_headings_lists_tables_and_words_keep_their_form():
    text = "# Request\n\n> **DRAFT**\n\n1. one\n1. two\n\n| Field | Entry |\n| --- | --- |\n| Id | `a\\|b` |\n\ntext\nmore"
    told = str(letter(text))
    assert "<h3>Request</h3>" in told
    assert "<blockquote><p><strong>DRAFT</strong></p></blockquote>" in told
    assert "<ol><li>one</li>\n<li>two</li></ol>" in told
    assert '<th scope="col">Field</th>' in told
    assert "<td><code>a|b</code></td>" in told
    assert "<p>text more</p>" in told


@given(st.text(alphabet=st.sampled_from("<>&\"'`*|#-1. \n\\>x"), max_size=200))
def test_no_text_becomes_an_element_of_its_own(text):
    told = str(letter(text))
    for each in ("h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td",
                 "code", "strong", "blockquote", 'th scope="col"', "th"):  # fmt: skip
        told = told.replace(f"<{each}>", "").replace(f"</{each}>", "")
    assert "<" not in told
    assert ">" not in told


def test_no_word_of_a_letter_is_lost():
    text = "# A\nb\n- c\n  d\n| e | f |\n> g"
    told = str(letter(text))
    assert [word for word in "Abcdefg" if word not in told] == []
