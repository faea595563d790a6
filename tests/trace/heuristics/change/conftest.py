"""Transactions written as one line each: what goes in, what comes out."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from chainlead.codecs import address_from_script
from chainlead.ledger import Input, Output, Transaction
from chainlead.model import BlockHash, Chain, Outpoint, Txid

FIRST_BLOCK = datetime(2024, 1, 1, tzinfo=UTC)


def key_hash(name, size=20):
    return hashlib.sha256(name.encode()).digest()[:size]


SCRIPTS = {
    "p2pkh": lambda name: b"\x76\xa9\x14" + key_hash(name) + b"\x88\xac",
    "p2sh": lambda name: b"\xa9\x14" + key_hash(name) + b"\x87",
    "p2wpkh": lambda name: b"\x00\x14" + key_hash(name),
    "p2tr": lambda name: b"\x51\x20" + key_hash(name, 32),
    "data": lambda name: b"\x6a\x04" + key_hash(name, 4),
}


class Chainlet:
    """A little chain: each transaction in its own block, outputs as (name, units[, kind])."""

    def __init__(self, ledger_of):
        self._ledger_of = ledger_of
        self.made = []

    def mine(self, *payees, **more):
        return self._add([Input(None, 0xFFFFFFFF, None)], payees, is_coinbase=True, **more)

    def pay(self, spent, *payees, sequence=0xFFFFFFFF, signatures=(), **more):
        """Spend (transaction, index) pairs; an Outpoint stands for an unknown previous output."""
        inputs = []
        for entry in spent:
            previous = None
            outpoint = entry
            if not isinstance(entry, Outpoint):
                previous = entry[0].outputs[entry[1]]
                outpoint = previous.outpoint
            marks = {"signatures": tuple(signatures)} if signatures else {}
            inputs.append(Input(outpoint, sequence, previous, **marks))
        return self._add(inputs, payees, is_coinbase=False, **more)

    def _add(self, inputs, payees, *, is_coinbase, version=2, locktime=0, txid=None):
        height = len(self.made) + 1
        txid = txid or Txid(hashlib.sha256(f"tx {height}".encode()).digest())
        outputs = []
        for index, (name, units, *kind) in enumerate(payees):
            script = SCRIPTS[kind[0] if kind else "p2wpkh"](name)
            address = address_from_script(script, Chain.BITCOIN)
            outputs.append(Output(Outpoint(txid, index), units, script, address))
        transaction = Transaction(
            chain=Chain.BITCOIN,
            txid=txid,
            height=height,
            block_index=0,
            block_hash=BlockHash(hashlib.sha256(str(height).encode()).digest()),
            mined_at=FIRST_BLOCK + timedelta(minutes=10 * height),
            is_coinbase=is_coinbase,
            version=version,
            locktime=locktime,
            inputs=tuple(inputs),
            outputs=tuple(outputs),
        )
        self.made.append(transaction)
        return transaction

    def unknown(self, name):
        """An outpoint that nobody knows."""
        return Outpoint(Txid(hashlib.sha256(name.encode()).digest()), 0)

    def view(self):
        return self._ledger_of(self.made)


@pytest.fixture
def chainlet(ledger_of):
    return Chainlet(ledger_of)
