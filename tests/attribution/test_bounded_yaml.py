"""Packs come from strangers: nothing in them is executed, expanded or silently changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution.bounded_yaml import YamlLimits, parse_bounded_yaml
from chainlead.errors import PackInvalidError


def parse(text: str, **limits: int) -> dict:
    return parse_bounded_yaml(text.encode(), name="p.yaml", limits=YamlLimits(**limits))


def test_an_unquoted_hex_address_stays_text() -> None:
    assert parse("address: 0x8589427373D6D84E98730D7795D8f6f8731FDA16") == {
        "address": "0x8589427373D6D84E98730D7795D8f6f8731FDA16"
    }


def test_a_country_code_is_no_truth_word() -> None:
    assert parse("jurisdictions: [NO, SE]") == {"jurisdictions": ["NO", "SE"]}


def test_each_mapping_knows_its_line() -> None:
    document = parse("title: t\ntags:\n- address: a\n- address: b\n")
    assert [tag.line for tag in document["tags"]] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: &x [1]\nb: *x\n", 1, "anchors"),
        ("a: 1\nb: *x\n", 2, "undefined alias|aliases"),
        ("a: 1\nb: !!python/object/apply:os.system ['id']\n", 2, "tags"),
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1\nb: 2\n", 2, ""),
        ("? [x]\n: 1\n", 1, "no text"),
        ("- a\n", 1, "mapping"),
    ],
)
def test_what_no_pack_needs_is_refused_with_its_line(text: str, line: int, why: str) -> None:
    with pytest.raises(PackInvalidError, match=rf"(?s)line {line}.*({why})"):
        parse(text)


def test_an_alias_bomb_ends_at_its_first_anchor() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    with pytest.raises(PackInvalidError, match="line 1: anchors"):
        parse(bomb)


def test_limits_have_names() -> None:
    with pytest.raises(PackInvalidError, match="bytes"):
        parse("a: 12345", size_bytes=4)
    with pytest.raises(PackInvalidError, match="deeper than 3"):
        parse("a: [[[[1]]]]", depth=3)
    with pytest.raises(PackInvalidError, match="more than 2 values"):
        parse("a: [1, 2, 3]", nodes=2)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_mapping_or_the_named_error(content: bytes) -> None:
    try:
        document = parse_bounded_yaml(content, name="p.yaml")
    except PackInvalidError:
        return
    assert isinstance(document, dict)
