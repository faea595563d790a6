"""Small chains with addresses of real shape, and services that hold some of them."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from chainlead.codecs import address_from_script
from chainlead.ledger import Input, Output, Transaction
from chainlead.model import BlockHash, Chain, Outpoint, Txid

FIRST_BLOCK = datetime(2024, 1, 1, tzinfo=UTC)


def script_of(name):
    if name == "data":
        return b"\x6a\x04note"
    return b"\x00\x14" + hashlib.sha256(name.encode()).digest()[:20]


class Chainlet:
    """Each transaction in its own block, ten minutes after the last; outputs are (name, units)."""

    def __init__(self, ledger_of, chain=Chain.BITCOIN):
        self._ledger_of = ledger_of
        self.chain = chain
        self.made = []

    def address(self, name):
        return address_from_script(script_of(name), self.chain)

    def mine(self, *payees):
        return self._add([Input(None, 0xFFFFFFFF, None)], payees, is_coinbase=True)

    def pay(self, spent, *payees, version=2, at=None):
        """Spend (transaction, index) pairs; an Outpoint stands for an unknown previous output."""
        inputs = [
            Input(entry, 0xFFFFFFFF, None)
            if isinstance(entry, Outpoint)
            else Input(entry[0].outputs[entry[1]].outpoint, 0xFFFFFFFF, entry[0].outputs[entry[1]])
            for entry in spent
        ]
        return self._add(inputs, payees, is_coinbase=False, version=version, at=at)

    def _add(self, inputs, payees, *, is_coinbase, version=2, at=None):
        height = len(self.made) + 1
        txid = Txid(hashlib.sha256(f"{self.chain.value} {height}".encode()).digest())
        outputs = tuple(
            Output(Outpoint(txid, n), units, script_of(name), self.address(name))
            for n, (name, units) in enumerate(payees)
        )
        transaction = Transaction(
            chain=self.chain,
            txid=txid,
            height=height,
            block_index=0,
            block_hash=BlockHash(hashlib.sha256(str(height).encode()).digest()),
            mined_at=at or FIRST_BLOCK + timedelta(minutes=10 * height),
            is_coinbase=is_coinbase,
            version=version,
            locktime=0,
            inputs=tuple(inputs),
            outputs=outputs,
        )
        self.made.append(transaction)
        return transaction

    def unknown(self, name):
        """An outpoint that nobody knows."""
        return Outpoint(Txid(hashlib.sha256(name.encode()).digest()), 0)

    def view(self):
        return self._ledger_of(self.made)

    def held(self, **services):
        """A function that says which service holds an address: held(hot="Kastell")."""
        names = {self.address(name): service for name, service in services.items()}
        return names.get


@pytest.fixture
def chainlet(ledger_of):
    return Chainlet(ledger_of)


@pytest.fixture
def chainlet_of(ledger_of):
    """Makes a little chain of a named ledger."""
    return partial(Chainlet, ledger_of)


@pytest.fixture(scope="session")
def counted():
    """The counts and amounts of a find, by name."""

    def read(found):
        return {**dict(found.counts), **dict(found.amounts)}

    return read
