import pytest

from chainlead.trace.heuristics.coinjoin.joinmarket import JoinMarket


@pytest.fixture
def judge(deal):
    return lambda spent, paid: JoinMarket().judge(deal(spent, paid))


@pytest.mark.parametrize("taker_change", [True, False])
@pytest.mark.parametrize("people", [3, 4, 12])
def test_equal_amounts_with_one_change_each_are_a_round(judge, shapes, people, taker_change):
    found = judge(*shapes["joinmarket"](people, taker_change=taker_change))
    assert (found.participants, found.amount_units) == (people, 7_654_321)


def test_two_people_are_none(judge, shapes):
    assert judge(*shapes["joinmarket"](2)) is None


def test_a_change_too_few_or_too_many_is_none(judge, shapes):
    spent, paid = shapes["joinmarket"]()
    assert judge(spent, paid[:-2]) is None
    assert judge(spent, [*paid, (55_555, "more")]) is None


def test_a_second_amount_that_repeats_is_none(judge, shapes):
    spent, paid = shapes["joinmarket"]()
    assert judge(spent, [*paid[:-1], (paid[-2][0], "change3")]) is None


def test_fewer_payers_than_equal_amounts_are_none(judge, shapes):
    spent, paid = shapes["joinmarket"]()
    assert judge([*spent[:-1], (spent[-1][0], "in0")], paid) is None


def test_a_place_that_is_paid_twice_is_none(judge, shapes):
    spent, paid = shapes["joinmarket"]()
    assert judge(spent, [*paid[:-1], (paid[-1][0], "change0")]) is None


def test_dust_is_none(judge, shapes):
    assert judge(*shapes["joinmarket"](amount=2_730)) is None
    assert judge(*shapes["joinmarket"](amount=2_731))


def test_an_input_that_no_share_explains_is_none(judge, shapes):
    spent, paid = shapes["joinmarket"]()
    largest = 7_654_321 + 4_000_700
    slack = 7_654_321 * 20 // 1000
    assert judge([*spent[:-1], (largest + slack, "in3")], paid)
    assert judge([*spent[:-1], (largest + slack + 1, "in3")], paid) is None


def test_unknown_inputs_are_not_held_against_a_round(judge, shapes):
    _, paid = shapes["joinmarket"]()
    assert judge([None] * 4, paid).participants == 4
    assert judge([None] * 3, paid) is None
