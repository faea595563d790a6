"""Equal outputs of no named protocol, on shapes built by hand."""

import pytest

from chainlead.trace.heuristics.coinjoin.equal_output import EqualOutput, EqualOutputLimits


def pay_equal(world, payers, payees, units=100):
    coins = [(world.mine((f"in{n % payers}", units)), 0) for n in range(max(payers, 3))]
    return world.pay(coins, *[(f"out{n}", units // 10) for n in range(payees)])


@pytest.mark.parametrize(("payers", "payees"), [(1, 30), (2, 30), (3, 2), (4, 5)])
def test_payouts_from_few_addresses_are_no_round(world, payers, payees):
    assert EqualOutput().judge(pay_equal(world, payers, payees)) is None


@pytest.mark.parametrize(("payers", "payees"), [(3, 3), (5, 5), (9, 5)])
def test_equal_outputs_with_as_many_payers_are_a_round(world, payers, payees):
    found = EqualOutput().judge(pay_equal(world, payers, payees))
    assert (found.participants, found.amount_units) == (payees, 10)


def test_a_coinbase_and_empty_outputs_are_no_round(world):
    assert EqualOutput().judge(world.mine(*[(f"p{n}", 7) for n in range(9)])) is None
    assert (
        EqualOutput().judge(world.pay([(world.mine(("a", 0)), 0)] * 3, ("b", 0), ("c", 0))) is None
    )


def test_limits_can_be_set_and_are_printed(world):
    pair = world.pay([(world.mine((f"in{n}", 9)), 0) for n in range(2)], ("a", 5), ("b", 5))
    assert EqualOutput().judge(pair) is None
    wide = EqualOutput(EqualOutputLimits(least_equal_outputs=2, least_inputs=2))
    assert wide.judge(pair).participants == 2
    assert dict(wide.parameters)["least_equal_outputs"] == "2"


def test_who_has_no_change_put_in_no_more_than_the_amount(deal):
    paid = [(1_000_000, f"out{n}") for n in range(4)]
    small = [(1_002_000, f"in{n}") for n in range(3)]
    one_change = [*paid, (5_000_000, "change")]
    assert EqualOutput().judge(deal([*small, (6_002_000, "in3")], one_change))
    large = [(2_300_000, f"own{n}") for n in range(4)]
    assert EqualOutput().judge(deal(large, one_change)) is None
    assert EqualOutput().judge(deal([*large[:3], None], one_change))


def test_unknown_inputs_count_as_one_payer_each(deal):
    paid = [(700, f"out{n}") for n in range(4)]
    assert EqualOutput().judge(deal([None] * 3, paid)) is None
    assert EqualOutput().judge(deal([None] * 4, paid)).participants == 4
