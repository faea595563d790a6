"""A ledger in memory, small worlds built by hand or by Hypothesis, and the rules' slow twins."""

import hashlib
import importlib.util
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

from chainlead.ledger import (
    CaseLedger,
    Input,
    LedgerWriter,
    Output,
    Pin,
    Request,
    Transaction,
    find_form,
    get_parameters,
    read_source,
)
from chainlead.model import BlockHash, Chain, Network, Outpoint, Txid
from chainlead.store import Store

NAIVE = Path(__file__).parents[1] / "naive"
FIRST_BLOCK = datetime(2024, 1, 1, tzinfo=UTC)


class FakeLedger:
    """Answers LedgerView's questions from a list of transactions in any order."""

    def __init__(self, transactions):
        self._known = {t.txid: t for t in transactions}
        self._spenders = {
            spent.outpoint: t for t in transactions for spent in t.inputs if spent.outpoint
        }

    @property
    def pin(self):
        heights = [t.height for t in self._known.values() if t.height is not None]
        block_hash = BlockHash(hashlib.sha256(str(max(heights, default=0)).encode()).digest())
        return Pin(Chain.BITCOIN, Network.REGTEST, max(heights, default=None), block_hash)

    def lookup_transaction(self, txid):
        return self._known.get(txid)

    def lookup_output(self, outpoint):
        transaction = self._known.get(outpoint.txid)
        if transaction is None or outpoint.output_index >= len(transaction.outputs):
            return None
        return transaction.outputs[outpoint.output_index]

    def lookup_spender(self, outpoint):
        return self._spenders.get(outpoint)

    def outputs_to(self, address):
        return [o for t in self.transactions() for o in t.outputs if o.address == address]

    def transactions(self):
        return sorted(self._known.values(), key=lambda t: t.order)


class World:
    """Builds transactions one after the other; each gets its own block unless told otherwise."""

    def __init__(self):
        self.transactions = []
        self.height = 0
        self.index = 0

    def mine(self, *payees, **more):
        """A coinbase that pays (address, units) pairs."""
        return self._add([Input(None, 0, None)], payees, is_coinbase=True, **more)

    def pay(self, spent, *payees, **more):
        """Spend (transaction, output index) pairs, or outpoints that nobody knows."""
        inputs = []
        for entry in spent:
            if isinstance(entry, Outpoint):
                inputs.append(Input(entry, 0, None))
            else:
                output = entry[0].outputs[entry[1]]
                inputs.append(Input(output.outpoint, 0, output))
        return self._add(inputs, payees, is_coinbase=False, **more)

    def _add(self, inputs, payees, *, is_coinbase, same_block=False):
        if same_block:
            self.index += 1
        else:
            self.height, self.index = self.height + 1, 0
        txid = Txid(hashlib.sha256(f"tx {len(self.transactions)}".encode()).digest())
        outputs = tuple(
            Output(Outpoint(txid, index), units, f"pays {address}".encode(), address)
            for index, (address, units) in enumerate(payees)
        )
        made = Transaction(
            chain=Chain.BITCOIN,
            txid=txid,
            height=self.height,
            block_index=self.index,
            block_hash=BlockHash(hashlib.sha256(str(self.height).encode()).digest()),
            mined_at=FIRST_BLOCK + timedelta(minutes=10 * self.height),
            is_coinbase=is_coinbase,
            version=2,
            locktime=0,
            inputs=tuple(inputs),
            outputs=outputs,
        )
        self.transactions.append(made)
        return made

    def ledger(self):
        return FakeLedger(self.transactions)


@st.composite
def _worlds(draw, most_units=12, most_transactions=14, least_units=0):
    """A world of random transactions, in chain order.

    It merges, splits, pays fees, spends inside a block, and pays the same few addresses again and
    again, so that money comes back in time order. A seed and a size are drawn, not every choice: that
    is ten times faster, and a failing world is small enough to read. With `least_units` some
    coinbases are worth a single unit, the others at least so much.
    """
    dice = Random(draw(st.integers(0, 2**32)))
    world = World()
    unspent = []
    addresses = [f"address{number}" for number in range(6)]
    for _ in range(draw(st.integers(2, most_transactions))):
        same_block = dice.random() < 0.5
        if not unspent or dice.random() < 0.25:
            payees = [
                (dice.choice(addresses), _worth(dice, least_units, most_units))
                for _ in range(dice.randint(1, 3))
            ]
            made = world.mine(*payees, same_block=same_block)
        else:
            count = dice.randint(1, min(4, len(unspent)))
            spent = [unspent.pop(dice.randrange(len(unspent))) for _ in range(count)]
            left = sum(transaction.outputs[index].amount_units for transaction, index in spent)
            payees = []
            for _ in range(dice.randint(1, 4)):
                part = dice.randint(0, left)
                payees.append((dice.choice(addresses), part))
                left -= part
            made = world.pay(spent, *payees, same_block=same_block)
        unspent.extend((made, index) for index in range(len(made.outputs)))
    return world


def _worth(dice, least_units, most_units):
    is_dust = least_units and dice.random() < 0.3
    return 1 if is_dust else dice.randint(least_units, most_units)


def _load(name):
    spec = importlib.util.spec_from_file_location(f"naive_{name}", NAIVE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def naive():
    """The slow twins by file name: naive.fifo, naive.haircut, naive.whole_ledger …"""
    return SimpleNamespace(**{path.stem: _load(path.stem) for path in NAIVE.glob("*.py")})


@pytest.fixture(scope="session")
def worlds():
    """A Hypothesis strategy of random worlds."""
    return _worlds


@pytest.fixture
def world():
    return World()


@pytest.fixture(scope="session")
def ledger_of():
    """Makes a ledger from transactions in any order."""
    return FakeLedger


@pytest.fixture(scope="session")
def real_ledger(shared_data):
    """A Bitcoin ledger of the real files that match a pattern below the folder of real material."""
    made = {}

    def read(pattern):
        if pattern not in made:
            paths = sorted(shared_data.glob(pattern))
            if not paths:
                pytest.skip(f"{pattern} is not beside this checkout")
            request = Request(get_parameters(Chain.BITCOIN), Network.MAIN)
            store = Store.in_memory()
            for path in paths:
                content = path.read_bytes()
                events = read_source(content, find_form(content, request), request)
                LedgerWriter(store, request, path.name).write(events)
            made[pattern] = (store, CaseLedger(store, Chain.BITCOIN))
        return made[pattern][1]

    yield read
    for store, _ in made.values():
        store.close()


@pytest.fixture(scope="session")
def unplaced():
    """The same transaction, without its place inside the block, or without any place."""

    def lift(transaction, *, height=True, time=True):
        return replace(
            transaction,
            block_index=None,
            height=transaction.height if height else None,
            mined_at=transaction.mined_at if time else None,
        )

    return lift
