"""On real blocks every find is what its pattern says, and an earlier height gives the earlier finds."""

from itertools import pairwise

import pytest

from chainlead.trace import ViewUntil, change_rule, find_patterns
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.pattern import payable

pytestmark = pytest.mark.real

SOURCES = (
    "btc-blocks/raito/full_209999.json",
    "btc-blocks/raito/full_478557.json",
    "btc-blocks/floresta/block_367891.raw.zst",
    "btc-blocks/bitcoin-s/0000*.txt",
    "btc-blocks/rooch/794970.raw",
)


@pytest.fixture(params=SOURCES)
def ledger(request, real_ledger):
    return real_ledger(request.param)


def finds(view, name=None):
    return [
        found
        for pattern in find_patterns(name and [name])
        for found in pattern.find(view, view.transactions())
    ]


def test_no_find_is_a_mixing_shape_and_sums_are_those_of_its_parts(ledger):
    for found in finds(ledger):
        made = [ledger.lookup_transaction(txid) for txid in found.txids]
        if found.pattern != "dust":
            assert not any(is_shared(transaction) for transaction in made)
        parts = sum(part.amount_units for part in found.parts)
        sums = dict(found.amounts)
        if found.pattern == "peel_chain":
            assert parts == sums["peeled"] + sums["rest at the end"]
        else:
            assert parts == found.amounts[0][1]


def test_each_shape_is_as_described(ledger):
    for found in finds(ledger, "consolidation"):
        (transaction,) = [ledger.lookup_transaction(txid) for txid in found.txids]
        assert len(transaction.inputs) >= 5
        assert len(payable(transaction)) == 1
    for found in finds(ledger, "batch_payout"):
        (transaction,) = [ledger.lookup_transaction(txid) for txid in found.txids]
        assert len(transaction.inputs) * 2 <= dict(found.counts)["payees"]
    for found in finds(ledger, "peel_chain"):
        chain = [ledger.lookup_transaction(txid) for txid in found.txids]
        for hop, after in pairwise(chain):
            rest = max(payable(hop), key=lambda output: output.amount_units)
            assert after.inputs[0].outpoint == rest.outpoint
    for found in finds(ledger, "dust"):
        assert all(part.amount_units < 1_000 for part in found.parts)


def test_before_the_first_block_there_is_nothing(ledger):
    height = ledger.pin.height
    if height is None:
        pytest.skip("this source gives no height")
    first = min(t.height for t in ledger.transactions() if t.height is not None)
    assert finds(ViewUntil(ledger, first - 1)) == []
    assert finds(ViewUntil(ledger, height)) == finds(ledger)


def test_the_default_change_rule_does_not_depend_on_what_comes_later(ledger):
    rule = change_rule()
    for transaction in list(ledger.transactions())[:400]:
        now = rule.candidates(transaction, ledger)
        if transaction.height is not None:
            assert now == rule.candidates(transaction, ViewUntil(ledger, transaction.height))
        assert len(now) <= 1
