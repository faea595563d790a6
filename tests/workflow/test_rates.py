"""Rates come into a case as acts with their file; replay gives the same tables, and values."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chainlead.errors import RateFileError
from chainlead.ledger import RateHints
from chainlead.model import NATIVE, Amount, Chain
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.leads import list_leads
from chainlead.workflow.rates import (
    add_rates,
    lead_values,
    list_rates,
    load_valuation,
    rate_at,
    trace_values,
    value_of,
)
from chainlead.workflow.trace import get_trace
from chainlead.workflow.verify import verify

ECB = "Date,USD,SEK,JPY,\n2024-03-04,1.0846,11.2675,163.24,\n2024-03-01,1.0813,11.1948,162.7,\n"
CANDLES = "Date,Open,Close\n2024-03-01,61000,62000.5\n2024-03-02,62000.5,62010\n"
OWN = "date;asset;currency;rate;source;note\n2024-03-01;BTC;SEK;650000;Bank of X;by phone\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {"eurofxref-hist.csv": ECB, "BTC-USD-1d.csv": CANDLES, "own.csv": OWN}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return {name: tmp_path / name for name in contents}


def test_each_file_is_one_act_with_its_bytes(case: Case, files) -> None:
    done = list(add_rates(case, list(files.values()), why="for the indictment"))
    assert [(f.state, f.pairs, f.days) for f in done] == [
        ("added", 3, 6), ("added", 1, 2), ("added", 1, 1),
    ]  # fmt: skip
    acts = [entry for entry in case.entries if entry.act == "rates.add"]
    assert [case.blobs.get(entry.blobs["rates"]) for entry in acts] == [
        ECB.encode(), CANDLES.encode(), OWN.encode(),
    ]  # fmt: skip
    assert {entry.why for entry in acts} == {"for the indictment"}


def test_the_same_file_again_changes_nothing_and_new_hints_do(case: Case, files) -> None:
    candles = files["BTC-USD-1d.csv"]
    assert [f.state for f in add_rates(case, [candles, candles])] == ["added", "known"]
    [named] = add_rates(case, [candles], RateHints(title="Yahoo"))
    assert named.state == "added"
    assert [source["title"] for source in list_rates(case)][-1] == "Yahoo"
    assert len([entry for entry in case.entries if entry.act == "rates.add"]) == 2


def test_a_refused_file_leaves_the_case_as_it_was(case: Case, files, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(OWN + "2024-03-01;BTC;SEK;650001;Bank of Y;\n")
    with pytest.raises(RateFileError, match="two rates for BTC/SEK"):
        list(add_rates(case, [bad]))
    with pytest.raises(RateFileError, match="cannot be read"):
        list(add_rates(case, [tmp_path / "absent.csv"]))
    with pytest.raises(RateFileError, match="cannot be read"):
        list(add_rates(case, [tmp_path]))
    assert [entry.act for entry in case.entries] == ["case.new"]
    assert list_rates(case) == []


def test_replaying_the_journal_gives_the_same_rates(case: Case, files) -> None:
    list(add_rates(case, list(files.values()), RateHints(holds_days=2)))
    folder = case.folder
    case.close()
    assert verify(folder).problems == []


def test_values_come_from_the_rates_of_the_case_and_own_ones_first(case: Case, files) -> None:
    list(add_rates(case, [files["eurofxref-hist.csv"], files["BTC-USD-1d.csv"]]))
    moment = datetime(2024, 3, 1, 12, tzinfo=UTC)
    amount = Amount(NATIVE[Chain.BITCOIN], 150_000)
    assert str(value_of(case.store, amount, moment, "SEK")) == "962.85 SEK"
    list(add_rates(case, [files["own.csv"]]))
    own = value_of(case.store, amount, moment, "SEK")
    assert (str(own), own.reading.legs[0].note) == ("975.00 SEK", "by phone")
    assert [text for text, _ in own.others] == ["962.85"]
    assert value_of(case.store, amount, datetime(2024, 4, 1, tzinfo=UTC), "SEK") is None


def test_one_day_can_be_asked_for(case: Case, files) -> None:
    list(add_rates(case, list(files.values())))
    weekend = rate_at(case, date(2024, 3, 3), "eur", "sek")
    assert (weekend.reading.price_text, weekend.reading.days_back) == ("11.1948", 2)
    inverse = rate_at(case, date(2024, 3, 1), "SEK", "EUR")
    assert inverse.reading.price_text == "0.0893271876228"
    assert rate_at(case, date(2024, 3, 1), "XMR", "SEK") is None


@pytest.mark.real
def test_published_rates_come_through_a_case_unchanged(case: Case, shared_data: Path) -> None:
    folder = shared_data / "rates"
    list(add_rates(case, [folder / "ecb/eurofxref-hist.zip"]))
    valuation = load_valuation(case.store)
    assert valuation.value_of_code("EUR", 1000, date(2024, 3, 1), "SEK").text == "11194.80"
    path = case.folder
    case.close()
    assert verify(path).problems == []
    assert (path / "case.db").stat().st_size < 8_000_000, "217,555 rates take little room"


def test_each_end_of_a_trace_has_its_value_where_the_case_has_a_rate(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as opened:
        document = get_trace(opened, demo.trace_id)
        values = trace_values(opened, document)
    ends = {
        end["outpoint"]: int(end["amount_units"])
        for result in document["rules"].values()
        for end in result["frontier"]
        if end["outpoint"]
    }
    assert set(values) == set(ends)
    for place, value in values.items():
        assert (value.amount_units, value.currency) == (ends[place], "SEK")
        assert value.reading.legs[0].source == "invented for practice"


def test_each_deposit_of_a_lead_has_its_value(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as opened:
        leads = list_leads(opened)
        values = [value for lead in leads for value in lead_values(opened, lead)]
    deposits = [deposit for lead in leads for deposit in lead.deposits]
    assert [value.amount_units for value in values] == [one.amount_units for one in deposits]
    assert {value.currency for value in values} == {"SEK"}
