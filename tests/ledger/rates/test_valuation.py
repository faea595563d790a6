"""A value is exact, names its rates and dates, and is not given without a rate."""

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger import RateTable, Valuation, parse_rate_file
from chainlead.model import NATIVE, Asset, Chain

BTC, XRP = NATIVE[Chain.BITCOIN], NATIVE[Chain.XRP]
FRIDAY = date(2024, 3, 1)
ECB = "Date,USD,SEK,JPY,\n2024-03-04,1.0846,11.2675,163.24,\n2024-03-01,1.0813,11.1948,162.7,\n"
CANDLES = (
    "Date,Open,Close\n2024-03-01,61000,62000.5\n2024-03-02,62000.5,62010\n2024-03-03,1,62500\n"
)


def own(*rows: str) -> str:
    return "\n".join(("date,asset,currency,rate,source", *rows)) + "\n"


def test_a_cross_rate_goes_through_dollar_and_euro_and_says_so(make_valuation) -> None:
    made = make_valuation(ecb_dot_csv=ECB, BTC__USD_dot_csv=CANDLES)
    value = made.value(BTC, 150_000, FRIDAY, "sek")
    assert value.reading.path == "BTC → USD → EUR → SEK"
    exact = (
        Fraction(150_000, 10**8) * Fraction("62000.5") / Fraction("1.0813") * Fraction("11.1948")
    )
    assert (value.exact, value.text, str(value)) == (exact, "962.85", "962.85 SEK")
    assert [leg.written.partition(" (")[0] for leg in value.reading.legs] == [
        "1 BTC = 62000.5 USD on 2024-03-01",
        "1 EUR = 1.0813 USD on 2024-03-01",
        "1 EUR = 11.1948 SEK on 2024-03-01",
    ]


def test_the_banks_weekend_has_the_last_earlier_rate_and_names_its_date(make_valuation) -> None:
    made = make_valuation(ecb_dot_csv=ECB, BTC__USD_dot_csv=CANDLES)
    value = made.value(BTC, 10**8, date(2024, 3, 3), "EUR")
    assert [(leg.day, leg.days_back) for leg in value.reading.legs] == [
        (date(2024, 3, 3), 0),
        (FRIDAY, 2),
    ]
    assert "no rate is dated 2024-03-03, so the last one before it counts" in value.rate_words


def test_no_rate_gives_no_figure(make_valuation) -> None:
    made = make_valuation(ecb_dot_csv=ECB, BTC__USD_dot_csv=CANDLES)
    assert made.value(BTC, 1, FRIDAY, "SEK") is not None
    assert made.value(BTC, 1, date(2024, 3, 4), "USD") is None, (
        "coins have no weekend: no gap is filled"
    )
    assert made.value(BTC, 1, date(2024, 2, 29), "SEK") is None
    assert made.value(XRP, 1, FRIDAY, "SEK") is None
    assert made.value(BTC, 1, FRIDAY, "NOK") is None
    assert Valuation(RateTable()).value(BTC, 1, FRIDAY, "SEK") is None
    assert made.price("EUR", "SEK", date(2024, 3, 9)) == Fraction("11.2675"), "five days later"
    assert made.price("EUR", "SEK", date(2024, 3, 10)) is None, "six days later"


def test_the_day_is_the_utc_date_of_the_block(make_valuation) -> None:
    made = make_valuation(own_dot_csv=own("2024-03-01,BTC,SEK,500000,Bank"))
    late = datetime(2024, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert made.value(BTC, 10**8, late, "SEK").text == "500000.00"
    assert made.value(BTC, 10**8, late + timedelta(seconds=1), "SEK") is None
    stockholm = datetime(2024, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert made.value(BTC, 10**8, stockholm, "SEK").day == FRIDAY
    with pytest.raises(ValueError, match="zone"):
        made.value(BTC, 1, datetime(2024, 3, 1), "SEK")


def test_an_own_rate_goes_before_published_ones_and_the_others_are_still_shown(
    make_valuation,
) -> None:
    made = make_valuation(
        ecb_dot_csv=ECB,
        BTC__USD_dot_csv=CANDLES,
        own_dot_csv=own("2024-03-01,BTC,USD,70000,receipt of the exchange office"),
    )
    value = made.value(BTC, 10**8, FRIDAY, "USD")
    assert value.text == "70000.00"
    assert value.reading.legs[0].source == "receipt of the exchange office"
    assert [text for text, _ in value.others] == ["62000.50"]
    assert value.spread_ppm == 114_278
    assert value.disagrees
    assert "Sources disagree by 11.42 %: 62000.50 USD with 1 BTC = 62000.5 USD" in value.rate_words


def test_sources_that_agree_within_the_share_are_not_said_to_disagree(make_valuation) -> None:
    near = own("2024-03-01,BTC,USD,62500,Bank")
    made = make_valuation(BTC__USD_dot_csv=CANDLES, own_dot_csv=near)
    value = made.value(BTC, 10**8, FRIDAY, "USD")
    assert (value.disagrees, len(value.others)) == (False, 1)
    assert "disagree" not in value.rate_words
    strict = Valuation(made.table, disagree_ppm=1_000).value(BTC, 10**8, FRIDAY, "USD")
    assert strict.disagrees


def test_a_stale_rate_is_no_peer_of_one_of_the_day(make_valuation) -> None:
    weekly = '[{"ct": 1709251200, "c": "40000"}]'  # the week that ended with 2024-02-29
    made = make_valuation(BTC__USD_dot_csv=CANDLES, weekly_dot_json=weekly)
    value = made.value(BTC, 10**8, FRIDAY, "USD")
    assert (value.text, value.others) == ("62000.50", ())
    only = make_valuation(weekly_dot_json=weekly).value(BTC, 10**8, FRIDAY, "USD")
    assert (only.text, only.reading.legs[0].days_back) == ("40000.00", 1)


def test_rounding_is_half_to_even_once_to_the_minor_unit(make_valuation) -> None:
    made = make_valuation(
        own_dot_csv=own(
            "2024-03-01,BTC,SEK,1,B", "2024-03-01,BTC,JPY,1,B", "2024-03-01,BTC,EUR,1,B"
        )
    )
    texts = [
        made.value(BTC, units, FRIDAY, "SEK").text for units in (500_000, 1_500_000, 1_500_001)
    ]
    assert texts == ["0.00", "0.02", "0.02"]
    assert [made.value(BTC, n * 50_000_000, FRIDAY, "JPY").text for n in (1, 2, 3)] == [
        "0",
        "1",
        "2",
    ]
    assert made.value(BTC, -2_500_000, FRIDAY, "EUR").text == "-0.02"
    assert made.value(BTC, 0, FRIDAY, "EUR").text == "0.00"


def test_a_token_has_no_value_by_its_symbol(make_valuation) -> None:
    token = Asset(Chain.ETHEREUM, "USDT", 6, contract="0xdac17f958d2ee523a2206206994597c13d831ec7")
    made = make_valuation(
        own_dot_csv=own("2024-03-01,USDT,EUR,0.92,Bank", f"2024-03-01,{token},SEK,10.3,Bank")
    )
    assert made.value(token, 1_000_000, FRIDAY, "EUR") is None
    assert made.value(token, 1_000_000, FRIDAY, "SEK").text == "10.30"


def test_the_document_holds_text_and_whole_numbers_only(make_valuation) -> None:
    made = make_valuation(ecb_dot_csv=ECB, BTC__USD_dot_csv=CANDLES)
    document = made.value(BTC, 150_000, FRIDAY, "SEK").to_document()

    def leaves(node: object) -> list[object]:
        if isinstance(node, dict):
            return [leaf for part in node.values() for leaf in leaves(part)]
        return (
            [leaf for part in node for leaf in leaves(part)] if isinstance(node, list) else [node]
        )

    assert not [leaf for leaf in leaves(document) if isinstance(leaf, float)]
    assert document["rates"][1] | {"source_id": ""} == {
        "base": "EUR", "quote": "USD", "rate": "1.0813", "date": "2024-03-01", "days_back": 0,
        "source": "European Central Bank, reference rates", "source_id": "",
        "basis": "reference rate of the working day, about 14:10 CET", "is_own": False, "note": "",
    }  # fmt: skip
    assert (document["path"], document["strength"]) == ("BTC → USD → EUR → SEK", "asserted")


rate_texts = st.decimals(min_value="0.000001", max_value=10**9, places=6).map(
    lambda number: format(number, "f")
)


@given(rate_texts, rate_texts, rate_texts, st.integers(0, 10**30))
def test_a_cross_rate_is_the_exact_product_of_its_rates(
    dollar: str, krona: str, coin: str, units: int
) -> None:
    files = [
        parse_rate_file("e.csv", f"Date,USD,SEK,DKK\n2024-03-01,{dollar},{krona},7\n".encode()),
        parse_rate_file("BTC-USD.csv", f"Date,Close\n2024-03-01,{coin}\n".encode()),
    ]
    made = Valuation(RateTable.from_files(files))
    value = made.value(BTC, units, FRIDAY, "SEK")
    exact = Fraction(units, 10**8) * Fraction(coin) / Fraction(dollar) * Fraction(krona)
    assert value.exact == exact
    assert abs(Fraction(value.text) - exact) <= Fraction(1, 200)
    there = made.price("SEK", "USD", FRIDAY)
    assert there * made.price("USD", "SEK", FRIDAY) == 1
    assert made.price("BTC", "EUR", FRIDAY) * made.price("EUR", "SEK", FRIDAY) == made.price(
        "BTC", "SEK", FRIDAY
    )


@given(rate_texts, st.lists(st.integers(0, 10**24), min_size=1, max_size=8))
def test_the_value_of_a_sum_is_the_sum_of_exact_values(coin: str, parts: list[int]) -> None:
    file = parse_rate_file("BTC-EUR.csv", f"Date,Close\n2024-03-01,{coin}\n".encode())
    made = Valuation(RateTable.from_files([file]))
    values = [made.value(BTC, part, FRIDAY, "EUR").exact for part in parts]
    assert made.value(BTC, sum(parts), FRIDAY, "EUR").exact == sum(values)


@pytest.mark.real
def test_published_figures_of_the_central_bank_come_out_as_published(published: Valuation) -> None:
    """Facts: the bank's own figures for days that everybody can look up."""
    for day, code, rate in (
        (date(1999, 1, 4), "USD", "1.1789"),
        (date(1999, 1, 4), "SEK", "9.4696"),
        (date(2008, 7, 15), "USD", "1.5990"),
        (date(2020, 3, 12), "SEK", "10.8945"),
        (date(2024, 3, 1), "SEK", "11.1948"),
        (date(2022, 3, 1), "RUB", "117.201"),
    ):
        assert published.price("EUR", code, day) == Fraction(rate), (day, code)
    assert published.price("EUR", "RUB", date(2022, 4, 1)) is None, "no longer quoted"
    easter = published.value_of_code("EUR", 1, date(2024, 4, 1), "SEK")
    assert easter.reading.legs[0].day == date(2024, 3, 28), "Easter Monday has Thursday's rate"


@pytest.mark.real
def test_on_the_day_of_the_fall_every_source_is_shown(published: Valuation, rates_folder) -> None:
    content = (rates_folder / "btc-multi/daily_bitcoin_prices.csv").read_bytes()
    opening = parse_rate_file("daily_bitcoin_prices.csv", content)
    made = Valuation(RateTable.from_files([opening], after=published.table))
    value = made.value(BTC, 10**8, date(2020, 3, 12), "EUR")
    assert value.disagrees
    assert sorted([value.text, *(text for text, _ in value.others)]) == [
        "4321.26", "4362.20", "7071.73",
    ]  # fmt: skip


@pytest.mark.real
def test_early_years_and_other_coins_have_values_as_far_as_a_source_reaches(
    published: Valuation,
) -> None:
    pizza_years = published.value(BTC, 10**8, date(2010, 7, 20), "USD")
    assert (pizza_years.text, pizza_years.reading.legs[0].day) == ("0.09", date(2010, 7, 18))
    assert published.value(BTC, 10**8, date(2010, 7, 17), "USD") is None
    monero = published.value(NATIVE[Chain.MONERO], 10**12, date(2020, 3, 12), "SEK")
    assert monero.reading.path == "XMR → USD → EUR → SEK"
    assert published.value(NATIVE[Chain.MONERO], 1, date(2023, 1, 1), "SEK") is None
