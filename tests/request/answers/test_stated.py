"""Rows as stated: every doubt is beside its row, nothing of the file is dropped."""

from chainlead.request import (
    AnswerProfile,
    ReadingHints,
    SheetProfile,
    StatedRow,
    Statement,
    propose_profile,
    read_answer,
    read_statement,
)

TXID = "a1" * 32
ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


def stated(text: str, name: str = "transactions.csv", zone: str = "UTC") -> Statement:
    files = read_answer([(name, text.encode())], ReadingHints())
    return read_statement(files, propose_profile(files), zone)


def test_a_column_without_a_meaning_is_kept_under_its_own_header() -> None:
    (row,) = stated(f"TxHash,Amount,Odd column\n{TXID},1,kept\n").rows
    assert row.fields == {"txid": TXID, "amount": "1"}
    assert row.others == {"Odd column": "kept"}


def test_one_cell_of_the_column_settles_the_decimal_mark_for_all() -> None:
    first, second = stated(f"TxHash;Amount\n{TXID};1,234\n{TXID};0,5\n").rows
    assert (first.amount, second.amount) == ("1.234", "0.5")
    (alone,) = stated(f"TxHash;Amount\n{TXID};1,234\n").rows
    assert alone.amount is None
    assert [doubt.kind for doubt in alone.doubts] == ["amount"]


def test_a_total_is_kept_and_is_no_payment() -> None:
    payment, total = stated(f"Date,TxHash,Amount\n2024-02-02,{TXID},1\nTotal,,1\n").rows
    assert (payment.kind, total.kind) == ("crypto", "total")
    assert total.doubts == []


def test_a_direction_that_no_word_explains_is_a_doubt() -> None:
    inward, odd, negative = stated(
        f"TxHash,Amount,Type\n{TXID},1,Deposit\n{TXID},1,Reversal\n{TXID},-1,\n"
    ).rows
    assert (inward.direction, odd.direction, negative.direction) == ("in", "", "out")
    assert [doubt.kind for doubt in odd.doubts] == ["direction"]
    assert negative.amount == "1"


def test_a_line_of_a_letter_gives_the_one_id_and_address_that_it_names() -> None:
    files = read_answer(
        [("letter.txt", f"We paid {TXID} to {ADDRESS}.\nTwice: {TXID} {'b2' * 32}\n".encode())]
    )
    profile = AnswerProfile(
        profile="x", sheets=(SheetProfile(names=("*",), kind="statement", layout="lines"),)
    )
    one, two = read_statement(files, profile, "UTC").rows
    assert one.fields == {"txid": TXID, "address": ADDRESS}
    assert two.fields == {}


def test_a_sheet_that_the_profile_does_not_know_is_kept_and_said() -> None:
    files = read_answer([("odd.csv", b"a,b\n1,2\n")])
    profile = AnswerProfile(profile="x", sheets=(SheetProfile(names=("other",), kind="crypto"),))
    told = read_statement(files, profile, "UTC")
    assert [row.kind for row in told.rows] == ["unmapped", "unmapped"]
    assert [row.others["text"] for row in told.rows] == ["a b", "1 2"]
    assert [doubt.kind for doubt in told.doubts] == ["unknown sheet", "missing sheet"]


def test_travel_rule_data_need_no_profile() -> None:
    record = b'{"originator": {"originatorPersons": [], "accountNumber": ["x"]}, "beneficiaryVASP": {"legalPerson": {"name": "Lagune"}}}'
    files = read_answer([("x.json", record)])
    profile = AnswerProfile(profile="x", sheets=(SheetProfile(names=("other",), kind="crypto"),))
    rows = read_statement(files, profile, "UTC").rows
    assert [(row.kind, row.fields.get("counter_service")) for row in rows] == [
        ("travel_rule", "Lagune")
    ]


def test_every_row_knows_its_file_sheet_and_place() -> None:
    row = stated(f"TxHash,Amount\n{TXID},1\n").rows[0]
    assert isinstance(row, StatedRow)
    assert (row.file, row.sheet, row.sheet_row, len(row.sha256)) == (1, "transactions", 2, 64)
