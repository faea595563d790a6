"""The practice story peels the shop's coins five times: one find, with its exchanges."""

from chainlead.guide.practice import build_world
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.trace import Peel
from chainlead.trace.patterns.peel_chain import PeelChain


def test_the_shops_peels_are_one_chain_with_what_went_to_each_exchange():
    world = build_world()
    ledger = EconomyLedger(world.economy)
    hot = {
        coin.address: name
        for name, exchange in world.exchanges.items()
        for sent in world.transactions
        for coin in sent.made
        if coin.script in exchange.deposit_scripts.values()
    }
    peels = [world.transaction(f"peel {number}").txid for number in range(1, 6)]
    found = next(
        each
        for each in PeelChain().find(ledger, ledger.transactions(), service_of=hot.get)
        if peels[0] in {txid.display for txid in each.txids}
    )
    assert [t.display for t in found.txids][-5:] == peels
    amounts = dict(found.amounts)
    assert amounts["peeled to Kastell Exchange"] == 7_500_000
    assert amounts["peeled to Lagune Exchange"] == 1_700_000
    cold = max(world.transaction("peel 5").made, key=lambda coin: coin.amount_sat)
    assert amounts["rest at the end"] == cold.amount_sat


def test_a_hop_is_followed_only_where_a_single_spender_shows_the_wallet():
    world = build_world()
    ledger = EconomyLedger(world.economy)
    known = {t.txid.display: t for t in ledger.transactions()}
    after = [world.transaction(f"peel {n}").txid for n in range(2, 6)]
    steps = [Peel().follow(known[world.transaction(f"peel {n}").txid], ledger) for n in range(1, 5)]
    given = [(step, txid) for step, txid in zip(steps, after, strict=True) if step is not None]
    assert len(given) == 1
    assert all(step.spender.display == txid and len(step.same) >= 4 for step, txid in given)
