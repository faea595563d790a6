"""NCASP.csv: warnings, with a misspelt column and many sites in one cell."""

from collections.abc import Callable
from datetime import date

import pytest


def test_every_site_of_a_cell_is_read(read: Callable, ncasp: str) -> None:
    entry = next(e for e in read("NCASP.csv", ncasp).entries if e.legal_name == "Dobobo")
    assert entry.domains == ("dobobo.example", "dobobo1.example", "dobobo2.example")
    assert (entry.status, entry.lei, entry.seat) == ("non-compliant", "", "")
    assert entry.since == date(2025, 2, 12)
    assert entry.detail == {"ae_homememberstate": "IT", "infringement": "no"}


def test_a_reason_with_a_comma_stays_whole(read: Callable, ncasp: str) -> None:
    entry = next(e for e in read("NCASP.csv", ncasp).entries if e.legal_name == "Bank Bot")
    assert entry.detail["ae_reason"] == "Offers services, without being allowed to"
    assert entry.detail["infringement"] == "yes"
    assert entry.seat == "BE"


def test_the_right_spelling_of_the_column_is_read_too(read: Callable, ncasp: str) -> None:
    right = read("NCASP.csv", ncasp.replace("ae_infrigment", "ae_infringement"))
    assert right.entries == read("NCASP.csv", ncasp).entries


def test_two_authorities_may_warn_of_one_company(read: Callable, ncasp: str) -> None:
    line = "Spanish Authority,ES,Dobobo,,,Dobobo,dobobo.example,No,,01/03/2025,,02/03/2025"
    reading = read("NCASP.csv", f"{ncasp}\n{line}")
    assert [e.regulator for e in reading.entries if e.legal_name == "Dobobo"] == [
        "Italian Authority", "Spanish Authority",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["None", "N/A", "-", "", "not a site"])
def test_a_cell_without_a_site_has_none(read: Callable, ncasp: str, cell: str) -> None:
    reading = read("NCASP.csv", ncasp.replace("www.bank-bot.example", cell))
    assert next(e for e in reading.entries if e.legal_name == "Bank Bot").domains == ()
