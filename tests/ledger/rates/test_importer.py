"""A file of rates is read whole by its content, or refused by name with its line."""

import io
import json
import sys
import zipfile
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chainlead.errors import RateFileError
from chainlead.ledger import RateHints, parse_rate_file
from chainlead.ledger.rates import rate_forms

OWN = "date,asset,currency,rate,source\n2024-01-02,btc,sek,455123.45,Bank of X\n"
ECB = "Date,USD,JPY,SEK,\n2024-03-01,1.0813,162.7,11.1948,\n2024-02-29,1.0826,N/A,11.2055,\n"
YAHOO = (
    "Date,Adj Close,Close,High,Low,Open,Volume\n2024-03-01,1,62000.5,3,4,5,6\n2024-03-02,,,,,,\n"
)
BITSTAMP = (
    "timestamp,open,close,volume,unix_timestamp,high,low\n"
    "2011-08-18 00:00:00,10.9,11.1,0.0,1313625600,10.9,10.9\n"
)


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return file.getvalue()


def only(name: str, content: str | bytes, **hints: str) -> tuple[str, str, list[tuple[date, str]]]:
    data = content.encode() if isinstance(content, str) else content
    [series] = parse_rate_file(name, data, RateHints(**hints)).series
    return series.base, series.quote, [(rate.day, rate.text) for rate in series.rates]


def test_own_rates_keep_source_and_note_of_each_row() -> None:
    content = "\ufeffdate;asset;currency;rate;source;note\r\n2024-01-02;btc;sek;455123.45;Bank;by phone\r\n"
    file = parse_rate_file("mine.csv", content.encode())
    [series] = file.series
    assert (series.base, series.quote, series.holds_days) == ("BTC", "SEK", 0)
    [rate] = series.rates
    assert (rate.text, rate.source, rate.note) == ("455123.45", "Bank", "by phone")
    assert file.source.is_own


def test_the_banks_zip_and_its_csv_give_the_same_rates() -> None:
    bare = parse_rate_file("eurofxref-hist.csv", ECB.encode())
    packed = parse_rate_file("x", zipped(eurofxref__hist_dot_csv=ECB))
    assert bare.series == packed.series
    assert [(s.base, s.quote, len(s.rates)) for s in bare.series] == [
        ("EUR", "JPY", 1), ("EUR", "SEK", 2), ("EUR", "USD", 2),
    ]  # fmt: skip
    assert bare.series[1].first == date(2024, 2, 29)


def test_a_candles_closing_price_counts_and_never_the_adjusted_one() -> None:
    assert only("BTC-USD-1d.csv", YAHOO) == ("BTC", "USD", [(date(2024, 3, 1), "62000.5")])
    assert only("BTCUSD_1d_candles.csv", BITSTAMP)[2] == [(date(2011, 8, 18), "11.1")]
    assert only("BTC-USD-1d.csv", YAHOO, price="Open")[2] == [(date(2024, 3, 1), "5")]
    file = parse_rate_file("BTC-USD-1d.csv", YAHOO.encode())
    assert file.source.basis == "closing price of the day, taken as a UTC day"
    assert file.notes == ("1 days have no price in the file",)


def test_a_pair_that_the_file_does_not_name_has_to_be_said() -> None:
    with pytest.raises(RateFileError, match="--asset and --currency"):
        parse_rate_file("prices.csv", YAHOO.encode())
    assert only("prices.csv", YAHOO, asset="xmr", currency="usd")[:2] == ("XMR", "USD")


def test_columns_of_pairs_are_read_side_by_side() -> None:
    content = "Date,BTC_USD,BTC_EUR\n2024-03-01,61000.1,56000\n2024-02-29,,55000\n"
    file = parse_rate_file("prices.csv", content.encode())
    assert [(s.base, s.quote, len(s.rates)) for s in file.series] == [
        ("BTC", "EUR", 2), ("BTC", "USD", 1),
    ]  # fmt: skip
    assert "not stated" in file.source.basis


def test_a_wallets_history_takes_its_currency_from_the_name() -> None:
    content = '{"2017-05-19": "1775.9515356", "2017-05-21": 1809.30}'
    assert only("BitFinex_EUR", content) == (
        "BTC", "EUR", [(date(2017, 5, 19), "1775.9515356"), (date(2017, 5, 21), "1809.30")],
    )  # fmt: skip
    with pytest.raises(RateFileError, match="--currency"):
        parse_rate_file("history.json", content.encode())


def test_a_closing_time_at_midnight_belongs_to_the_day_before() -> None:
    content = '[{"ct": 1279497600, "c": "0.08584"}, {"ct": 1280102400, "c": "0.0505"}]'
    assert only("weekly.json", content) == (
        "BTC", "USD", [(date(2010, 7, 18), "0.08584"), (date(2010, 7, 25), "0.0505")],
    )  # fmt: skip


def test_the_person_may_name_publisher_and_how_long_a_rate_stands() -> None:
    hints = RateHints(title="Yahoo Finance", holds_days=3)
    file = parse_rate_file("BTC-USD.csv", YAHOO.encode(), hints)
    assert (file.source.title, file.series[0].holds_days) == ("Yahoo Finance", 3)
    plain = parse_rate_file("BTC-USD.csv", YAHOO.encode())
    assert file.source.source_id != plain.source.source_id
    assert file.source.sha256 == plain.source.sha256


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("455123.45", "NaN", "line 2: 'NaN' is no rate"),
        ("455123.45", "inf", "line 2: 'inf' is no rate"),
        ("455123.45", "-1", "line 2: the rate '-1' is negative"),
        ("455123.45", "0", "line 2: the rate '0' is 0"),
        ("455123.45", "0.000", "is 0 or beyond"),
        ("455123.45", "1e99", "beyond all measure"),
        ("455123.45", "9" * 30, "is no rate"),
        ("455123.45", '"455123,45"', "line 2: '455123,45' has a comma"),
        ("455123.45", "0x10", "is no rate"),
        ("455123.45", "١٢٣", "is no rate"),
        ("455123.45", "", "is no rate"),
        ("2024-01-02", "02/01/2024", "line 2: '02/01/2024' is no day"),
        ("2024-01-02", "2024-02-30", "no day of the calendar"),
        ("2024-01-02", "0001-01-01", "the year 1 cannot be"),
        ("2024-01-02", "2024-01-02 15:30:00", "a time inside the day"),
        ("Bank of X", "", "a rate has a source"),
        ("Bank of X", "Bank\x07", "printable"),
        ("Bank of X", "x" * 501, "printable"),
        ("btc", "=cmd()", "no code"),
        ("sek", "btc", "is always 1"),
        (",Bank of X", "", "4 cells, 5 columns"),
        ("source\n", "rate\n", "two columns are called 'rate'"),
        ("source\n", "sauce\n", "the header is"),
        ("Bank of X", '"Bank', "not CSV"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_its_line(old: str, new: str, why: str) -> None:
    with pytest.raises(RateFileError) as caught:
        parse_rate_file("mine.csv", OWN.replace(old, new, 1).encode())
    assert why in caught.value.message
    assert caught.value.message.startswith("mine.csv, line ")
    assert caught.value.exit_code == 55


def test_two_rates_for_one_day_are_refused_and_a_repeated_row_is_not() -> None:
    again = "2024-01-02,BTC,SEK,455123.45,Other bank\n"
    assert len(parse_rate_file("mine.csv", (OWN + again).encode()).series[0].rates) == 1
    other = again.replace("455123.45", "455123.46")
    with pytest.raises(RateFileError, match="two rates for BTC/SEK on 2024-01-02"):
        parse_rate_file("mine.csv", (OWN + other).encode())
    with pytest.raises(RateFileError, match="two rates for EUR/USD"):
        parse_rate_file("ecb.csv", (ECB + "2024-03-01,1.1,1,1,\n").encode())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no file of rates that is known"),
        (b"hello", "no file of rates that is known"),
        (b"date,asset,currency,rate,source\n", "holds no rate"),
        (OWN.encode() + b"2024-01-03,BTC,SEK,\xff,B\n", "not UTF-8"),
        (b'{"2024-01-01": "1", "2024-01-02": [}', "not the expected JSON"),
        (b'{"2024-01-01": {"a": 1}}', "is no rate"),
        (b'{"2024-01-01": true}', "is no rate"),
        (b'{"2024-01-01": NaN}', "not the expected JSON"),
        (b'[{"ct": 5, "c": "1"}]', "no midnight"),
        (b'[{"ct": 99999999999999, "c": "1"}]', "no midnight"),
        (b'[{"ct": "x", "c": "1"}]', "not the expected JSON"),
        (zipped(eurofxref_dot_csv=ECB)[:-30], "damaged or locked"),
        (zipped(eurofxref_dot_csv=ECB, b_dot_csv=ECB), "2 CSV files"),
        (zipped(eurofxref_dot_txt=ECB), "0 CSV files"),
    ],
)
def test_damaged_files_have_named_errors(content: bytes, why: str) -> None:
    with pytest.raises(RateFileError, match=why):
        parse_rate_file("BitFinex_EUR", content)


def test_a_zip_that_grows_beyond_measure_is_refused() -> None:
    bomb = zipped(eurofxref_dot_csv="Date,USD,SEK,JPY\n" + " " * (65 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(RateFileError, match="bytes"):
        parse_rate_file("x.zip", bomb)


def test_too_many_rows_and_columns_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("chainlead.ledger.rates.fields.MOST_ROWS", 20)
    rows = "2024-01-02,BTC,SEK,455123.45,B\n" * 20
    with pytest.raises(RateFileError, match="more than 20 rows"):
        parse_rate_file("mine.csv", (OWN + rows).encode())
    with pytest.raises(RateFileError, match="more than 400 columns"):
        parse_rate_file("mine.csv", (OWN + "," * 500 + "x\n").encode())


def read_or_named(name: str, content: bytes, form: str = "") -> list[str]:
    """Every rate of a file, or nothing where it is refused by name."""
    try:
        file = parse_rate_file(name, content, form=form)
    except RateFileError:
        return []
    return [rate.text for series in file.series for rate in series.rates]


@given(st.binary(max_size=400), st.sampled_from(rate_forms()))
@example(b"\xef\xbb\xbf", rate_forms()[0])
@example(b"PK\x03\x04eurofxref", rate_forms()[3])
def test_no_bytes_break_an_importer(content: bytes, form) -> None:
    assert all(Fraction(text) > 0 for text in read_or_named("BTC-USD.csv", content, form.form))


cells = st.sampled_from(
    ["2024-01-02", "BTC", "SEK", "1.5", "-1", "NaN", "1e5", "", '"', ";", "x" * 50, "é", "0"]
)


@given(st.lists(st.lists(cells, max_size=7), max_size=6))
def test_no_rows_break_the_own_form(rows: list[list[str]]) -> None:
    content = OWN + "\n".join(",".join(row) for row in rows)
    assert all(Fraction(text) > 0 for text in read_or_named("mine.csv", content.encode()))


@given(st.dictionaries(st.dates(date(1999, 1, 1), date(2100, 1, 1)), st.integers(1, 10**12)))
def test_days_come_back_as_they_were_written(days: dict[date, int]) -> None:
    content = json.dumps({day.isoformat(): str(number) for day, number in days.items()})
    if not days:
        with pytest.raises(RateFileError):
            parse_rate_file("X_EUR", content.encode())
        return
    [series] = parse_rate_file("X_EUR", content.encode()).series
    assert {rate.day: int(rate.text) for rate in series.rates} == days


def test_every_form_says_what_it_is() -> None:
    forms = rate_forms()
    assert len({form.form for form in forms}) == len(forms) == 6
    for form in forms:
        doc = sys.modules[type(form).__module__].__doc__
        for word in ("Found in:", "Proof:", "Limits:", "Spec:"):
            assert word in doc, (form.form, word)


@pytest.mark.real
def test_published_files_are_read_whole(rates_folder) -> None:
    expected = {
        "ecb/eurofxref-hist.zip": ("ecb reference rates", 41, 217_555),
        "btc-daily/BTCUSD_1d_candles_full.csv": ("daily candles csv", 1, 5_152),
        "btc-multi/daily_bitcoin_prices.csv": ("pairs csv", 12, 64_176),
        "electrum/BitFinex_EUR.json": ("date map json", 1, 3_000),
        "mempool/mtgox-weekly.json": ("close times json", 1, 190),
        **{
            f"crypto-price-1d/{coin}-USD-1d.csv": ("daily candles csv", 1, days)
            for coin, days in (("BTC", 2_708), ("LTC", 2_708), ("ETN", 1_566), ("XMR", 1_559))
        },
    }
    for name, counts in expected.items():
        file = parse_rate_file(name.rpartition("/")[2], (rates_folder / name).read_bytes())
        days = sum(len(series.rates) for series in file.series)
        assert (file.source.form, len(file.series), days) == counts, name
