from chainlead.trace import CoinJoinGate
from chainlead.trace.heuristics.coinjoin.payjoin import PayJoin


def test_nothing_is_ever_seen_and_the_card_says_so(deal, shapes):
    for shape in shapes.values():
        assert PayJoin().judge(deal(*shape())) is None
    payment = deal([(900_000, "payer"), (400_000, "shop")], [(1_100_000, "s"), (190_000, "p")])
    assert PayJoin().judge(payment) is None
    assert CoinJoinGate().verdict(payment) is None
    assert "Never seen" in CoinJoinGate().card_of("payjoin").known_failure
