"""Words of headers: each language's words lead to our columns; none is two things by accident."""

import pytest

from chainlead.request.answers.words import (
    column_names,
    find_columns,
    find_direction,
    find_sheet_kinds,
    is_total_word,
    plain,
    sheet_direction,
    sheet_kinds,
)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Transaction Hash", "txid"),
        ("TXID", "txid"),
        ("Transaktions-ID", "txid"),
        ("Tidpunkt (UTC)", "time"),
        ("Zeitstempel", "time"),
        ("Käll-port", ""),
        ("Källport", "ip_port"),
        ("IP-adress", "ip"),
        ("Geburtsdatum", "birth_date"),
        ("Numéro de téléphone", "phone"),
        ("Correo electrónico", "email"),
        ("Opmerking", "label"),
        ("E-mail address", "email"),
        ("Destination Tag", "memo"),
        ("something else", ""),
    ],
)
def test_a_header_leads_to_its_column(header: str, column: str) -> None:
    assert find_columns(header) == ((column,) if column else ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Inloggningar", "logins"),
        ("Uttag krypto", "crypto"),
        ("Withdrawal History", "crypto"),
        ("Bankverbindungen", "bank_accounts"),
        ("2024 Internal Transfers", "internal_transfers"),
    ],
)
def test_a_sheet_name_leads_to_its_kind(name: str, kind: str) -> None:
    assert kind in find_sheet_kinds(name)


def test_a_direction_is_said_by_cell_or_sheet() -> None:
    assert [find_direction(word) for word in ("Withdrawal", "Insättning", "Auszahlung", "odd")] == [
        "out", "in", "out", "",
    ]  # fmt: skip
    assert sheet_direction("Uttag krypto") == "out"
    assert sheet_direction("Deposits and withdrawals") == ""


def test_totals_are_known_by_word() -> None:
    assert is_total_word("Summa:")
    assert not is_total_word("Summary")


def test_words_are_compared_without_case_accent_and_punctuation() -> None:
    assert plain("  E-Post_adréss (privat) ") == "e post adress"


def test_every_name_of_the_data_is_a_small_word() -> None:
    for name in (*column_names(), *sheet_kinds()):
        assert name == name.lower()
        assert name.replace("_", "").isalnum()
