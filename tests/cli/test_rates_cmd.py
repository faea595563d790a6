"""`chainlead rates` adds, lists and answers; without a rate there is no figure."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.workflow.case import Case

OWN = "date,asset,currency,rate,source\n2024-03-01,BTC,SEK,650000.5,Bank of X\n"
ECB = "Date,USD,SEK,JPY,\n2024-03-01,1.0813,11.1948,162.7,\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(case: Case) -> Path:
    case.close()
    return case.folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(OWN)
    return path


def test_the_case_may_stand_before_or_behind_the_command(run: Run, folder, own) -> None:
    assert run("rates", folder, "add", own)[0] == 0
    code, out, _ = run("rates", "add", folder, own)
    assert (code, out.splitlines()[2].split()[0]) == (0, "known")
    assert run("rates", folder)[1] == run("rates", "list", folder)[1]
    assert "BTC/SEK" in run("rates", folder)[1]


def test_one_day_is_answered_with_rate_date_source_and_way(run: Run, folder, own, tmp_path) -> None:
    bank = tmp_path / "eurofxref-hist.csv"
    bank.write_text(ECB)
    run("rates", "add", folder, own, bank)
    code, out, _ = run("rates", folder, "at", "2024-03-01", "btc", "eur")
    assert code == 0
    for part in (
        "1 BTC = 58062.7166184 EUR on 2024-03-01",
        "BTC → SEK → EUR",
        "Bank of X",
        "11.1948",
    ):
        assert part in out, part
    document = json.loads(run("rates", "at", folder, "2024-03-01", "EUR", "SEK", "--json")[1])
    assert document["value"]["rates"][0]["rate"] == "11.1948"


def test_no_rate_is_said_and_ends_with_a_warning(run: Run, folder) -> None:
    code, out, _ = run("rates", folder)
    assert (code, "no rate" in out) == (0, True)
    code, out, _ = run("rates", folder, "at", "2024-03-01", "XMR", "SEK")
    assert code == 1
    assert "No figure is given without a rate" in out
    assert json.loads(run("rates", "at", folder, "2024-03-01", "XMR", "SEK", "--json")[1]) == {
        "value": None
    }


def test_a_bad_file_is_named_with_its_line_and_exit_code(run: Run, folder, tmp_path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(OWN.replace("650000.5", "NaN"))
    code, out, err = run("rates", "add", folder, bad)
    assert (code, out) == (55, "")
    assert "RateFileError: bad.csv, line 2: 'NaN' is no rate" in err
    assert "Traceback" not in err


def test_json_lists_files_and_sources(run: Run, folder, own) -> None:
    added = json.loads(run("rates", "add", folder, own, "--source", "me", "--json")[1])
    assert [file["title"] for file in added["files"]] == ["me"]
    listed = json.loads(run("rates", folder, "--json")[1])
    [source] = listed["sources"]
    assert source["is_own"] is True
    assert source["pairs"] == [
        {"base": "BTC", "quote": "SEK", "first": "2024-03-01", "last": "2024-03-01", "days": 1,
         "holds_days": 0}
    ]  # fmt: skip
    assert (
        json.loads(run("rates", folder, "--pair", "EUR", "--json")[1])["sources"][0]["pairs"] == []
    )


def test_from_where_on_sources_disagree_can_be_said(run: Run, folder, own, tmp_path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(OWN.replace("650000.5", "657000").replace("Bank of X", "Bank of Y"))
    run("rates", "add", folder, own, other)
    asked = ("rates", "at", folder, "2024-03-01", "BTC", "SEK")
    assert "disagree" not in run(*asked)[1]
    assert "Sources disagree by 1.07 %: 657000.00 SEK with" in run(*asked, "--disagree", "1%")[1]
    assert run(*asked, "--disagree", "-1")[0] == 2


def test_a_folder_is_read_file_by_file_and_a_refused_one_is_named(
    run: Run, folder, own, tmp_path
) -> None:
    (tmp_path / "LICENSE").write_text("free for all")
    rates = tmp_path / "rates"
    rates.mkdir()
    for path in (own, tmp_path / "LICENSE"):
        path.rename(rates / path.name)
    code, out, _ = run("rates", "add", folder, rates)
    assert code == 1
    assert "added" in out
    assert "Not used: LICENSE is no file of rates that is known." in out
    assert "BTC/SEK" in run("rates", folder)[1]
