"""The annex: RFC 4180, no formulas, the ledger's values."""

from dataclasses import replace

import pytest

from chainlead.errors import IdentifierMismatchError
from chainlead.request.annex import COLUMNS, annex_rows, guard_cell, read_annex, write_annex
from chainlead.request.identifier_check import check_annex
from chainlead.request.transfer_facts import derive_facts


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str, lead, ledger) -> None:
    assert guard_cell(f"{start}1+1") == f"'{start}1+1"
    facts = [replace(fact, rate_source=f"{start}cmd()") for fact in derive_facts(lead, ledger)]
    rows = read_annex(write_annex(annex_rows(facts)))
    assert rows[1][-1] == f"'{start}cmd()"


def test_the_annex_reads_back_with_header_and_crlf(lead, ledger) -> None:
    content = write_annex(annex_rows(derive_facts(lead, ledger)))
    assert content.count(b"\r\n") == 3
    rows = read_annex(content)
    assert rows[0] == COLUMNS
    row = dict(zip(COLUMNS, rows[2], strict=True))
    assert row["amount_base_units"] == "2100000000"
    assert row["amount"] == "21.00000000 BTC"
    assert row["from_addresses"] == "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
    assert row["next_txid"] == "c3" * 32


def test_any_changed_byte_of_the_annex_is_refused(lead, ledger) -> None:
    rows = annex_rows(derive_facts(lead, ledger))
    content = write_annex(rows)
    check_annex(content, rows)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises((IdentifierMismatchError, UnicodeDecodeError)):
            check_annex(bytes(changed), rows)
