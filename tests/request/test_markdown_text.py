"""Text from outside can be neither Markdown nor anything else; what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import IdentifierMismatchError
from chainlead.request.markdown_text import (
    as_code,
    blocks_runs,
    escape_markdown,
    parse_blocks,
    parse_inline,
    plain_text,
    runs_text,
)


@given(st.text(max_size=300))
def test_escaped_text_reads_back_as_one_plain_line(text: str) -> None:
    runs = parse_inline(escape_markdown(text))
    assert runs_text(runs) == plain_text(text)
    assert {run["style"] for run in runs} <= {"plain"}


@given(st.text(max_size=200))
def test_no_text_breaks_out_of_a_table_cell(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| x | {escape_markdown(text)} |"
    (block,) = parse_blocks(table)
    assert [len(row) for row in block["rows"]] == [2, 2]
    assert runs_text(block["rows"][1][1]).strip() == plain_text(text)


@given(st.text(max_size=200))
def test_any_text_gives_blocks(text: str) -> None:
    for line in blocks_runs(parse_blocks("# t\n\n" + text)):
        assert all(run["style"] in {"plain", "bold", "code"} for run in line)


def test_direction_marks_and_control_characters_are_gone() -> None:
    assert plain_text("a\u202eb\u0000c\u200bd\ne") == "ab cd e"


@pytest.mark.parametrize("bad", ["", "a`b", "a|b", "a\nb", "=1", "é"])
def test_only_identifiers_become_code(bad: str) -> None:
    with pytest.raises(IdentifierMismatchError):
        as_code(bad)


def test_the_forms_that_letters_use() -> None:
    blocks = parse_blocks(
        "# T\n\n> q\n\n- [x] a\n- [ ] b\n\n1. one\n1. two\n\n| h | `c` |\n| --- | --- |\n| **b** | 2 |\n\np\nq"
    )
    assert [block["kind"] for block in blocks] == [
        "heading", "quote", "list", "list", "table", "paragraph",
    ]  # fmt: skip
    assert [item["tick"] for item in blocks[2]["items"]] == ["ticked", "open"]
    assert blocks[3]["ordered"]
    assert blocks[4]["rows"][1][0] == [{"style": "bold", "text": "b"}]
    assert runs_text(blocks[5]["runs"]) == "p q"
