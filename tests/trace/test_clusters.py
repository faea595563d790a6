"""Clusters: every link has its transaction, what hangs on it can be asked, and doubt stops a union."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import NoLinkError
from chainlead.ledger import SignatureMark
from chainlead.trace import Clusters, CommonInput, Doubt, EqualOutput, Level, LinkDecision

ANY_AMOUNT = CommonInput(dust_units=0)


def co_spend(world, *names, units=10, then=None):
    """One transaction that spends a fresh coin of each name."""
    coins = [(world.mine((name, units)), 0) for name in names]
    return world.pay(coins, (then or f"to {len(world.transactions)}", units * len(names)))


def chain_of_links(world):
    """a+b, b+c, c+d, and a second road a+e, e+d."""
    return [co_spend(world, *pair) for pair in ("ab", "bc", "cd", "ae", "ed")]


def build(world, **more):
    return Clusters.build(world.transactions, more.pop("rule", ANY_AMOUNT), **more)


def grow(world, name, size):
    """A cluster of so many addresses, named after its first letter."""
    return [co_spend(world, f"{name}{n}", f"{name}{n + 1}") for n in range(size - 1)]


def test_why_is_the_shortest_chain_of_transactions_with_rule_and_version(world):
    _, _, _, ae, ed = chain_of_links(world)
    clusters = build(world)
    links = clusters.why("a", "d")
    assert [link.txid for link in links] == [ae.txid, ed.txid]
    assert [link.addresses for link in links] == [("a", "e"), ("e", "d")]
    assert {(link.rule, link.version) for link in links} == {("common_input", 2)}
    assert clusters.why("a", "a") == ()


def test_without_shows_what_falls_apart(world):
    ab = chain_of_links(world)[0]
    extra = co_spend(world, "z", "a")
    clusters = build(world)
    assert clusters.without(extra.txid).after == (("a", "b", "c", "d", "e"), ("z",))
    assert clusters.without(ab.txid).after == (("a", "b", "c", "d", "e", "z"),)
    assert clusters.without(world.transactions[0].txid).before == ()


def test_strangers_have_no_link(world):
    chain_of_links(world)
    world.mine(("stranger", 1))
    clusters = build(world)
    assert clusters.cluster_of("stranger") == ("stranger",)
    with pytest.raises(NoLinkError):
        clusters.why("a", "stranger")


def test_a_mixing_round_joins_nobody_and_is_not_contested(world):
    coins = [(world.mine((f"in{n}", 100)), 0) for n in range(5)]
    world.pay(coins, *[(f"out{n}", 100) for n in range(5)])
    clusters = build(world)
    assert len(clusters) == 0
    assert clusters.contested == ()


def test_without_the_gate_the_same_round_would_join_five_people(world):
    coins = [(world.mine((f"in{n}", 100)), 0) for n in range(5)]
    world.pay(coins, *[(f"out{n}", 100) for n in range(5)])
    ungated = CommonInput(lambda _transaction: None, dust_units=0)
    assert len(build(world, rule=ungated).cluster_of("in0")) == 5


def test_a_shape_that_may_be_a_round_is_contested_until_a_person_accepts_it(world):
    made = co_spend(world, "a", "b")
    round_ = EqualOutput().judge
    doubtful = CommonInput(
        round_, ambiguous=lambda t: t if t.txid == made.txid else None, dust_units=0
    )
    clusters = build(world, rule=doubtful)
    (contested,) = clusters.contested
    assert (contested.txid, contested.doubts, contested.is_open) == (
        made.txid,
        (Doubt.MIXING,),
        True,
    )
    assert [side.addresses for side in contested.sides] == [("a",), ("b",)]
    assert len(clusters) == 0
    accepted = LinkDecision(made.txid, "common_input", accepted=True)
    clusters = build(world, rule=doubtful, decisions=[accepted])
    assert clusters.contested == ()
    assert [link.accepted for link in clusters.why("a", "b")] == [True]


def test_inputs_signed_with_anyonecanpay_are_not_one_hand(world):
    made = co_spend(world, "seller", "buyer")
    world.transactions[-1] = replace(
        made,
        inputs=(replace(made.inputs[0], signatures=(SignatureMark(0x83, 32),)), made.inputs[1]),
    )
    clusters = build(world)
    assert len(clusters) == 0
    assert [link.doubts for link in clusters.contested] == [(Doubt.SIGNED_APART,)]


def test_two_large_clusters_do_not_merge_without_a_person(world):
    grow(world, "a", 4)
    grow(world, "b", 5)
    bridge = co_spend(world, "a0", "b0")
    late = co_spend(world, "a2", "c")
    assert len(build(world, large=4)) == 1
    clusters = build(world, large=3)
    assert [len(group) for group in clusters.all()] == [5, 5]
    (contested,) = clusters.contested
    assert contested.doubts == (Doubt.LARGE,)
    assert contested.txid == bridge.txid
    assert [(side.name, side.size, side.addresses) for side in contested.sides] == [
        ("a0", 5, ("a0",)),
        ("b0", 5, ("b0",)),
    ]
    with pytest.raises(NoLinkError):
        clusters.why("a0", "b0")
    assert clusters.why("a2", "c")[0].txid == late.txid
    assert clusters.without(bridge.txid).before == ()


def test_clusters_with_different_tags_do_not_merge_whatever_their_size(world):
    co_spend(world, "a", "b")
    bridge = co_spend(world, "b", "c")
    parties = {"a": frozenset({"one.example"}), "c": frozenset({"two.example"})}
    clusters = build(world, parties=parties)
    (contested,) = clusters.contested
    assert contested.doubts == (Doubt.PARTIES,)
    assert [side.parties for side in contested.sides] == [("one.example",), ("two.example",)]
    same = build(world, parties={**parties, "c": frozenset({"one.example", "two.example"})})
    assert same.contested == ()
    assert same.parties_of("b") == ("one.example",)
    accepted = LinkDecision(bridge.txid, "common_input", accepted=True)
    merged = build(world, parties=parties, decisions=[accepted])
    assert merged.parties_of("b") == ("one.example", "two.example")


def test_an_address_that_two_parties_claim_is_no_bridge_between_them(world):
    co_spend(world, "a", "both")
    bridge = co_spend(world, "both", "c")
    one, two = frozenset({"one.example"}), frozenset({"two.example"})
    clusters = build(world, parties={"a": one, "both": one | two, "c": two})
    assert [link.txid for link in clusters.contested] == [bridge.txid]


def test_a_refusal_keeps_the_two_sides_apart_whatever_joins_them_later(world):
    grow(world, "a", 3)
    grow(world, "b", 3)
    bridge = co_spend(world, "a0", "b0")
    refusal = LinkDecision(bridge.txid, "common_input", accepted=False, sides=(("a0",), ("b0",)))
    second = co_spend(world, "a1", "b1")
    clusters = build(world, decisions=[refusal])
    assert [(link.txid, link.doubts) for link in clusters.contested] == [
        (bridge.txid, (Doubt.REFUSED,)),
        (second.txid, (Doubt.DECIDED,)),
    ]
    assert [link.is_open for link in clusters.contested] == [False, True]
    anew = LinkDecision(second.txid, "common_input", accepted=True)
    assert len(build(world, decisions=[refusal, anew])) == 1


def test_dust_never_links_alone_and_is_no_evidence(world):
    dusted = world.mine(("a", 500))
    rich = world.mine(("b", 5_000))
    made = world.pay([(dusted, 0), (rich, 0)], ("c", 5_500))
    clusters = build(world, rule=CommonInput())
    (contested,) = clusters.contested
    assert (contested.txid, contested.doubts) == (made.txid, (Doubt.DUST,))
    assert len(clusters) == 0
    firm = co_spend(world, "a", "b", units=5_000)
    clusters = build(world, rule=CommonInput())
    assert clusters.contested == ()
    assert [link.txid for link in clusters.why("a", "b")] == [firm.txid]


class TakesFirstOutput:
    """A change rule that says of every transaction that its first output is the change."""

    name, version = "first_output", 1

    def candidates(self, transaction, view):
        assert view == "the ledger"
        return frozenset({0})


def change_level(world, **more):
    return build(world, change=(TakesFirstOutput(), "the ledger"), **more)


def test_change_is_a_level_of_its_own(world):
    co_spend(world, "a", "b", then="c")
    plain, wide = build(world), change_level(world)
    assert (plain.level, wide.level) == (Level.CO_SPEND, Level.CO_SPEND_PLUS_CHANGE)
    assert plain.all() == (("a", "b"),)
    assert wide.all() == (("a", "b", "c"),)
    assert [link.rule for link in wide.why("a", "c")] == ["first_output"]
    assert [link.rule for link in wide.why("a", "b")] == ["common_input"]
    assert all(link.rule == "common_input" for link in plain.why("a", "b"))


def test_change_of_a_single_payer_is_linked_and_change_of_a_contested_co_spend_is_not(world):
    coin = world.mine(("solo", 10))
    world.pay([(coin, 0)], ("back", 4), ("shop", 6))
    made = co_spend(world, "a", "b", then="c")
    parties = {"a": frozenset({"x"}), "b": frozenset({"y"})}
    clusters = change_level(world, parties=parties)
    assert clusters.all() == (("back", "solo"),)
    assert [(link.txid, link.rule) for link in clusters.contested] == [(made.txid, "common_input")]


def test_nothing_after_the_asked_height_is_looked_at(world):
    first = co_spend(world, "a", "b")
    co_spend(world, "b", "c")
    assert build(world, until_height=first.height).all() == (("a", "b"),)
    before = [t for t in world.transactions if t.height <= first.height]
    assert build(world, until_height=first.height).all() == Clusters.build(before, ANY_AMOUNT).all()


def _draw_world(data, worlds):
    """A random world with parties and decisions; amounts and limit small, so that doubts happen."""
    world = data.draw(worlds(most_transactions=40))
    seed = random.Random(data.draw(st.integers(0, 2**32)))
    parties = {
        f"address{n}": frozenset(seed.sample(["x", "y", "z"], seed.randint(1, 2)))
        for n in range(6)
        if seed.random() < 0.3
    }
    spends = [t for t in world.transactions if len(t.inputs) > 1]
    decisions = [
        LinkDecision(
            made.txid,
            seed.choice(["common_input", "first_output"]),
            accepted=seed.random() < 0.5,
            sides=tuple((f"address{n}",) for n in seed.sample(range(6), 2)),
        )
        for made in spends
        if seed.random() < 0.3
    ]
    rule = CommonInput(
        ambiguous=lambda t: t if t.txid.wire[0] < 32 else None, dust_units=seed.choice([0, 3])
    )
    more = {"parties": parties, "decisions": decisions, "large": seed.choice([1, 2, 100])}
    return world, rule, more


@given(data=st.data())
def test_clusters_equal_the_naive_twin(worlds, naive, data):
    world, rule, more = _draw_world(data, worlds)
    wide = data.draw(st.booleans())
    build_it = change_level if wide else build
    clusters = build_it(world, rule=rule, **more)
    proposals = []
    for made in sorted(world.transactions, key=lambda t: t.order):
        found = rule.propose(made)
        change = made.outputs[0].address if wide and not made.is_coinbase else None
        if change and rule.refuses(made):
            change = None
        if found is not None:
            change = None if change in found.firm else change
            proposals.append((made.txid, found.firm, found.soft, bool(found.doubts), change))
        elif change:
            payers = {spent.previous.address for spent in made.inputs}
            if len(payers) == 1 and change not in payers and not rule.doubts(made):
                proposals.append((made.txid, tuple(payers), (), False, change))
    expected, _ = naive.clusters.unite(
        proposals,
        parties=more["parties"],
        decisions=[(d.txid, d.rule, d.accepted, d.sides) for d in more["decisions"]],
        large=more["large"],
        rules=("common_input", "first_output"),
    )
    assert clusters.all() == expected


@given(data=st.data())
def test_clusters_do_not_depend_on_order_and_every_pair_can_say_why(worlds, data):
    world, rule, more = _draw_world(data, worlds)
    clusters = build(world, rule=rule, **more)
    again = Clusters.build(data.draw(st.permutations(world.transactions)), rule, **more)
    assert clusters.all() == again.all()
    assert clusters.contested == again.contested
    verdicts = {(d.txid, d.rule): d.accepted for d in more["decisions"]}
    for group in clusters.all():
        assert clusters.name_of(group[-1]) == group[0]
        for other in group[1:]:
            links = clusters.why(group[0], other)
            assert links == again.why(group[0], other)
            assert links[0].addresses[0] == group[0]
            assert links[-1].addresses[1] == other
            for link in links:
                assert link.accepted is verdicts.get((link.txid, link.rule), False)


@given(data=st.data())
def test_no_cluster_joins_different_parties_or_two_large_clusters_unless_a_person_said_so(
    worlds, data
):
    world, rule, more = _draw_world(data, worlds)
    more["decisions"] = [d for d in more["decisions"] if not d.accepted]
    clusters = build(world, rule=rule, **more)
    refused = {(d.txid, d.rule) for d in more["decisions"]}
    for group in clusters.all():
        said = [more["parties"][a] for a in group if a in more["parties"]]
        assert not said or frozenset.intersection(*said) == set(clusters.parties_of(group[0]))
        assert not said or clusters.parties_of(group[0])
        for a, b in pairwise(group):
            assert not refused & {(link.txid, link.rule) for link in clusters.why(a, b)}
    for link in clusters.contested:
        assert len({side.name for side in link.sides}) == len(link.sides) > 1
        for side in link.sides:
            assert side.size == len(clusters.cluster_of(side.addresses[0]))
            assert set(side.addresses) <= set(clusters.cluster_of(side.name))


@given(data=st.data())
def test_without_a_transaction_is_a_rebuild_without_it(worlds, data):
    world, rule, more = _draw_world(data, worlds)
    build_it = change_level if data.draw(st.booleans()) else build
    clusters = build_it(world, rule=rule, **more)
    for made in world.transactions:
        if len(made.inputs) < 2:
            continue
        rest = [t for t in world.transactions if t is not made]
        smaller = (
            Clusters.build(rest, rule, change=(TakesFirstOutput(), "the ledger"), **more)
            if build_it is change_level
            else Clusters.build(rest, rule, **more)
        )
        found = clusters.without(made.txid)
        if found.before:
            expected = {smaller.cluster_of(address) for address in found.before}
            assert set(found.after) == expected
        else:
            assert (
                smaller.all() == clusters.all()
                or clusters.contested_by(made.txid)
                or any(d.txid == made.txid for d in more["decisions"])
            )


@given(data=st.data())
def test_decisions_are_applied_by_what_they_say_and_not_by_when_they_were_made(worlds, data):
    world, rule, more = _draw_world(data, worlds)
    one_each = {(d.txid, d.rule): d for d in more.pop("decisions")}
    decided = list(one_each.values())
    clusters = build(world, rule=rule, decisions=decided, **more)
    shuffled = build(world, rule=rule, decisions=data.draw(st.permutations(decided)), **more)
    assert shuffled.all() == clusters.all()
    assert shuffled.contested == clusters.contested
    for contested in clusters.contested:
        accepted = LinkDecision(contested.txid, contested.rule, accepted=True)
        after = build(world, rule=rule, decisions=[*decided, accepted], **more)
        first, *others = [side.addresses[0] for side in contested.sides]
        assert all(other in after.cluster_of(first) for other in others)
        assert contested.txid not in {link.txid for link in after.contested}


def test_a_heuristic_is_no_verdict():
    with pytest.raises(TypeError, match="not a verdict"):
        bool(EqualOutput())
