import pytest

from chainlead.model import Chain
from chainlead.trace.heuristics.coinjoin.litecoin_mweb import LitecoinMweb


@pytest.fixture
def judge(deal):
    return lambda spent, paid, chain=Chain.LITECOIN: LitecoinMweb().judge(
        deal(spent, paid, chain=chain)
    )


def test_the_pool_is_a_round_without_a_number_of_participants(judge):
    found = judge([(10**10, "mweb:before"), (500, "pegin:a")], [(10**10, "mweb:p"), (400, "out")])
    assert found.certainty == "round"
    assert found.described == "Litecoin's hidden pool (MWEB)"


def test_a_peg_in_is_an_entrance_wherever_its_output_stands(judge):
    for paid in ([(500, "pegin:x"), (300, "change")], [(300, "change"), (500, "pegin:x")]):
        found = judge([(900, "payer")], paid)
        assert (found.certainty, found.amount_units) == ("entrance", 500)


def test_ordinary_payments_and_other_chains_are_none(judge):
    assert judge([(900, "payer")], [(500, "tr:shop"), (300, "change")]) is None
    assert judge([(900, "a")], [(300, "change"), (500, "mweb:x")]) is None
    assert judge([(900, "payer")], [(500, "pegin:x")], chain=Chain.BITCOIN) is None
