"""A peel chain is one find: hops, what was peeled, to whom, and what is left."""

import pytest

from chainlead.model import Strength
from chainlead.trace.patterns.peel_chain import PeelChain


def peel(chainlet, hops, *, start=100_000, step=1_000, **more):
    """A chain that pays shop N 1,000 units at each hop, and ten to the miner."""
    last, index = chainlet.mine(("start", start)), 0
    left = start
    for number in range(hops):
        left -= step + 10
        last = chainlet.pay(
            [(last, index)], (f"shop {number}", step), (f"rest {number}", left), **more
        )
        index = 1
    return last


def found_in(chainlet, **more):
    return list(PeelChain().find(chainlet.view(), chainlet.made, **more))


def test_hops_sum_and_rest_of_a_chain(chainlet, counted):
    peel(chainlet, 5)
    (found,) = found_in(chainlet)
    assert counted(found) == {
        "hops": 5,
        "at the start": 100_000,
        "peeled": 5_000,
        "rest at the end": 94_950,
    }
    assert [txid.wire for txid in found.txids] == [t.txid.wire for t in chainlet.made[1:]]
    assert [part.role for part in found.parts] == ["peeled"] * 5 + ["rest"]
    assert found.parts[-1].address == chainlet.address("rest 4")
    assert found.strength is Strength.INFERRED


def test_what_was_peeled_is_grouped_by_service(chainlet, counted):
    peel(chainlet, 4)
    services = {"shop 0": "Kastell", "shop 2": "Kastell", "shop 3": "Lagune"}
    (found,) = found_in(chainlet, service_of=chainlet.held(**services))
    assert counted(found)["peeled to Kastell"] == 2_000
    assert counted(found)["peeled to Lagune"] == 1_000
    assert [part.note for part in found.parts] == ["Kastell", "", "Kastell", "Lagune", ""]
    assert "Kastell, Lagune" in found.summary


def test_two_hops_are_no_chain(chainlet):
    peel(chainlet, 2)
    assert found_in(chainlet) == []
    assert len(list(PeelChain(least_hops=2).find(chainlet.view(), chainlet.made))) == 1


def test_a_hop_of_another_wallet_ends_the_chain(chainlet, counted):
    last = peel(chainlet, 3)
    rest = last.outputs[1].amount_units
    for number in range(3):
        last = chainlet.pay(
            [(last, 1)], (f"kiosk {number}", 100), (f"left {number}", rest - 200), version=1
        )
        rest -= 200
    assert [counted(found)["hops"] for found in found_in(chainlet)] == [3, 3]


@pytest.mark.parametrize(
    "payees",
    [
        [("a", 500), ("b", 500)],
        [("a", 500)],
        [("a", 500), ("b", 300), ("c", 100)],
    ],
    ids=["two equal outputs", "one output", "three outputs"],
)
def test_another_shape_is_no_hop(chainlet, payees, counted):
    last = peel(chainlet, 3)
    chainlet.pay([(last, 1)], *payees)
    (found,) = found_in(chainlet)
    assert counted(found)["hops"] == 3


def test_a_data_output_is_not_counted(chainlet, counted):
    last = peel(chainlet, 2)
    chainlet.pay([(last, 1)], ("data", 0), ("shop", 500), ("rest", 90_000))
    (found,) = found_in(chainlet)
    assert counted(found)["hops"] == 3


def test_only_what_is_looked_at_is_found(chainlet, counted):
    peel(chainlet, 6)
    part = chainlet.made[1:4]
    (found,) = PeelChain().find(chainlet.view(), reversed(part))
    assert counted(found)["hops"] == 3
    assert found.txids == tuple(t.txid for t in part)


def test_a_chain_whose_start_is_unknown_has_no_amount_at_the_start(chainlet, counted):
    first = chainlet.pay([chainlet.unknown("x")], ("a", 10), ("rest", 90))
    second = chainlet.pay([(first, 1)], ("b", 10), ("rest 2", 80))
    chainlet.pay([(second, 1)], ("c", 10), ("rest 3", 70))
    found = list(PeelChain().find(chainlet.view(), chainlet.made))
    assert len(found) == 1
    assert "at the start" not in counted(found[0])


@pytest.mark.real
def test_real_blocks_hold_peel_chains_that_hold_together(real_ledger, counted):
    ledger = real_ledger("btc-blocks/bitcoin-s/0000*.txt")
    chains = list(PeelChain().find(ledger, ledger.transactions()))
    assert len(chains) > 20
    assert max(counted(found)["hops"] for found in chains) >= 10
    seen = [txid for found in chains for txid in found.txids]
    assert len(seen) == len(set(seen))
    for found in chains:
        made = [ledger.lookup_transaction(txid) for txid in found.txids]
        fees = sum(t.fee_units for t in made if t.fee_units is not None)
        amounts = counted(found)
        if "at the start" in amounts:
            assert amounts["at the start"] == (
                amounts["peeled"] + amounts["rest at the end"] + fees
            )
