"""CASPS.csv in all the shapes in which it was seen."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution.services.register import lookup_register_form
from chainlead.errors import PackInvalidError


def test_every_column_is_read(read: Callable, casps: str, leis: dict[str, str]) -> None:
    reading = read("CASPS.csv", casps)
    assert (reading.register, reading.row_count, reading.is_complete) == ("esma-casps", 3, True)
    assert reading.as_of == date(2026, 7, 1)
    first = next(e for e in reading.entries if e.key == leis["kastell"])
    assert (first.legal_name, first.lei, first.seat) == ("Kastell OÜ", leis["kastell"], "EE")
    assert first.commercial_names == ("Kastell Exchange",)
    assert first.domains == ("kastell.example",)
    assert first.regulator == "Estonian Authority (FI)"
    assert (first.status, first.since, first.until) == ("authorised", date(2025, 4, 9), None)
    assert [each[:2] for each in first.services] == ["a.", "c."]
    assert first.countries == ("BE", "BG", "GR", "SE")
    assert first.detail["ae_address"] == "Pikk 1, Tallinn"


def test_a_lei_that_stands_twice_gives_two_entries(
    read: Callable, casps: str, leis: dict[str, str]
) -> None:
    keys = [e.key for e in read("CASPS.csv", casps).entries]
    assert leis["kastell"] in keys
    assert f"{leis['kastell']}#2" in keys


def test_both_orders_of_a_day_are_read(read: Callable, casps: str, leis: dict[str, str]) -> None:
    second = next(e for e in read("CASPS.csv", casps).entries if e.key.endswith("#2"))
    assert (second.since, second.updated) == (date(2025, 9, 1), date(2025, 9, 2))


def test_an_end_date_means_no_longer_authorised(read: Callable, casps: str) -> None:
    ended = next(e for e in read("CASPS.csv", casps).entries if e.legal_name == "Lagune Ltd")
    assert (ended.status, ended.until) == ("ended", date(2026, 6, 30))


def test_an_end_date_that_is_no_day_still_means_no_longer_authorised(
    read: Callable, casps: str
) -> None:
    reading = read("CASPS.csv", casps.replace("30/06/2026", "withdrawn"))
    ended = next(e for e in reading.entries if e.legal_name == "Lagune Ltd")
    assert (ended.status, ended.until) == ("ended", None)
    assert "1 × the column ac_authorisationenddate holds no day" in reading.problems


def test_a_company_without_lei_is_kept_under_its_name(read: Callable, casps: str) -> None:
    reading = read("CASPS.csv", casps)
    ended = next(e for e in reading.entries if e.legal_name == "Lagune Ltd")
    assert (ended.key, ended.lei, ended.seat) == ("MT:lagune ltd", "", "MT")
    assert ended.commercial_names == ("Lagune", "Lagune Pay")
    assert "1 × a row has no LEI" in reading.problems


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("\ufeff" + text).encode("utf-16-le"),
        lambda text: ("\n" + text + "\n\n,,,\n").encode(),
        lambda text: text.replace("ae_lei_name", "AE_LEI_NAME ").encode(),
        lambda text: text.replace("|BG", " | BG").encode(),
    ],
)
def test_dress_does_not_matter(read: Callable, casps: str, dress: Callable) -> None:
    assert read("CASPS.csv", dress(casps)).entries == read("CASPS.csv", casps).entries


def test_semicolons_are_read_as_well_as_commas(read: Callable, casps: str) -> None:
    import csv
    import io

    rows = list(csv.reader(io.StringIO(casps)))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    assert read("CASPS.csv", out.getvalue()).entries == read("CASPS.csv", casps).entries


def test_another_encoding_is_read_and_said(read: Callable, casps: str) -> None:
    reading = read("CASPS.csv", casps.encode("cp1252"))
    assert any(e.legal_name == "Kastell OÜ" for e in reading.entries)
    assert "1 × the file is not UTF-8 and was read as Windows-1252" in reading.problems


def test_a_lei_with_wrong_check_digits_is_not_used(
    read: Callable, casps: str, leis: dict[str, str]
) -> None:
    wrong = leis["kastell"][:-1] + str((int(leis["kastell"][-1]) + 1) % 10)
    reading = read("CASPS.csv", casps.replace(leis["kastell"], wrong))
    assert all(not e.lei for e in reading.entries)
    assert any("check digits" in each for each in reading.problems)


def test_a_row_with_too_many_cells_is_left_out_and_counted(read: Callable, casps: str) -> None:
    reading = read("CASPS.csv", casps + "\na,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n")
    assert len(reading.entries) == 3
    assert "1 × a row has more cells than the header and was left out" in reading.problems


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ae_lei,", "ae_lei_number,", "column ae_lei is missing"),
        ("ac_comments", "ae_address", "column ae_address stands twice"),
        ("second authorisation", "x" * 20_001, "more than 20000 characters"),
        ("second authorisation", '"never closed', "no CSV|cells|characters"),
        ("second authorisation", "\0", "zero bytes"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(
    read: Callable, casps: str, old: str, new: str, why: str
) -> None:
    if new.startswith('"'):
        casps += "\n" + "y" * 140_000
    with pytest.raises(PackInvalidError, match=why):
        read("CASPS.csv", casps.replace(old, new))


def test_size_and_rows_have_limits(
    read: Callable, casps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chainlead.attribution.services import register_csv

    monkeypatch.setattr(register_csv.csv_rows, "__kwdefaults__", {"most_rows": 2})
    with pytest.raises(PackInvalidError, match="more than 2 rows"):
        read("CASPS.csv", casps)
    monkeypatch.setattr(register_csv.read_text, "__kwdefaults__", {"most_bytes": 100})
    with pytest.raises(PackInvalidError, match="more than 100 bytes"):
        read("CASPS.csv", casps)


def test_the_two_mica_files_are_told_apart(casps: str, ncasp: str) -> None:
    assert lookup_register_form("a.csv", casps.encode()).form == "esma.casps"
    assert lookup_register_form("a.csv", ncasp.encode()).form == "esma.ncasp"
    assert lookup_register_form("a.csv", b"address,label\n1,2\n") is None
    assert lookup_register_form("a.csv", b"") is None


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_give_entries_or_the_named_error(head: bytes, tail: bytes) -> None:
    from io import BytesIO

    from chainlead.attribution.importers.esma_casps import EsmaCasps

    header = b"ae_lei_name,ae_lei,ac_authorisationNotificationDate,ac_serviceCode\n"
    for content in (head, header + tail):
        EsmaCasps().recognises("x.csv", content)
        try:
            reading = EsmaCasps().read("x.csv", BytesIO(content), lambda lei, name: True)
        except PackInvalidError:
            continue
        assert list(reading.entries) == sorted(reading.entries, key=lambda e: e.key)
