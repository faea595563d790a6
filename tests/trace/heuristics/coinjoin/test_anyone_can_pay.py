import pytest

from chainlead.trace.heuristics.coinjoin.anyone_can_pay import AnyoneCanPay

PAID = [(10_000, "seller"), (546, "buyer"), (9_000, "change")]


@pytest.fixture
def judge(deal):
    return lambda *hash_types, spent=((546, "seller"), (30_000, "buyer")): AnyoneCanPay().judge(
        deal(spent, PAID, hash_types=hash_types)
    )


@pytest.mark.parametrize("hash_type", [0x81, 0x82, 0x83])
def test_an_input_signed_apart_is_ambiguous(judge, hash_type):
    for hash_types in ((hash_type, 1), (1, hash_type)):
        assert judge(*hash_types).certainty == "ambiguous"


@pytest.mark.parametrize("hash_types", [(), (1, 1), (0, 0), (3, 2)])
def test_inputs_signed_together_are_none(judge, hash_types):
    assert judge(*hash_types) is None


def test_one_input_or_one_place_is_none(judge):
    assert judge(0x83, spent=((546, "seller"),)) is None
    assert judge(0x83, 1, spent=((546, "seller"), (30_000, "seller"))) is None
    assert judge(0x83, 1, spent=((546, "seller"), None))
