"""Clusters: every link has its transaction, and what hangs on it can be asked."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import NoLinkError
from chainlead.trace import Clusters, CommonInput, EqualOutput


def chain_of_links(world):
    """a+b, b+c, c+d, and a second road a+e, e+d."""
    coins = {}
    for name in "aabbccddee":
        coins.setdefault(name, []).append((world.mine((name, 10)), 0))
    return [
        world.pay([coins[x].pop(), coins[y].pop()], (f"to {x}{y}", 20))
        for x, y in ("ab", "bc", "cd", "ae", "ed")
    ]


def test_why_is_the_shortest_chain_of_transactions_with_rule_and_version(world):
    _, _, _, ae, ed = chain_of_links(world)
    clusters = Clusters.build(world.transactions)
    links = clusters.why("a", "d")
    assert [link.txid for link in links] == [ae.txid, ed.txid]
    assert [link.addresses for link in links] == [("a", "e"), ("e", "d")]
    assert {(link.rule, link.version) for link in links} == {("common_input", 1)}
    assert clusters.why("a", "a") == ()


def test_without_shows_what_falls_apart(world):
    ab = chain_of_links(world)[0]
    extra = world.pay([(world.mine(("z", 5)), 0), (world.mine(("a", 5)), 0)], ("q", 10))
    clusters = Clusters.build(world.transactions)
    assert clusters.without(extra.txid).after == (("a", "b", "c", "d", "e"), ("z",))
    assert clusters.without(ab.txid).after == (("a", "b", "c", "d", "e", "z"),)
    assert clusters.without(world.transactions[0].txid).before == ()


def test_strangers_have_no_link(world):
    chain_of_links(world)
    world.mine(("stranger", 1))
    clusters = Clusters.build(world.transactions)
    assert clusters.cluster_of("stranger") == ("stranger",)
    with pytest.raises(NoLinkError):
        clusters.why("a", "stranger")


def test_a_mixing_round_joins_nobody(world):
    coins = [(world.mine((f"in{n}", 100)), 0) for n in range(5)]
    world.pay(coins, *[(f"out{n}", 100) for n in range(5)])
    assert len(Clusters.build(world.transactions)) == 0


def test_without_the_gate_the_same_round_would_join_five_people(world):
    coins = [(world.mine((f"in{n}", 100)), 0) for n in range(5)]
    world.pay(coins, *[(f"out{n}", 100) for n in range(5)])
    ungated = CommonInput(lambda _transaction: None)
    assert len(Clusters.build(world.transactions, ungated).cluster_of("in0")) == 5


@given(data=st.data())
def test_clusters_do_not_depend_on_order_and_every_pair_can_say_why(worlds, data):
    world = data.draw(worlds(most_transactions=30))
    clusters = Clusters.build(world.transactions)
    again = Clusters.build(data.draw(st.permutations(world.transactions)))
    assert clusters.all() == again.all()
    joined = {t.txid: CommonInput().joined(t) for t in world.transactions}
    for group in clusters.all():
        assert clusters.name_of(group[-1]) == group[0]
        for other in group[1:]:
            links = clusters.why(group[0], other)
            assert links == again.why(group[0], other)
            assert links[0].addresses[0] == group[0]
            assert links[-1].addresses[1] == other
            assert all(set(link.addresses) <= set(joined[link.txid]) for link in links)


@pytest.mark.slow
def test_a_hundred_thousand_transactions_take_seconds(world):
    dice = random.Random(1)
    coins = [world.mine((f"address{n % 60_000}", 10), same_block=True) for n in range(1_000)]
    outputs = [(coin, 0) for coin in coins]
    for number in range(100_000):
        spent = [outputs[dice.randrange(len(outputs))] for _ in range(2)]
        made = world.pay(spent, (f"address{number % 60_000}", 20), same_block=True)
        outputs.append((made, 0))
    start = time.monotonic()
    clusters = Clusters.build(world.transactions)
    assert time.monotonic() - start < 10
    group = max(clusters.all(), key=len)
    start = time.monotonic()
    clusters.why(group[0], group[-1])
    assert time.monotonic() - start < 1


def test_a_heuristic_is_no_verdict():
    with pytest.raises(TypeError, match="not a verdict"):
        bool(EqualOutput())
