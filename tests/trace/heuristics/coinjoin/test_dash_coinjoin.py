import pytest

from chainlead.model import Chain
from chainlead.trace.heuristics.coinjoin.dash_coinjoin import DENOMINATIONS, DashCoinJoin


@pytest.fixture
def judge(deal):
    return lambda spent, paid, chain=Chain.DASH: DashCoinJoin().judge(
        deal(spent, paid, chain=chain)
    )


@pytest.mark.parametrize("amount", DENOMINATIONS)
def test_a_round_of_every_denomination_is_seen(judge, shapes, amount):
    found = judge(*shapes["dash_coinjoin"](amount))
    assert (found.participants, found.amount_units, found.is_upper_bound) == (6, amount, True)


def test_on_another_chain_it_is_none(judge, shapes):
    assert judge(*shapes["dash_coinjoin"](), chain=Chain.BITCOIN) is None


def test_an_amount_that_is_no_denomination_is_none(judge, shapes):
    assert judge(*shapes["dash_coinjoin"](10_000_000)) is None


@pytest.mark.parametrize(("coins", "is_seen"), [(2, 0), (3, 1), (90, 1)])
def test_at_least_three_coins(judge, shapes, coins, is_seen):
    assert (judge(*shapes["dash_coinjoin"](coins=coins)) is not None) == bool(is_seen)


def test_another_amount_or_count_on_either_side_is_none(judge, shapes):
    spent, paid = shapes["dash_coinjoin"]()
    assert judge([*spent[:-1], (20_000_200, "in")], paid) is None
    assert judge([*spent, (10_000_100, "in")], paid) is None
    assert judge(spent, [*paid[:-1], (10_000_000, "out")]) is None


def test_one_payer_makes_denominations_and_is_none(judge, shapes):
    spent, paid = shapes["dash_coinjoin"]()
    assert judge([(units, "one") for units, _ in spent], paid) is None
    assert judge([None] * 6, paid)
