"""A stated payment against the ledger: agrees, differs in what, absent with what it may have meant."""

from typing import Any

import pytest

from chainlead.model import Chain
from chainlead.request import LedgerPayment, StatedRow, check_row

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
TXID = "a1" * 32


def stated(
    amount: str | None = "0.04", *, at: str | None = None, binary: bool = False, **fields: str
) -> StatedRow:
    told = {"txid": TXID, "address": ADDRESS, "asset": "BTC"} | fields
    told = {name: text for name, text in told.items() if text}
    return StatedRow(
        1, 1, "ab" * 32, "Sheet", 2, "crypto", told, amount=amount, occurred_at=at,
        is_binary_amount=binary,
    )  # fmt: skip


def checked(row: StatedRow, book: Any) -> StatedRow:
    check_row(row, Chain.BITCOIN, lambda chain: book if chain is Chain.BITCOIN else None)
    return row


@pytest.mark.parametrize(
    ("fields", "amount", "state", "address_equal", "amount_equal", "outpoint"),
    [
        ({}, "0.04", "agrees", True, True, f"{TXID}:0"),
        ({"txid": f"0x{TXID.upper()}"}, "0.04", "agrees", True, True, f"{TXID}:0"),
        ({}, "0.05", "differs", True, False, f"{TXID}:0"),
        ({"address": "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"}, "0.04", "differs", False, True, None),
        ({"address": ""}, "0.04", "agrees", None, True, f"{TXID}:0"),
        ({"address": ""}, None, "agrees", None, None, None),
        ({"fee": "0.001"}, "0.041", "agrees", True, True, f"{TXID}:0"),
    ],
)
def test_each_field_is_compared_by_itself(
    book: Any, fields: dict[str, str], amount: str | None, state: str, *,
    address_equal: bool | None, amount_equal: bool | None, outpoint: str | None,
) -> None:  # fmt: skip
    check = checked(stated(amount, **fields), book).check
    assert check["state"] == state
    assert (check["address_equal"], check["amount_equal"]) == (address_equal, amount_equal)
    assert check.get("outpoint") == outpoint


def test_a_wrong_id_names_the_payment_that_it_may_have_meant(book: Any) -> None:
    wrong = "1a" + TXID[2:]
    row = checked(stated(txid=wrong), book)
    assert row.check["state"] == "absent"
    assert row.check["likely"] == [f"{TXID}:0"]
    assert "It differs from it in 2 characters" in row.doubts[0].sentence


def test_an_unknown_id_is_absent_and_nothing_more(book: Any) -> None:
    row = checked(stated("9", txid="cd" * 32), book)
    assert row.check["state"] == "absent"
    assert "likely" not in row.check
    assert "fetch it" in row.doubts[0].sentence


@pytest.mark.parametrize("txid", ["xyz", "a1" * 31, "a1" * 33, "=HYPERLINK()"])
def test_what_is_no_id_is_malformed(book: Any, txid: str) -> None:
    assert checked(stated(txid=txid), book).check == {"state": "malformed"}


def test_another_ledger_than_the_cases_is_not_checked_and_said(book: Any) -> None:
    row = checked(stated(asset="ETH", address="0x" + "ab" * 20), book)
    assert (row.check["state"], row.check["chain"]) == ("no ledger", "ethereum")
    assert checked(stated(asset="SHIB", address=""), book).check["state"] == "no ledger"


def test_a_row_without_an_id_says_none(book: Any) -> None:
    assert checked(stated(txid=""), book).check == {"state": "none"}


@pytest.mark.parametrize(
    ("at", "is_doubtful"),
    [
        ("2024-02-02T01:55:00Z", False),
        ("2024-02-02T02:55:00Z", True),
        ("2024-02-01T17:48:00Z", True),
        ("2024-02-02T02:20:00Z", False),
        ("2024-02-05T01:50:52Z", False),
        ("2024-02-02", False),
    ],
)
def test_a_time_whole_hours_from_its_block_is_likely_of_another_zone(
    book: Any, at: str, *, is_doubtful: bool
) -> None:
    row = checked(stated(at=at), book)
    assert ("time zone" in [doubt.kind for doubt in row.doubts]) == is_doubtful


def test_a_payment_record_is_what_the_ledger_has(book: Any) -> None:
    assert isinstance(book.payments(TXID)[0], LedgerPayment)
