import pytest

from chainlead.trace.heuristics.coinjoin.wasabi2 import STANDARD_SAT, UNEVEN_SAT, Wasabi2


@pytest.fixture
def judge(deal):
    return lambda spent, paid: Wasabi2().judge(deal(spent, paid))


def test_a_round_is_seen_and_its_participants_are_a_bound(judge, shapes):
    found = judge(*shapes["wasabi2"]())
    assert (found.participants, found.is_upper_bound, found.amount_units) == (7, True, 1_062_882)
    assert found.described == "a mixing round of at most 7 participants (Wasabi 2)"


def test_the_standard_amounts_are_those_of_the_protocol():
    assert {5_000, 6_561, 8_192, 10_000, 13_122, 20_000, 50_000} <= STANDARD_SAT
    assert not {4_374, 4_096, 30_000, 134_375_000_001} & STANDARD_SAT
    assert {6_561, 8_192, 13_122} <= UNEVEN_SAT
    assert not {10_000, 50_000} & UNEVEN_SAT


@pytest.mark.parametrize("side", [0, 1])
def test_either_side_out_of_order_is_none(judge, shapes, side):
    sides = shapes["wasabi2"]()
    sides[side].reverse()
    assert judge(*sides) is None


def test_other_scripts_on_either_side_are_none(judge, shapes):
    spent, paid = shapes["wasabi2"]()
    assert judge([*spent[:-1], (131_072, "pkh:x")], paid) is None
    assert judge(spent, [*paid[:-1], (77_001, "sh:x")]) is None


def test_a_place_that_is_paid_twice_is_none(judge, shapes):
    spent, paid = shapes["wasabi2"]()
    assert judge(spent, [*paid[:-1], (77_001, paid[0][1])]) is None


def test_too_few_standard_amounts_are_none(judge, shapes):
    spent, paid = shapes["wasabi2"]()
    odd = [(70_003 - n, f"odd{n}") for n in range(4)]
    assert judge(spent, [*paid, *odd[:3]])
    assert judge(spent, [*paid, *odd]) is None


def test_round_decimal_amounts_alone_are_an_ordinary_payout(judge):
    spent = [(10**7 - n, f"in{n}") for n in range(6)]
    paid = [*((1_000_000, f"a{n}") for n in range(8)), *((500_000, f"b{n}") for n in range(4))]
    assert judge(spent, paid) is None
    assert judge([*spent[:-2], (531_441, "in4"), (262_144, "in5")], paid)


def test_amounts_that_do_not_repeat_are_none(judge):
    spent = [(10**7 - n, f"in{n}") for n in range(6)]
    paid = [(units, f"out{n}") for n, units in enumerate(sorted(UNEVEN_SAT, reverse=True)[-9:])]
    assert judge(spent, paid) is None
    assert judge(spent, sorted([*paid, paid[3], paid[3]], reverse=True)) is None
    repeated = [paid[3], (paid[3][0], "again"), (paid[3][0], "once more")]
    assert judge(spent, [*paid[:3], *repeated, *paid[4:]])


@pytest.mark.parametrize(("inputs", "is_seen"), [(4, 0), (5, 1)])
def test_at_least_five_inputs(judge, shapes, inputs, is_seen):
    spent, paid = shapes["wasabi2"]()
    assert (judge(spent[:inputs], paid) is not None) == bool(is_seen)


def test_unknown_inputs_are_not_held_against_a_round(judge, shapes):
    spent, paid = shapes["wasabi2"]()
    assert judge([None] * len(spent), paid).participants == 7
    assert judge([spent[0], None, *spent[2:]], paid)
