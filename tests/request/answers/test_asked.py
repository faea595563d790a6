"""What was asked and not answered: exactly that, in the letter's language."""

from typing import Any

import pytest

from chainlead.request import (
    AskedTransfer,
    Doubt,
    ItemState,
    StatedRow,
    Statement,
    derive_asked,
    derive_unanswered,
)
from chainlead.request.answers.stated import StatedSheet

TXID = "a1" * 32


def statement(*parts: tuple[str, list[dict[str, Any]]]) -> Statement:
    made = Statement()
    for kind, rows in parts:
        made.sheets.append(StatedSheet(1, kind.title(), kind, "table", len(rows), {}, (), (), ()))
        for fields in rows:
            told = dict(fields)
            check, amount = told.pop("check", {}), told.pop("amount", None)
            number = len(made.rows) + 1
            made.rows.append(
                StatedRow(
                    number,
                    1,
                    "ab" * 32,
                    kind.title(),
                    number + 1,
                    kind,
                    told,
                    check=check,
                    amount=amount,
                )
            )
    return made


WHOLE_LOGIN = {"ip": "8.8.8.8", "ip_port": "1", "time": "2024-02-02 10:00", "user_agent": "x"}


@pytest.mark.parametrize(
    ("rows", "state", "gaps"),
    [
        ([WHOLE_LOGIN], ItemState.ANSWERED, {}),
        ([], ItemState.ANSWERED, {}),
        ([WHOLE_LOGIN, {**WHOLE_LOGIN, "ip_port": ""}], ItemState.PARTLY, {"ip_port": 1}),
        ([{"odd": "x"}], ItemState.NOT, {"ip": 1, "ip_port": 1, "time": 1, "user_agent": 1}),
    ],
)
def test_an_item_is_answered_by_the_filled_columns_of_its_sheet(
    rows: list[dict[str, Any]], state: ItemState, gaps: dict[str, int]
) -> None:
    (item,) = derive_asked((6,), statement(("logins", rows)), has_pictures=False)
    assert (item.state, item.gaps) == (state, gaps)


def test_a_sheet_that_is_not_there_answers_nothing() -> None:
    (item,) = derive_asked((6,), statement(), has_pictures=False)
    assert item.state is ItemState.NOT


def test_copies_of_documents_are_answered_by_files_that_were_kept_shut() -> None:
    for has in (True, False):
        (item,) = derive_asked((4,), statement(), has_pictures=has)
        assert item.state is (ItemState.ANSWERED if has else ItemState.NOT)


def test_the_sentences_name_exactly_what_is_missing() -> None:
    told = statement(
        ("logins", [WHOLE_LOGIN, {**WHOLE_LOGIN, "ip_port": ""}]), ("account", [{"name": "A"}])
    )
    asked = derive_asked((1, 6, 9), told, has_pictures=False)
    left = derive_unanswered(asked, (), told, "en")
    assert left.numbers == (1, 6, 9)
    assert left.sentences[0] == (
        "Item 1: missing altogether: date of birth, postal address, nationality, customer number."
    )
    assert left.sentences[1] == "Item 6: source port is missing in 1 of 2 rows."
    assert left.sentences[2].startswith("Item 9 was not answered: Linked bank accounts")


def test_the_sentences_are_in_the_letters_language() -> None:
    left = derive_unanswered(
        derive_asked((6,), statement(), has_pictures=False), (), statement(), "sv"
    )
    assert left.sentences[0].startswith("Punkt 6 besvarades inte: ")


def test_a_transfer_of_the_annex_that_is_not_in_the_answer_is_asked_for() -> None:
    told = statement(
        ("crypto", [{"txid": TXID, "asset": "BTC", "check": {"state": "agrees", "txid": TXID}}])
    )
    transfers = (
        AskedTransfer(1, TXID, "output 0", "x"),
        AskedTransfer(2, "b2" * 32, "output 1", "y"),
    )
    left = derive_unanswered((), transfers, told, "en")
    assert left.sentences == (
        f"Transfer 2 of the annex ({'b2' * 32}, output 1) is not in the answer.",
    )
    assert left.numbers == (11,)


@pytest.mark.parametrize("state", ["absent", "malformed", "differs"])
def test_a_payment_that_the_ledger_contradicts_is_asked_about(state: str) -> None:
    told = statement(("crypto", [{"txid": TXID, "check": {"state": state, "txid": TXID}}]))
    left = derive_unanswered((), (), told, "en")
    assert left.numbers == (11,)
    assert "Your answer, sheet Crypto, row 2" in left.sentences[0]
    assert TXID in left.sentences[0]


def test_a_time_that_cannot_be_told_is_asked_under_its_own_item() -> None:
    told = statement(
        ("account", [{"registered_at": "2023-10-29 02:30", "email": "x", "phone": "y"}])
    )
    told.rows[0].doubts.append(Doubt("ambiguous time", "twice", 1, "Account", 2, "registered_at"))
    left = derive_unanswered(derive_asked((2,), told, has_pictures=False), (), told, "en")
    assert left.numbers == (2,)
    assert "2023-10-29 02:30" in left.sentences[0]


def test_a_whole_answer_leaves_nothing() -> None:
    told = statement(("logins", [WHOLE_LOGIN]))
    left = derive_unanswered(derive_asked((6,), told, has_pictures=False), (), told, "en")
    assert left.is_complete
    assert left.numbers == ()


def test_an_account_held_for_another_house_is_not_asked_about_here_again() -> None:
    told = statement(("nested", [{"nested_customer": "Broker", "address": "x"}]))
    asked = derive_asked((1, 6, 23, 24), told, has_pictures=False)
    assert [item.state.value for item in asked] == [
        "held for another", "held for another", "not answered", "answered",
    ]  # fmt: skip
    assert derive_unanswered(asked, (), told, "en").numbers == (23,)


def test_a_letter_names_twenty_rows_and_counts_the_others() -> None:
    rows = [
        {"txid": f"{n:064x}", "check": {"state": "absent", "txid": f"{n:064x}"}} for n in range(50)
    ]
    left = derive_unanswered((), (), statement(("crypto", rows)), "en")
    assert len(left.sentences) == 21
    assert left.sentences[-1] == "The same holds for 30 further rows of your answer."
