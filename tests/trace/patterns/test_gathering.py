"""Consolidations, sweeps and batch payouts: many into one, again and again, one to many."""

import pytest

from chainlead.trace.patterns.batch_payout import BatchPayout
from chainlead.trace.patterns.consolidation import Consolidation
from chainlead.trace.patterns.sweep import Sweep, swept_into_service


def coins(chainlet, count, start=0):
    return [
        (chainlet.mine((f"inbox {number}", 100 + number)), 0)
        for number in range(start, start + count)
    ]


def finds(pattern, chainlet, **more):
    return list(pattern.find(chainlet.view(), chainlet.made, **more))


def test_five_coins_into_one_are_a_consolidation(chainlet, counted):
    chainlet.pay([*coins(chainlet, 4), chainlet.unknown("x")], ("vault", 400), ("data", 0))
    (found,) = finds(Consolidation(), chainlet)
    assert counted(found) == {
        "coins": 5,
        "known addresses": 4,
        "coins of unknown origin": 1,
        "gathered": 400,
    }
    assert chainlet.address("vault") in found.addresses


@pytest.mark.parametrize("payees", [[("a", 200), ("b", 250)], []], ids=["two outputs", "none"])
def test_change_makes_it_no_consolidation(chainlet, payees):
    chainlet.pay(coins(chainlet, 5), *payees)
    assert finds(Consolidation(), chainlet) == []


def test_four_coins_are_not_many(chainlet):
    chainlet.pay(coins(chainlet, 4), ("vault", 400))
    assert finds(Consolidation(), chainlet) == []
    assert len(finds(Consolidation(least_inputs=4), chainlet)) == 1


def test_sweeps_into_one_address_are_one_find(chainlet, counted):
    chainlet.pay(coins(chainlet, 2), ("hot", 200))
    hot = (chainlet.pay(coins(chainlet, 3, 2), ("hot", 300)), 0)
    chainlet.pay([*coins(chainlet, 2, 5), hot], ("hot", 500))
    (found,) = finds(Sweep(), chainlet, service_of=chainlet.held(hot="Kastell"))
    assert counted(found) == {"sweeps": 3, "emptied addresses": 7, "collected": 1_000}
    assert found.addresses[0] == chainlet.address("hot")
    assert "of Kastell" in found.summary


def test_one_sweep_one_source_or_an_unknown_source_is_no_collecting(chainlet):
    chainlet.pay(coins(chainlet, 2), ("hot", 200))
    chainlet.pay(coins(chainlet, 1, 2), ("hot", 90))
    chainlet.pay([*coins(chainlet, 2, 3), chainlet.unknown("x")], ("hot", 200))
    assert finds(Sweep(), chainlet) == []


def test_a_batch_payout_names_its_payees_and_not_the_change(chainlet, counted):
    hot = chainlet.mine(("hot", 100_000))
    payees = [(f"customer {number}", 5_000 + number) for number in range(7)]
    chainlet.pay([(hot, 0)], *payees, ("hot", 60_000))
    (found,) = finds(BatchPayout(), chainlet, service_of=chainlet.held(hot="Lagune"))
    assert counted(found)["payees"] == 7
    assert counted(found)["paid out"] == sum(units for _, units in payees)
    assert "by Lagune" in found.summary
    assert all(part.address != chainlet.address("hot") for part in found.parts)


def test_few_payees_many_inputs_or_mostly_dust_are_no_batch(chainlet):
    big = chainlet.mine(*((f"hot {number}", 100_000) for number in range(9)))
    chainlet.pay([(big, 0)], *((f"a {n}", 5_000 + n) for n in range(5)))
    chainlet.pay([(big, n) for n in range(1, 5)], *((f"b {n}", 9_000 + n) for n in range(7)))
    chainlet.pay([(big, 5)], *((f"c {n}", 546) for n in range(8)))
    chainlet.pay([(big, 6)], *(("same", 5_000 + n) for n in range(8)))
    assert finds(BatchPayout(), chainlet) == []


def test_a_mixing_round_is_none_of_them(chainlet):
    paid_in = [(chainlet.mine((f"payer {number}", 120 + number)), 0) for number in range(6)]
    chainlet.pay(paid_in, *((f"mixed {number}", 100) for number in range(6)))
    for pattern in (Consolidation(), Sweep(least_sweeps=1), BatchPayout(least_payees=2)):
        assert finds(pattern, chainlet) == []


@pytest.mark.parametrize(
    ("senders", "receivers", "emptied"),
    [
        (["a", "b", "a"], ["hot"], ("a", "b")),
        (["a"], ["hot"], ()),
        (["a", "b"], ["hot", "c"], ()),
        (["a", "hot"], ["hot"], ()),
        (["a", None], ["hot"], ()),
        (["a", "b"], ["hot", None], ()),
    ],
)
def test_a_sweep_into_a_service_empties_several_strangers_without_change(
    senders, receivers, emptied
):
    assert swept_into_service(senders, receivers, "hot".__eq__) == emptied


@pytest.mark.real
def test_the_recorded_withdrawal_to_143_is_a_batch_payout(real_ledger, counted):
    ledger = real_ledger("api-fixtures/am-i-exposed/api-responses/batch-withdrawal-143.json")
    (found,) = BatchPayout().find(ledger, ledger.transactions())
    assert counted(found)["payees"] >= 141
    assert len(found.parts) == 143
    assert list(Consolidation().find(ledger, ledger.transactions())) == []


@pytest.mark.real
def test_real_blocks_hold_each_of_the_three(real_ledger, counted):
    ledger = real_ledger("btc-blocks/bitcoin-s/0000*.txt")
    gathered = list(Consolidation().find(ledger, ledger.transactions()))
    batches = list(BatchPayout().find(ledger, ledger.transactions()))
    assert len(gathered) > 10
    assert len(batches) > 10
    assert all(counted(found)["coins"] >= 5 for found in gathered)
    assert all(len(found.parts) >= counted(found)["payees"] for found in batches)
