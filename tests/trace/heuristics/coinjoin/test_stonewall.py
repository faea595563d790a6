import pytest

from chainlead.trace.heuristics.coinjoin.stonewall import Stonewall


@pytest.fixture
def judge(deal):
    return lambda spent, paid: Stonewall().judge(deal(spent, paid))


def test_two_equal_amounts_with_change_are_ambiguous_and_never_a_round(judge, shapes):
    found = judge(*shapes["stonewall"]())
    assert (found.certainty, found.participants, found.amount_units) == ("ambiguous", 2, 500_000)
    assert "may be" in found.described


def test_three_outputs_are_enough(judge, shapes):
    spent, paid = shapes["stonewall"]()
    assert judge(spent, paid[:3])


def test_one_payer_is_none(judge, shapes):
    spent, paid = shapes["stonewall"]()
    assert judge([(units, "a") for units, _ in spent], paid) is None


def test_three_equal_two_pairs_or_no_pair_are_none(judge, shapes):
    spent, paid = shapes["stonewall"]()
    assert judge(spent, [*paid[:2], (500_000, "third"), paid[3]]) is None
    assert judge(spent, [*paid[:2], (890_000, "d"), (890_000, "e")]) is None
    assert judge(spent, [(499_999, "shop"), *paid[1:]]) is None
    assert judge(spent, [*paid, (7_000, "fifth")]) is None


def test_two_equal_amounts_to_one_place_are_none(judge, shapes):
    spent, paid = shapes["stonewall"]()
    assert judge(spent, [paid[0], (500_000, "shop"), *paid[2:]]) is None


def test_dust_is_none(judge):
    spent = [(5_000, "a"), (6_000, "b")]
    assert judge(spent, [(999, "c"), (999, "d"), (3_000, "e"), (4_000, "f")]) is None
    assert judge(spent, [(1_000, "c"), (1_000, "d"), (3_000, "e"), (4_000, "f")])


def test_inputs_that_cannot_be_parted_between_two_are_none(judge, shapes):
    _, paid = shapes["stonewall"]()
    assert judge([(2_290_000, "a"), (10_000, "b")], paid) is None
    assert judge([(1_390_000, "a"), (905_000, "b")], paid)
    assert judge([(1_389_999, "a"), (1_000_000, "b")], paid) is None
    assert judge([(2_290_000, "a"), None], paid)
    assert judge([(1_000, f"in{n}") for n in range(11)], paid)
