"""An account ledger in memory, and random ones in which nobody pays what he does not have."""

from random import Random

import pytest
from hypothesis import strategies as st

from chainlead.ledger import Pin
from chainlead.model import Asset, Chain, Network
from chainlead.trace.accounts.view import AssetTransfer

ASSET = Asset(Chain.ETHEREUM, "ETH", 18)


class Ledger:
    """Answers AccountView's questions from a list of transfers."""

    def __init__(self, transfers, openings=(), asset=ASSET):
        self.transfers = sorted(transfers, key=lambda transfer: transfer.order)
        self.openings = dict(openings)
        self.asset = asset
        height = max((t.height for t in self.transfers if t.height is not None), default=None)
        self.pin = Pin(asset.chain, Network.MAIN, height, None)

    def lookup_opening(self, account):
        return self.openings.get(account)

    def transfers_of(self, account):
        return [t for t in self.transfers if account in (t.sender, t.receiver, t.fee_payer)]


class Book:
    """Writes transfers one after the other: pay("a", "b", 5, fee=1)."""

    def __init__(self, **openings):
        self.openings = openings
        self.transfers = []

    def pay(self, sender, receiver, units, *, fee=0, payer=None, memo=None):
        number = len(self.transfers)
        made = AssetTransfer(
            txid=f"tx{number}",
            order=(number // 3, number % 3, 0),
            sender=sender,
            receiver=receiver,
            amount_units=units,
            fee_payer=(payer or sender) if fee else None,
            fee_units=fee,
            height=number // 3,
            memo=memo,
        )
        self.transfers.append(made)
        return made

    def ledger(self):
        return Ledger(self.transfers, self.openings)


@st.composite
def _books(draw, most_units=9, least_units=0, most_transfers=16):
    dice = Random(draw(st.integers(0, 2**32)))
    names = ["a", "b", "c", "d"]
    size = lambda most: dice.randint(min(least_units, most), most)  # noqa: E731
    book = Book(**{name: dice.choice((0, 1, size(most_units))) for name in names})
    balance = dict(book.openings)
    for _ in range(draw(st.integers(1, most_transfers))):
        sender = dice.choice([*names, *names, None])
        receiver = dice.choice([*names, *names, None])
        payer = dice.choice((sender, sender, dice.choice(names)))
        if sender is None:
            units = size(most_units)
        else:
            units = dice.choice((0, 1, size(balance[sender]), balance[sender]))
            units = min(units, balance[sender])
        left = dict(balance)
        if sender and sender != receiver:
            left[sender] -= units
        fee = dice.randint(0, min(3, left[payer])) if payer else 0
        if payer:
            left[payer] -= fee
        if receiver and sender != receiver:
            left[receiver] += units
        balance = left
        book.pay(sender, receiver, units, fee=fee, payer=payer)
    return book


@pytest.fixture
def book():
    """Makes a Book with opening balances: book(a=5, b=0)."""
    return Book


@pytest.fixture(scope="session")
def books():
    """A Hypothesis strategy of random account ledgers."""
    return _books


@pytest.fixture(scope="session")
def account_ledger():
    """Makes a view from transfers, opening balances and an asset."""
    return Ledger
