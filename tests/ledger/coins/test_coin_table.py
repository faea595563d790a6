from pathlib import Path

import pytest

from chainlead.ledger import coin_table, get_parameters, source_table
from chainlead.ledger.accounts.account_chain import account_chains
from chainlead.ledger.accounts.account_reading import account_sources
from chainlead.ledger.parameters import output_chains
from chainlead.ledger.reading import ledger_sources
from chainlead.model import Chain

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "coins.md"
MET = ("bitcoin", "ethereum", "monero", "dash", "litecoin", "electroneum", "xrp")


def test_every_coin_has_one_row():
    assert [row.chain for row in coin_table()] == list(Chain)


@pytest.mark.parametrize("name", [*MET, "electroneum-smart-chain"])
def test_a_coin_that_officers_meet_has_sentences_of_its_own(name):
    rows = {row.chain.value: row for row in coin_table()}
    row = rows[name]
    for sentence in (row.reads, row.verifies, row.cannot):
        assert len(sentence) > 15
    assert row.cannot != rows["tron"].cannot


def test_the_kind_is_that_of_the_readers():
    kinds = {row.chain: row.kind for row in coin_table()}
    for found in output_chains():
        assert kinds[found.chain] == "outputs"
        assert get_parameters(found.chain) is found
    for account in account_chains():
        assert kinds[account.chain] == "accounts"


def test_what_is_not_read_says_what_to_do_instead_where_the_coin_is_met():
    for row in coin_table():
        if row.kind == "not read" and row.chain.value in MET:
            assert row.advice


def test_every_form_is_listed_with_its_first_line():
    listed = {row.form: row.meaning for row in source_table()}
    assert set(listed) == {found.form for found in (*ledger_sources(), *account_sources())}
    assert all(len(meaning) > 10 for meaning in listed.values())


def test_the_page_has_a_row_for_every_coin():
    page = PAGE.read_text("utf-8")
    for row in coin_table():
        assert f"| {row.chain.value} ({row.symbol}) | " in page, "run `make docs`"
