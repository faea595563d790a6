import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import ConfigError
from chainlead.findings import load_knowledge, patterns, scan_items
from chainlead.findings.patterns import PatternSet

EXPRESSIONS = {
    "case number": r"\bCASE-\d{4,6}\b",
    "handle": r"(?i)@[a-z_][a-z0-9_]{3,20}",
    "same twice": r"\b(\w{3,9}) \1\b",
    "look behind": r"(?<=ref:)\w+",
}


def matches(expressions, content):
    return {
        name: [m.span() for m in compiled.finditer(content)]
        for name, compiled in PatternSet(expressions).candidates(content)
    }


@given(st.text("ref: CASE-0123 @abc_\n", max_size=80).map(str.encode))
def test_no_match_of_the_expression_is_missed(content):
    found = matches(EXPRESSIONS, content)
    for name, expression in EXPRESSIONS.items():
        expected = [m.span() for m in re.finditer(expression.encode(), content)]
        assert found.get(name, []) == expected


def test_the_same_matches_come_without_hyperscan(monkeypatch):
    content = b"see CASE-1234, ref:x and Tom Tom @abcd"
    fast = matches(EXPRESSIONS, content)
    monkeypatch.setattr(patterns, "_prefilter", lambda e: (None, list(range(len(e)))))
    slow = matches(EXPRESSIONS, content)
    assert {k: v for k, v in fast.items() if v} == {k: v for k, v in slow.items() if v}
    assert fast["case number"] == [(4, 13)]


@pytest.mark.parametrize("bad", ["(", "a*", "x" * 5000, "[z-a]"])
def test_an_expression_that_cannot_be_used_is_refused_with_its_name(bad):
    with pytest.raises(ConfigError, match="bad one"):
        PatternSet({"bad one": bad})


def test_a_match_is_a_finding_at_its_place_in_each_encoding(pages):
    table = "patterns:\n- {name: case number, expression: '\\bCASE-\\d{4}\\b'}\n"
    knowledge = load_knowledge((table,))
    content = b"see CASE-1234. " + b"\x01" + "xx CASE-9876 yy".encode("utf-16-le") + b"\x01"
    found = scan_items(pages(content), case_key=bytes(32), knowledge=knowledge)
    places = [(f.value, f.offset_bytes, f.encoding, f.detail["pattern"]) for f in found]
    assert places == [
        ("CASE-1234", 4, "ascii", "case number"),
        ("CASE-9876", 22, "utf-16-le", "case number"),
    ]
    assert {f.kind for f in found} == {"pattern"}


def test_a_secret_that_matches_is_masked(pages):
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    knowledge = load_knowledge(("patterns:\n- {name: all, expression: 'legal.{20,}'}\n",))
    found = scan_items(pages(phrase.encode()), case_key=bytes(32), knowledge=knowledge)
    (pattern,) = [f for f in found if f.kind == "pattern"]
    assert "winner" not in repr(pattern)


@pytest.mark.parametrize("text", ["patterns: 1", "patterns: [1]", "patterns:\n- {name: x}"])
def test_a_table_of_patterns_in_another_form_is_refused(text):
    with pytest.raises(ConfigError):
        load_knowledge((text,))
