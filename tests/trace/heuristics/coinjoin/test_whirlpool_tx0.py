import pytest

from chainlead.trace.heuristics.coinjoin.whirlpool_tx0 import POOL_FEES_SAT, WhirlpoolTx0


@pytest.fixture
def judge(deal):
    return lambda spent, paid, ledger=None: WhirlpoolTx0().judge(deal(spent, paid), ledger)


@pytest.mark.parametrize(("pool", "fee"), POOL_FEES_SAT)
def test_the_shape_alone_is_ambiguous(judge, shapes, pool, fee):
    found = judge(*shapes["whirlpool_tx0"](pool, fee=fee))
    assert (found.certainty, found.amount_units, found.participants) == ("ambiguous", pool, 1)


def test_a_round_that_spends_a_piece_confirms_it(deal, shapes, spends):
    made = deal(*shapes["whirlpool_tx0"]())
    spent, paid = shapes["whirlpool"]()
    mixed = deal([made.outputs[4], *spent[1:]], paid)
    found = WhirlpoolTx0().judge(made, spends(mixed))
    assert (found.certainty, found.participants) == ("entrance", 1)
    assert found.described == "the entrance to Whirlpool (Tx0)"


def test_a_round_of_another_pool_and_another_spend_do_not_confirm_it(deal, shapes, spends):
    made = deal(*shapes["whirlpool_tx0"]())
    spent, paid = shapes["whirlpool"](5_000_000)
    foreign = deal([*spent[1:], made.outputs[1]], paid)
    assert WhirlpoolTx0().judge(made, spends(foreign)).certainty == "ambiguous"
    payment = deal([made.outputs[4]], [(1_000_000, "shop")])
    assert WhirlpoolTx0().judge(made, spends(payment)).certainty == "ambiguous"
    assert WhirlpoolTx0().judge(made, spends()).certainty == "ambiguous"


def test_without_or_with_two_data_outputs_it_is_none(judge, shapes):
    spent, paid = shapes["whirlpool_tx0"]()
    assert judge(spent, paid[1:]) is None
    assert judge(spent, [(0, "note:y"), *paid]) is None


@pytest.mark.parametrize(("surplus", "is_seen"), [(99, 0), (100, 1), (110_000, 1), (110_001, 0)])
def test_the_pieces_are_a_little_above_the_pool(judge, shapes, surplus, is_seen):
    spent, paid = shapes["whirlpool_tx0"]()
    pieces = [(1_000_000 + surplus, who) for _, who in paid[3:]]
    assert (judge(spent, [*paid[:3], *pieces]) is not None) == bool(is_seen)


@pytest.mark.parametrize(("fee", "is_seen"), [(24_999, 0), (25_000, 1), (150_000, 1), (150_001, 0)])
def test_one_output_is_about_the_pools_fee(judge, shapes, fee, is_seen):
    assert (judge(*shapes["whirlpool_tx0"](fee=fee)) is not None) == bool(is_seen)


@pytest.mark.parametrize(("pieces", "is_seen"), [(1, 1), (70, 1), (71, 0)])
def test_there_are_one_to_seventy_pieces(judge, shapes, pieces, is_seen):
    assert (judge(*shapes["whirlpool_tx0"](pieces=pieces)) is not None) == bool(is_seen)


def test_a_piece_to_one_place_twice_or_too_many_others_are_none(judge, shapes):
    spent, paid = shapes["whirlpool_tx0"]()
    assert judge(spent, [*paid, paid[-1]]) is None
    others = [(70_000 + n, f"other{n}") for n in range(3)]
    assert judge(spent, [*paid, *others[:2]])
    assert judge(spent, [*paid, *others]) is None


def test_pieces_of_another_script_are_none(judge, shapes):
    spent, paid = shapes["whirlpool_tx0"]()
    assert judge(spent, [*paid[:3], *((units, f"pkh:{who}") for units, who in paid[3:])]) is None
