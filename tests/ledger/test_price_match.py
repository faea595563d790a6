"""Receipts are compared with prices exactly, and the same count is made where no price was asked."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger import AskedPrice, Input, Output, Pin, Transaction, Window, match_prices
from chainlead.model import Chain, Network, Outpoint, Txid

DAY = datetime(2024, 2, 1, tzinfo=UTC)
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


def payment(
    number: int, *amounts: int, to: str = SHOP, day: int | None = None, payer: str = "payer"
) -> Transaction:
    txid = Txid(number.to_bytes(32, "big"))
    previous = Outpoint(Txid((number + 1000).to_bytes(32, "big")), 0)
    return Transaction(
        chain=Chain.BITCOIN,
        txid=txid,
        height=number,
        block_index=0,
        block_hash=None,
        mined_at=None if day is None else DAY + timedelta(days=day),
        is_coinbase=False,
        version=2,
        locktime=0,
        inputs=(Input(previous, 0, Output(previous, 10**8, b"", payer)),),
        outputs=tuple(Output(Outpoint(txid, n), a, b"", to) for n, a in enumerate(amounts)),
    )


PRICE = [AskedPrice(1_000_000, "0.01 BTC")]


def test_only_receipts_within_the_tolerance_match() -> None:
    ledger = Ledger([payment(n, a, day=n) for n, a in enumerate((1_000_000, 1_005_000, 1_005_001))])
    exact = match_prices(ledger, SHOP, PRICE, window=Window())
    near = match_prices(ledger, SHOP, PRICE, window=Window(), tolerance_ppm=5_000)
    assert [m.difference_units for m in exact.matches] == [0]
    assert [m.difference_units for m in near.matches] == [0, 5_000]
    assert (near.receipts, near.received_units) == (3, 3_010_001)
    assert near.first_at == DAY


def test_a_whole_number_of_prices_matches_only_when_asked() -> None:
    ledger = Ledger([payment(1, 3_000_000, day=0)])
    assert match_prices(ledger, SHOP, PRICE, window=Window()).matches == ()
    [match] = match_prices(ledger, SHOP, PRICE, window=Window(), most_quantity=3).matches
    assert match.quantity == 3


def test_the_closest_price_is_taken() -> None:
    prices = [AskedPrice(1_000_000, "one"), AskedPrice(1_004_000, "two")]
    ledger = Ledger([payment(1, 1_003_900, day=0)])
    [match] = match_prices(ledger, SHOP, prices, window=Window(), tolerance_ppm=5_000).matches
    assert match.written == "two"


def test_a_window_keeps_others_out_and_is_shifted_over_the_whole_ledger() -> None:
    days = (0, 1, 5, 6, 10)
    ledger = Ledger([payment(n, 1_000_000, day=day) for n, day in enumerate(days)])
    window = Window(DAY + timedelta(days=5), DAY + timedelta(days=6))
    test = match_prices(ledger, SHOP, PRICE, window=window)
    assert (test.in_window, len(test.matches)) == (2, 2)
    assert sum(w.matches for w in test.shifted_windows) == 3
    assert all(w.end < window.start or w.start > window.end for w in test.shifted_windows)


def test_an_unknown_time_lies_only_in_an_open_window() -> None:
    ledger = Ledger([payment(1, 1_000_000)])
    assert len(match_prices(ledger, SHOP, PRICE, window=Window()).matches) == 1
    assert match_prices(ledger, SHOP, PRICE, window=Window(start=DAY)).matches == ()


def test_other_addresses_and_other_prices_are_counted_beside_it() -> None:
    ledger = Ledger(
        [
            payment(1, 1_000_000, 1_200_000, day=0),
            payment(2, 1_000_000, 5, 7, to=OTHER, day=1),
        ]
    )
    test = match_prices(ledger, SHOP, PRICE, window=Window())
    assert (test.elsewhere_outputs, test.elsewhere_matches) == (3, 1)
    by_shift = {shift.per_mille: shift.matches for shift in test.shifted_prices}
    assert by_shift[200] == 1
    assert by_shift[-200] == 0


def test_the_count_elsewhere_stops_and_says_so() -> None:
    ledger = Ledger([payment(n, 5, to=OTHER, day=n) for n in range(10)])
    test = match_prices(ledger, SHOP, PRICE, window=Window(), most_elsewhere=4)
    assert (test.elsewhere_outputs, test.elsewhere_is_cut) == (4, True)


@pytest.mark.parametrize(
    ("made", "note"),
    [
        (payment(1, 1_000_000, day=0, payer=SHOP), "same address"),
        (payment(1, 1_000_000, 1, 2, 3, 4, day=0), "one of 5 outputs"),
    ],
)
def test_what_else_could_explain_a_receipt_is_noted(made: Transaction, note: str) -> None:
    match = match_prices(Ledger([made]), SHOP, PRICE, window=Window()).matches[0]
    assert any(note in text for text in match.notes)


def test_an_address_without_receipts_has_no_match() -> None:
    test = match_prices(Ledger([]), SHOP, PRICE, window=Window())
    assert (test.receipts, test.received_units, test.matches, test.first_at) == (0, 0, (), None)


@given(
    st.lists(st.integers(1, 10**9), max_size=12),
    st.lists(st.integers(-5, 10**9), max_size=4),
    st.integers(0, 100_000),
    st.integers(1, 3),
)
def test_matches_are_those_that_plain_arithmetic_gives(
    amounts: list[int], prices: list[int], ppm: int, quantity: int
) -> None:
    ledger = Ledger([payment(n, amount, day=n) for n, amount in enumerate(amounts)])
    asked = [AskedPrice(price, str(price)) for price in prices]
    test = match_prices(
        ledger, SHOP, asked, window=Window(), tolerance_ppm=ppm, most_quantity=quantity
    )
    expected = [
        amount
        for amount in amounts
        if any(
            price > 0 and abs(amount - q * price) * 1_000_000 <= q * price * ppm
            for price in prices
            for q in range(1, quantity + 1)
        )
    ]
    assert [match.amount_units for match in test.matches] == expected
