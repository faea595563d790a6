import pytest

from chainlead.trace.heuristics.coinjoin.wasabi1 import Wasabi1


@pytest.fixture
def judge(deal):
    return lambda spent, paid: Wasabi1().judge(deal(spent, paid))


def test_base_amounts_and_doubles_are_version_1_1(judge, shapes):
    found = judge(*shapes["wasabi1"]())
    assert (found.participants, found.amount_units) == (12, 10_100_000)
    assert found.protocol == "Wasabi 1.1"


@pytest.mark.parametrize("levels", [0, 1])
def test_without_a_double_that_two_people_have_the_version_is_open(judge, shapes, levels):
    assert judge(*shapes["wasabi1"](levels=levels)).protocol == "Wasabi 1.0 or 1.1"


@pytest.mark.parametrize(
    ("base", "is_seen"), [(7_999_999, 0), (8_000_000, 1), (12_000_000, 1), (12_000_001, 0)]
)
def test_the_base_amount_is_about_a_tenth_of_a_bitcoin(judge, shapes, base, is_seen):
    assert (judge(*shapes["wasabi1"](base=base)) is not None) == bool(is_seen)


@pytest.mark.parametrize(("people", "is_seen"), [(9, 0), (10, 1), (40, 1)])
def test_at_least_ten_take_part(judge, shapes, people, is_seen):
    assert (judge(*shapes["wasabi1"](people)) is not None) == bool(is_seen)


def test_fewer_payers_than_base_amounts_are_none(judge, shapes):
    spent, paid = shapes["wasabi1"]()
    assert judge([*spent[:-1], (spent[-1][0], "in0")], paid) is None


def test_a_place_that_pays_many_of_the_inputs_is_none(judge, shapes):
    spent, paid = shapes["wasabi1"]()
    assert judge([*spent, (10**8, "in0")], paid)
    assert judge([*spent, *[(10**8, "in0")] * 4], paid) is None


def test_a_place_that_is_paid_twice_and_other_scripts_are_none(judge, shapes):
    spent, paid = shapes["wasabi1"]()
    assert judge(spent, [*paid[:-1], (300_000, "change0")]) is None
    assert judge(spent, [*paid[:-1], (300_000, "sh:coordinator")]) is None
    assert judge([*spent[:-1], (spent[-1][0], "pkh:in")], paid) is None


def test_without_change_it_is_none(judge):
    spent = [(10_200_000, f"in{n}") for n in range(12)]
    paid = [(10_000_000, f"mixed{n}") for n in range(12)]
    assert judge(spent, [*paid, (500_000, "change")]) is None
    assert judge(spent, [*paid, (500_000, "change"), (600_000, "coordinator")])


def test_too_much_that_is_not_mixed_is_none(judge, shapes):
    spent, paid = shapes["wasabi1"](levels=0)
    more = [(10**6 + n * 13, f"more{n}") for n in range(8)]
    assert judge(spent, [*paid, *more[:7]])
    assert judge(spent, [*paid, *more]) is None


def test_unknown_inputs_are_not_held_against_a_round(judge, shapes):
    spent, paid = shapes["wasabi1"]()
    assert judge([None] * len(spent), paid).participants == 12
