"""A receipt matches by its exact amount at its own day's rate; controls are counted alike."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import ConfigError
from chainlead.ledger import (
    AS_ROUND,
    OTHER_TIMES,
    Input,
    MatchQuestion,
    MatchResult,
    Output,
    Pin,
    Times,
    Tolerance,
    Transaction,
    find_payments,
    parse_price,
    parse_recurring,
)
from chainlead.ledger.payments.advertised import Coverage, closest, spans
from chainlead.model import Chain, Network, Outpoint, Txid

START = datetime(2024, 2, 5, 12, tzinfo=UTC)  # a Monday
SHOP, OTHER = "shop", "other"


class Ledger:
    """Answers from a list of transactions."""

    def __init__(self, transactions: Iterable[Transaction]) -> None:
        self._all = list(transactions)

    @property
    def pin(self) -> Pin:
        return Pin(Chain.BITCOIN, Network.REGTEST, 10, None)

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        return next((t for t in self._all if t.txid == txid), None)

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        return None

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        return None

    def outputs_to(self, address: str) -> list[Output]:
        return [o for t in self._all for o in t.outputs if o.address == address]

    def transactions(self) -> list[Transaction]:
        return self._all


def paid(
    number: int, *amounts: int, to: str = SHOP, hours: float | None = None, coinbase: bool = False
) -> Transaction:
    txid = Txid(number.to_bytes(32, "big"))
    previous = Outpoint(Txid((number + 10_000).to_bytes(32, "big")), 0)
    return Transaction(
        chain=Chain.BITCOIN,
        txid=txid,
        height=number,
        block_index=0,
        block_hash=None,
        mined_at=None if hours is None else START + timedelta(hours=hours),
        is_coinbase=coinbase,
        version=2,
        locktime=0,
        inputs=(Input(previous, 0, Output(previous, 10**8, b"", "payer")),),
        outputs=tuple(Output(Outpoint(txid, n), a, b"", to) for n, a in enumerate(amounts)),
    )


def coin_only(currency: str, _day: date | None) -> Fraction | None:
    return Fraction(10**8) if currency == "BTC" else None


def euro_by_day(currency: str, day: date | None) -> Fraction | None:
    """One euro is 2,000 satoshi on the first day and 1,000 more on each further one."""
    if currency == "EUR" and day is not None and day >= START.date():
        return Fraction(2_000 + 1_000 * (day - START.date()).days)
    return coin_only(currency, day)


def ask(
    ledger: Ledger, *prices: str, unit_price=coin_only, ppm: int = 0, fee: str = "", **question
) -> MatchResult:
    return find_payments(
        ledger,
        MatchQuestion(
            prices=tuple(parse_price(text) for text in prices),
            tolerance=Tolerance(ppm, parse_price(fee) if fee else None),
            **question,
        ),
        unit_price,
    )


def control(result: MatchResult, how: str):
    return next(count for count in result.by_chance if count.how == how)


def test_only_receipts_within_the_tolerance_match() -> None:
    amounts = (1_000_000, 1_005_000, 1_005_001, 995_000, 994_999)
    ledger = Ledger(paid(n, a, hours=n) for n, a in enumerate(amounts))
    exact = ask(ledger, "0.01 BTC", addresses=(SHOP,))
    near = ask(ledger, "0.01 BTC", addresses=(SHOP,), ppm=5_000)
    assert [m.receipt.amount_units for m in exact.matches] == [1_000_000]
    assert [m.receipt.amount_units for m in near.matches] == [1_000_000, 1_005_000, 995_000]


def test_a_price_in_money_counts_with_the_rate_of_the_receipts_own_day() -> None:
    ledger = Ledger(
        [paid(1, 100_000, hours=0), paid(2, 100_000, hours=24), paid(3, 150_000, hours=25)]
    )
    result = ask(ledger, "50 EUR", unit_price=euro_by_day, addresses=(SHOP,))
    assert [m.receipt.output.outpoint.txid.wire[-1] for m in result.matches] == [1, 3]


def test_a_receipt_without_a_rate_is_counted_and_never_guessed() -> None:
    ledger = Ledger([paid(1, 100_000, hours=-24), paid(2, 100_000, hours=0), paid(3, 100_000)])
    result = ask(ledger, "50 EUR", unit_price=euro_by_day, addresses=(SHOP,))
    assert (result.in_times, result.unrated, len(result.matches)) == (3, 2, 1)
    both = ask(ledger, "50 EUR", "0.001 BTC", unit_price=euro_by_day, addresses=(SHOP,))
    assert (both.unrated, both.without_rate, len(both.matches)) == (2, ("EUR",), 3)


def test_a_fee_may_be_missing_but_nothing_may_be_too_much_for_it() -> None:
    ledger = Ledger(paid(n, a, hours=n) for n, a in enumerate((980_000, 979_999, 1_000_001)))
    result = ask(ledger, "0.01 BTC", fee="0.0002 BTC", addresses=(SHOP,))
    assert [m.receipt.amount_units for m in result.matches] == [980_000]


def test_the_closest_price_and_the_smallest_quantity_are_named_and_the_others_told() -> None:
    ledger = Ledger([paid(1, 2_000_000, hours=0)])
    result = ask(ledger, "0.01 BTC", "0.02 BTC", most_quantity=3, addresses=(SHOP,))
    [match] = result.matches
    assert (match.span.price.written, match.span.quantity) == ("0.02 BTC", 1)
    assert [(span.price.written, span.quantity) for span in match.also] == [("0.01 BTC", 2)]


def test_new_coins_are_left_out_and_what_else_could_explain_is_said() -> None:
    own = paid(2, 1_000_000, hours=1)
    own = Transaction(
        **{name: getattr(own, name) for name in Transaction.__slots__}
        | {
            "inputs": (
                Input(own.inputs[0].outpoint, 0, Output(own.inputs[0].outpoint, 9, b"", SHOP)),
            )
        }
    )
    batch = paid(3, *(1_000_000,) * 5, hours=2)
    ledger = Ledger([paid(1, 1_000_000, hours=0, coinbase=True), own, batch])
    result = ask(ledger, "0.01 BTC")
    assert result.coinbases == 1
    assert len(result.matches) == 6
    assert "change, or the owner's own coins" in result.matches[0].notes[0]
    assert "one of 5 outputs" in result.matches[1].notes[0]
    assert {match.same_amount for match in result.matches} == {5}


def test_windows_beside_the_window_are_counted_in_the_same_way() -> None:
    """Four weeks, one block an hour; matches only at the asked week and one in another."""
    noise = [paid(n, 700_001 + n, hours=n) for n in range(4 * 7 * 24)]
    real = [paid(5_000 + n, 1_000_000, hours=7 * 24 + n) for n in range(10)]
    ledger = Ledger([*noise, *real, paid(6_000, 1_000_000, hours=15 * 24)])
    times = Times(START + timedelta(days=7), START + timedelta(days=14, seconds=-1))
    result = ask(ledger, "0.01 BTC", times=times)
    assert len(result.matches) == 10
    count = control(result, OTHER_TIMES)
    assert [(move.receipts, move.matches) for move in count.moves] == [(168, 0), (169, 1)]
    assert (count.mean, count.as_many(10), count.note) == (Fraction(1, 2), 0, "")


def test_a_ledger_that_is_too_short_to_move_the_window_says_so() -> None:
    ledger = Ledger([paid(n, 1_000_000, hours=n) for n in range(48)])
    times = Times(START, START + timedelta(hours=40))
    count = control(ask(ledger, "0.01 BTC", times=times), OTHER_TIMES)
    assert (count.moves, count.mean) == ((), None)
    assert "too short" in count.note
    outside = Times(START + timedelta(days=90), START + timedelta(days=91))
    assert (
        "no block in the window"
        in control(ask(ledger, "0.01 BTC", times=outside), OTHER_TIMES).note
    )
    everything = control(ask(ledger, "0.01 BTC"), OTHER_TIMES)
    assert "whole ledger" in everything.note
    weekly = Times(recurring=parse_recurring("every monday 12:00-14:00"))
    assert "less than one week" in control(ask(ledger, "0.01 BTC", times=weekly), OTHER_TIMES).note


def test_a_window_that_the_ledger_hardly_knows_is_no_control() -> None:
    known = [paid(n, 1_000_000, hours=n) for n in range(24)]
    far = [paid(500, 1, hours=-24 * 365), paid(501, 1, hours=24 * 365)]
    times = Times(START, START + timedelta(hours=23, minutes=59))
    count = control(ask(Ledger([*far[:1], *known, *far[1:]]), "0.01 BTC", times=times), OTHER_TIMES)
    assert count.moves == ()
    assert count.left_out > 700


def test_a_weekly_time_is_moved_through_the_week() -> None:
    """Payments on five Mondays at noon; the same amount at any other hour only once."""
    noise = [paid(n, 700_001, hours=n) for n in range(5 * 7 * 24)]
    real = [paid(5_000 + n, 1_000_000, hours=n * 7 * 24 + 1) for n in range(5)]
    ledger = Ledger([*noise, *real, paid(6_000, 1_000_000, hours=50)])
    times = Times(recurring=parse_recurring("every monday 12:00-14:00"))
    result = ask(ledger, "0.01 BTC", times=times)
    assert (result.in_times, len(result.matches)) == (15, 5)
    count = control(result, OTHER_TIMES)
    assert len(count.moves) == 83
    assert sum(move.matches for move in count.moves) == 1
    assert (count.most, count.as_many(5)) == (1, 0)
    assert sum(move.receipts for move in count.moves) + result.in_times == result.receipts


def test_a_daily_time_is_moved_through_the_day() -> None:
    ledger = Ledger([paid(n, 1_000_000, hours=n) for n in range(3 * 24)])
    times = Times(recurring=parse_recurring("every day 12:00-14:00"))
    count = control(ask(ledger, "0.01 BTC", times=times), OTHER_TIMES)
    assert [move.matches for move in count.moves] == [6] * 11


def test_moved_prices_never_count_the_real_ones() -> None:
    ledger = Ledger([paid(n, 1_000_000, 1_100_000, 890_000, hours=n) for n in range(4)])
    result = ask(ledger, "0.01 BTC", ppm=10_000)
    count = control(result, "shifted prices")
    assert {move.move: move.matches for move in count.moves if move.matches} == {
        "+11 %": 4,
        "-11 %": 4,
    }
    two = control(ask(ledger, "0.01 BTC", "0.011 BTC", ppm=20_000), "shifted prices")
    scales = {move.move: Fraction(move.of_all, move.kept) for move in two.moves}
    assert scales["+11 %"] == 2, "0.0111 hits 0.011 and is left out; 0.01221 stays"
    assert scales["+29 %"] == 1


def test_each_of_several_prices_is_told_by_itself_with_its_own_chance() -> None:
    ledger = Ledger(
        [paid(n, 1_000_000, hours=n) for n in range(6)] + [paid(9, 333_000, 370_000, hours=9)]
    )
    result = ask(ledger, "0.01 BTC", "0.00333 BTC")
    told = {share.price.written: share for share in result.shares}
    assert {name: share.matches for name, share in told.items()} == {
        "0.01 BTC": 6,
        "0.00333 BTC": 1,
    }
    assert told["0.01 BTC"].by_chance.mean == 0
    assert [m.matches for m in told["0.00333 BTC"].by_chance.moves if m.matches] == []
    assert ask(ledger, "0.01 BTC").shares == ()
    near = ask(ledger, "0.01 BTC", "0.00333 BTC", ppm=20_000)
    alone = next(s.by_chance for s in near.shares if s.price.written == "0.00333 BTC")
    assert [m.move for m in alone.moves if m.matches] == ["+11 %", "+13 %"], (
        "0.0037 is 11 % above, and 13 % within the tolerance"
    )


def test_prices_about_as_round_are_counted_too() -> None:
    ledger = Ledger([paid(1, 1_000_000, 2_000_000, 500_000, 500_000, hours=0)])
    moves = control(ask(ledger, "0.01 BTC"), AS_ROUND).moves
    assert [(move.move, move.matches) for move in moves] == [("-50 %", 2), ("+100 %", 1)]


def test_other_addresses_at_the_same_times_are_the_last_control() -> None:
    ledger = Ledger([paid(1, 1_000_000, hours=0), paid(2, 1_000_000, 7, to=OTHER, hours=0)])
    result = ask(ledger, "0.01 BTC", addresses=(SHOP,))
    assert (result.receipts, result.elsewhere, result.elsewhere_matches) == (1, 2, 1)
    assert result.matches[0].same_amount == 1


amounts = st.integers(1, 10**10)


@given(st.lists(amounts, min_size=1, max_size=30), st.integers(0, 200_000), st.integers(1, 4))
def test_a_receipt_matches_exactly_where_a_slow_reading_says_so(
    received: list[int], ppm: int, quantity: int
) -> None:
    prices = ("0.5 BTC", "0.013 BTC")
    ledger = Ledger(paid(n, a, hours=n) for n, a in enumerate(received))
    result = ask(ledger, *prices, ppm=ppm, most_quantity=quantity)
    wanted = [q * p for p in (50_000_000, 1_300_000) for q in range(1, quantity + 1)]
    slow = [a for a in received if any(abs(a - w) * 1_000_000 <= w * ppm for w in wanted)]
    assert [match.receipt.amount_units for match in result.matches] == slow


@given(st.lists(st.tuples(amounts, st.integers(0, 300_000)), max_size=12), amounts)
def test_coverage_is_the_union_of_the_spans(parts: list[tuple[int, int]], amount: int) -> None:
    found = [
        span
        for units, ppm in parts
        for span in spans(
            [parse_price(f"{units} SAT")],
            lambda _currency, _day: Fraction(1),
            None,
            tolerance=Tolerance(ppm),
            most_quantity=2,
        )
    ]
    for probe in (
        amount,
        *(edge + step for s in found for edge in (s.least, s.most) for step in (-1, 0, 1)),
    ):
        assert Coverage(found).holds(probe) == bool(closest(found, probe))


@pytest.mark.parametrize(
    "text",
    ["", "49.90", "EUR", "49,90 EUR", "-1 EUR", "0 BTC", "NaN EUR", "1e5 EUR", "1 E", "١ EUR"],
)
def test_what_is_no_price_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_price(text)


def test_a_price_is_exact() -> None:
    price = parse_price(" 49.90eur")
    assert (price.amount, price.currency, price.written) == (Fraction("49.90"), "EUR", "49.90 EUR")
