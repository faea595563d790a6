"""JSON lists become sheets; numbers keep their digits."""

import pytest

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.json_rows import JsonRows


def test_each_list_is_a_sheet_and_no_digit_is_lost() -> None:
    content = b'{"uid": 7, "withdrawals": [{"amount": 0.10000000000000000001, "to": {"a": "x"}}, {"fee": 1}]}'
    table, labels = JsonRows().read(content, ReadingHints(), AnswerLimits())
    assert table.name == "withdrawals"
    assert [row.texts for row in table.rows] == [
        ("amount", "to.a", "fee"),
        ("0.10000000000000000001", "x", ""),
        ("", "", "1"),
    ]
    assert [row.texts for row in labels.rows] == [("uid", "7")]


@pytest.mark.parametrize("content", [b"[]", b"{}", b"[1, 2", b'{"a": null}', b"[" * 90 + b"]" * 90])
def test_nothing_to_read_is_a_named_error(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        JsonRows().read(content, ReadingHints(), AnswerLimits())


def test_a_list_with_too_many_keys_is_a_named_error() -> None:
    with pytest.raises(UnreadableError, match="keys"):
        JsonRows().read(b'[{"a": [1, 2, 3]}]', ReadingHints(), AnswerLimits(columns=2))
