import pytest

from chainlead.trace.heuristics.coinjoin.whirlpool import POOLS_SAT, Whirlpool


@pytest.fixture
def judge(deal):
    return lambda spent, paid, **more: Whirlpool().judge(deal(spent, paid, **more))


@pytest.mark.parametrize("pool", POOLS_SAT)
@pytest.mark.parametrize("seats", [5, 8, 10])
def test_a_round_of_every_pool_is_seen_with_one_participant_to_each_seat(
    judge, shapes, pool, seats
):
    found = judge(*shapes["whirlpool"](pool, seats))
    assert (found.participants, found.amount_units, found.certainty) == (seats, pool, "round")
    assert found.described == f"a mixing round of {seats} participants (Whirlpool)"


@pytest.mark.parametrize("seats", [4, 11])
def test_fewer_than_five_and_more_than_ten_seats_are_none(judge, shapes, seats):
    assert judge(*shapes["whirlpool"](seats=seats)) is None


def test_an_amount_of_no_pool_is_none(judge, shapes):
    assert judge(*shapes["whirlpool"](1_000_001)) is None


def test_one_output_more_than_inputs_is_none(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge(spent, [*paid, (1_000_000, "sixth")]) is None


def test_one_output_of_another_amount_is_none(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge(spent, [*paid[:-1], (999_999, "out4")]) is None


def test_a_place_that_is_paid_twice_is_none(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge(spent, [*paid[:-1], paid[0]]) is None


def test_a_newcomer_may_bring_the_miners_fee_and_no_more(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge([(1_110_000, "in0"), *spent[1:]], paid)
    assert judge([(1_110_001, "in0"), *spent[1:]], paid) is None
    assert judge([(999_999, "in0"), *spent[1:]], paid) is None


def test_without_a_newcomer_nobody_pays_the_fee(judge, shapes):
    assert judge(*shapes["whirlpool"](newcomers=0)) is None
    assert judge(*shapes["whirlpool"](newcomers=5))


def test_inputs_of_another_script_are_none(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge([*spent[:-1], (1_000_000, "pkh:in4")], paid) is None


def test_some_may_send_their_last_mix_to_another_script_but_not_most(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    others = [(1_000_000, "wsh:a"), (1_000_000, "tr:b")]
    assert judge(spent, [*paid[:-2], *others])
    assert judge(spent, [*paid[:-3], *others, (1_000_000, "sh:c")]) is None


def test_unknown_inputs_are_not_held_against_a_round(judge, shapes):
    spent, paid = shapes["whirlpool"]()
    assert judge([None] * 5, paid).participants == 5
    assert judge([None, *spent[1:]], paid)
    assert judge([None, (999_999, "in1"), *spent[2:]], paid) is None


def test_a_coinbase_is_none(judge, shapes):
    assert judge(*shapes["whirlpool"](), is_coinbase=True) is None
