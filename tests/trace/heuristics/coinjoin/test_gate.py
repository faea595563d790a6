"""The gate as a whole: which detector gives the name, and what no order of a transaction changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import Chain
from chainlead.trace import Clusters, CoinJoinGate, CommonInput, find_detectors

BY_NAME = {detector.name: detector for detector in find_detectors()}
ORDERED = {"wasabi2", "litecoin_mweb"}
"""Detectors that look at the order of inputs and outputs."""

CHAINS = {"dash_coinjoin": Chain.DASH, "litecoin_mweb": Chain.LITECOIN}


@pytest.mark.parametrize("name", [*BY_NAME, "coinjoin_gate"])
def test_each_card_states_what_the_verdict_rests_on(name):
    gate = CoinJoinGate()
    card = gate.card if name == gate.name else gate.card_of(name)
    for sentence in (card.assumption, card.known_failure, card.citation):
        assert len(sentence) > 20
        assert sentence.endswith(".")
    assert card.version >= 1
    assert all(value for _, value in card.parameters)
    assert card in gate.cards


def test_the_gate_names_every_detector_and_its_version():
    gate = CoinJoinGate()
    assert dict(gate.parameters) == {name: f"v{d.version}" for name, d in BY_NAME.items()}
    assert len(gate.cards) == len(BY_NAME) + 1


@pytest.mark.parametrize("name", ["whirlpool", "wasabi1", "wasabi2", "joinmarket"])
def test_the_narrowest_shape_gives_the_name(deal, shapes, name):
    gate = CoinJoinGate()
    transaction = deal(*shapes[name]())
    found = gate.judge(transaction)
    assert (found.heuristic, found.certainty) == (name, "round")
    assert found.parameters == BY_NAME[name].parameters
    assert gate.ambiguous(transaction) is None
    assert found == gate.verdicts(transaction)[0]
    assert "equal_output" in {verdict.heuristic for verdict in gate.verdicts(transaction)}


def test_a_whirlpool_round_of_no_pool_is_still_a_round(deal, shapes):
    assert CoinJoinGate().judge(deal(*shapes["whirlpool"](1_234_567))).heuristic == "equal_output"


def test_ambiguous_shapes_and_entrances_stop_nothing(deal, shapes):
    gate = CoinJoinGate()
    for name in ("stonewall", "whirlpool_tx0"):
        transaction = deal(*shapes[name]())
        assert gate.judge(transaction) is None
        assert gate.ambiguous(transaction).heuristic == name
    apart = deal([(900, "a"), (800, "b")], [(1_500, "c")], hash_types=(0x83, 1))
    assert gate.judge(apart) is None
    assert gate.ambiguous(apart).heuristic == "anyone_can_pay"


def test_an_entrance_is_no_round_even_with_as_many_payers_as_pieces(deal, shapes, spends):
    _, paid = shapes["whirlpool_tx0"]()
    made = deal([(1_300_000, f"own{n}") for n in range(4)], paid)
    assert BY_NAME["equal_output"].judge(made)
    assert CoinJoinGate().judge(made) is None
    spent, seats = shapes["whirlpool"]()
    gate = CoinJoinGate(spends(deal([made.outputs[3], *spent[1:]], seats)))
    assert gate.verdict(made).certainty == "entrance"
    assert gate.judge(made) is None
    assert gate.ambiguous(made) is None


def test_a_round_whose_inputs_are_signed_apart_is_a_round(deal, shapes):
    found = CoinJoinGate().judge(deal(*shapes["joinmarket"](), hash_types=(0x81,) * 4))
    assert found.heuristic == "joinmarket"


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (1, 2), (9, 1), (9, 2), (1, 143)])
def test_ordinary_transactions_pass(deal, inputs, outputs):
    transaction = deal(
        [(1_000_000, f"in{n}") for n in range(inputs)],
        [(3_000 + n * 7, f"out{n}") for n in range(outputs)],
    )
    assert CoinJoinGate().verdict(transaction) is None


def test_a_payout_of_equal_amounts_from_own_coins_passes(deal):
    spent = [(9_000_000, f"own{n}") for n in range(4)]
    paid = [(1_400_000, f"person{n}") for n in range(4)]
    assert CoinJoinGate().judge(deal(spent, [*paid, (30_000_000, "change")])) is None


def test_a_coinbase_passes(deal, shapes):
    for shape in shapes.values():
        assert CoinJoinGate().verdict(deal(*shape(), is_coinbase=True)) is None


@pytest.mark.parametrize("name", ["whirlpool", "joinmarket", "stonewall", "whirlpool_tx0"])
def test_nothing_is_joined_over_a_round_or_a_doubt(deal, shapes, name):
    spent, paid = shapes[name]()
    if len(spent) == 1:
        spent = [*spent, (5_000, "second payer")]
    rule = CommonInput()
    transaction = deal(spent, paid)
    assert rule.joined(transaction) == ()
    assert len(Clusters.build([transaction], rule)) == 0
    assert len(Clusters.build([transaction], CommonInput(lambda _: None))) == 1


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - ORDERED - {"payjoin"}))
@given(data=st.data())
def test_the_order_of_inputs_and_outputs_changes_no_verdict(dealer, shapes, name, data):
    detector = BY_NAME[name]
    shape = shapes.get(name, shapes["joinmarket"])
    spent, paid = shape()
    if data.draw(st.booleans(), label="spoil one output"):
        place = data.draw(st.integers(0, len(paid) - 1))
        paid[place] = (data.draw(st.integers(0, 10**8)), paid[place][1])
    chain = CHAINS.get(name, Chain.BITCOIN)
    types = (0x81,) * len(spent)
    before = detector.judge(dealer(spent, paid, chain=chain, hash_types=types))
    mixed = data.draw(st.permutations(spent)), data.draw(st.permutations(paid))
    after = detector.judge(dealer(*mixed, chain=chain, hash_types=types))
    assert after == before


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"wasabi2", "payjoin", "anyone_can_pay"}))
@given(data=st.data())
def test_what_is_seen_is_still_seen_when_inputs_are_unknown(dealer, shapes, name, data):
    detector = BY_NAME[name]
    chain = CHAINS.get(name, Chain.BITCOIN)
    spent, paid = shapes.get(name, shapes["joinmarket"])()
    if data.draw(st.booleans(), label="another amount"):
        place = data.draw(st.integers(0, len(spent) - 1))
        spent[place] = (data.draw(st.integers(0, 10**8)), spent[place][1])
    hidden = data.draw(st.lists(st.booleans(), min_size=len(spent), max_size=len(spent)))
    partly = [None if hide else entry for entry, hide in zip(spent, hidden, strict=True)]
    if detector.judge(dealer(spent, paid, chain=chain)) is not None:
        assert detector.judge(dealer(partly, paid, chain=chain)) is not None


amounts = st.integers(0, 6)
sides = st.lists(st.tuples(amounts, st.integers(0, 5)), min_size=1, max_size=9)


@given(spent=sides, paid=sides, factor=st.sampled_from([2, 10, 1000, 10**9]))
def test_scaled_amounts_give_equal_outputs_the_same_verdict(dealer, spent, paid, factor):
    detector = BY_NAME["equal_output"]
    before = detector.judge(dealer(spent, paid))
    scaled = ([(units * factor, who) for units, who in side] for side in (spent, paid))
    after = detector.judge(dealer(*scaled))
    assert (before is None) == (after is None)
    if before is not None:
        assert after.participants == before.participants
        assert after.amount_units == before.amount_units * factor


strangers = st.lists(
    st.none() | st.tuples(st.integers(0, 2**51), st.sampled_from(["a", "tr:b", "sh:c", "note:d"])),
    min_size=1,
    max_size=12,
)


@given(
    spent=strangers,
    paid=st.lists(
        st.tuples(
            st.sampled_from([0, 100_000, 1_000_000, 1_004_000, 6_561, 10**7]) | amounts,
            st.sampled_from(["a", "b", "c", "d", "e", "tr:f", "note:g", "pegin:h", "mweb:i"]),
        ),
        min_size=1,
        max_size=12,
    ),
    chain=st.sampled_from([Chain.BITCOIN, Chain.DASH, Chain.LITECOIN, Chain.ZCASH]),
)
def test_the_gate_says_what_its_first_detector_says_of_any_transaction(dealer, spent, paid, chain):
    gate = CoinJoinGate()
    transaction = dealer(spent, paid, chain=chain)
    verdicts = gate.verdicts(transaction)
    verdict = gate.verdict(transaction)
    assert verdict == (verdicts[0] if verdicts else None)
    said = [gate.judge(transaction), gate.ambiguous(transaction)]
    assert said.count(None) >= 1
    if verdict is not None:
        assert verdict.described
        assert verdict.version == BY_NAME[verdict.heuristic].version
