"""What holds for every ledger: equality with the slow twins, conservation, order independence."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainlead.ledger import Pin
from chainlead.trace import (
    Direction,
    Least,
    Limits,
    Most,
    Origin,
    Reason,
    Stop,
    find_rules,
    walk,
)

NO_GATE = lambda _transaction: None  # noqa: E731
RULES = [rule.name for rule in find_rules()]
CONSERVING = [rule.name for rule in find_rules() if rule.conserves]
WEI = {"least_units": 2**63, "most_units": 2**80}
WIDE = Limits(hops=1_000, transactions=1_000)


def trace_all(ledger, origin, direction=Direction.FORWARD, limits=WIDE, **more):
    rules = (*find_rules(), Least(), Most())
    more = {"gate": NO_GATE, **more}
    found = walk(ledger, origin, direction=direction, rules=rules, limits=limits, **more)
    return {result.rule: result for result in found.rules}


def draw_origin(data, world):
    transaction = data.draw(st.sampled_from(world.transactions))
    output = data.draw(st.sampled_from(transaction.outputs))
    return data.draw(
        st.sampled_from(
            [
                Origin(address=output.address),
                Origin(txid=transaction.txid),
                Origin(outpoint=output.outpoint),
            ]
        )
    )


def origin_outpoints(world, origin):
    return {
        output.outpoint
        for transaction in world.transactions
        for output in transaction.outputs
        if output.outpoint == origin.outpoint
        or output.address == origin.address
        or transaction.txid == origin.txid
    }


def test_every_rule_that_ships_conserves_but_poison():
    assert set(RULES) - set(CONSERVING) == {"poison"}


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_forward_equals_the_slow_twin_in_every_output_and_fee(name, naive, worlds, data):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    result = trace_all(world.ledger(), origin)[name]
    states, fees, origin_units = naive.whole_ledger.forward(
        world.transactions, origin_outpoints(world, origin), getattr(naive, name)
    )
    assert {t.outpoint: t.traced_units for t in result.transfers} == {
        outpoint: units for outpoint, units in states.items() if units
    }
    assert {n.txid: n.traced_units for n in result.frontier if n.reason is Reason.FEE} == {
        txid: units for txid, units in fees.items() if units
    }
    if result.conserves:
        assert result.origin_units == origin_units


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_backward_equals_the_slow_twin_in_every_output(name, naive, worlds, data):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    result = trace_all(world.ledger(), origin, Direction.BACKWARD)[name]
    states, origin_units = naive.whole_ledger.backward(
        world.transactions, origin_outpoints(world, origin), getattr(naive, name)
    )
    assert {t.outpoint: t.traced_units for t in result.transfers} == {
        outpoint: units for outpoint, units in states.items() if units
    }
    if result.conserves:
        assert result.origin_units == origin_units


@pytest.mark.parametrize("scale", [{"most_units": 1}, {"most_units": 2**64}, WEI], ids=str)
@pytest.mark.parametrize("name", CONSERVING)
@settings(max_examples=60)
@given(data=st.data())
def test_value_is_conserved_under_limits_and_windows_at_every_scale(name, scale, worlds, data):
    world = data.draw(worlds(**scale))
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    limits = Limits(hops=data.draw(st.integers(0, 5)), transactions=data.draw(st.integers(0, 8)))
    result = trace_all(world.ledger(), origin, direction, limits)[name]
    assert result.origin_units == sum(node.traced_units for node in result.frontier)
    assert all(0 < t.traced_units <= t.amount_units for t in result.transfers)


@pytest.mark.parametrize("name", ["haircut", "poison"])
@settings(max_examples=60)
@given(data=st.data())
def test_at_the_scale_of_wei_the_rules_that_have_a_closed_form_equal_it(name, naive, worlds, data):
    world = data.draw(worlds(**WEI))
    origin = draw_origin(data, world)
    result = trace_all(world.ledger(), origin)[name]
    states, _, _ = naive.whole_ledger.forward(
        world.transactions, origin_outpoints(world, origin), getattr(naive, name)
    )
    assert {t.outpoint: t.traced_units for t in result.transfers} == {
        outpoint: units for outpoint, units in states.items() if units
    }


@pytest.mark.parametrize("name", ["fifo", "lifo", "tiho", "poison", "least", "most"])
@settings(max_examples=60)
@given(data=st.data())
def test_the_same_ledger_in_units_of_wei_gives_the_same_parts(name, worlds, ledger_of, data):
    """What the unit-by-unit twins prove for small amounts holds for amounts of over 64 bits."""
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    factor = data.draw(st.sampled_from([2**63, 2**63 + 1, 10**18, 2**80 - 1]))
    small = trace_all(world.ledger(), origin, direction)[name]
    large = trace_all(ledger_of([_times(t, factor) for t in world.transactions]), origin, direction)
    assert {t.outpoint: t.traced_units for t in large[name].transfers} == {
        t.outpoint: t.traced_units * factor for t in small.transfers
    }
    assert [(n.txid, n.outpoint, n.traced_units) for n in large[name].frontier] == [
        (n.txid, n.outpoint, n.traced_units * factor) for n in small.frontier
    ]
    assert large[name].origin_units == small.origin_units * factor


def _times(transaction, factor):
    """The same transaction with every amount so many times as large."""

    def grown(output):
        return output and replace(output, amount_units=output.amount_units * factor)

    return replace(
        transaction,
        inputs=tuple(replace(s, previous=grown(s.previous)) for s in transaction.inputs),
        outputs=tuple(grown(output) for output in transaction.outputs),
    )


@given(data=st.data())
def test_value_is_conserved_where_a_service_or_an_unknown_input_ends_the_trail(
    worlds, ledger_of, data
):
    world = data.draw(worlds(**WEI))
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    gone = data.draw(st.sets(st.sampled_from(world.transactions), max_size=2))
    here = [_without(t, {g.txid for g in gone}) for t in world.transactions if t not in gone]
    known = {o.outpoint for t in here for o in t.outputs}
    if not origin_outpoints(world, origin) <= known:
        return
    service = data.draw(st.sampled_from([f"address{number}" for number in range(6)]))
    stop = lambda output: Stop(Reason.SERVICE, "s") if output.address == service else None  # noqa: E731
    results = trace_all(ledger_of(here), origin, direction, stop=stop)
    for name in CONSERVING:
        traced = sum(node.traced_units for node in results[name].frontier)
        assert results[name].origin_units == traced


def _without(transaction, gone):
    """The same transaction in a ledger that does not hold those that it spends from."""
    inputs = tuple(
        replace(spent, previous=None) if spent.outpoint and spent.outpoint.txid in gone else spent
        for spent in transaction.inputs
    )
    return replace(transaction, inputs=inputs)


@given(data=st.data())
def test_least_is_at_most_every_rule_and_poison_and_most_are_at_least_every_rule(worlds, data):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    limits = Limits(hops=data.draw(st.integers(0, 6)), transactions=data.draw(st.integers(0, 9)))
    results = trace_all(world.ledger(), origin, direction, limits)
    traced = {
        name: {t.outpoint: t.traced_units for t in result.transfers}
        for name, result in results.items()
    }
    for outpoint, poisoned in traced["poison"].items():
        for name in CONSERVING:
            exact = traced[name].get(outpoint, 0)
            assert traced["least"].get(outpoint, 0) <= exact
            assert exact <= traced["most"].get(outpoint, 0) <= poisoned
    stops = {
        name: {(n.txid, n.outpoint): n.traced_units for n in result.frontier}
        for name, result in results.items()
    }
    for name in CONSERVING:
        for place, units in stops[name].items():
            assert units <= stops["poison"][place]


@given(data=st.data())
def test_the_answer_does_not_depend_on_the_order_in_which_the_ledger_holds_things(
    worlds, ledger_of, data
):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    shuffled = data.draw(st.permutations(world.transactions))
    assert trace_all(world.ledger(), origin, direction) == trace_all(
        ledger_of(shuffled), origin, direction
    )


@settings(max_examples=60)
@given(data=st.data())
def test_transactions_without_a_place_in_the_block_give_the_same_amounts(
    worlds, ledger_of, unplaced, data
):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    height, time = data.draw(st.sampled_from([(True, True), (False, True), (False, False)]))
    lifted = [unplaced(t, height=height, time=time) for t in world.transactions]
    placed = trace_all(world.ledger(), origin, direction)
    loose = trace_all(ledger_of(lifted), origin, direction)
    for name, result in placed.items():
        assert {t.outpoint: t.traced_units for t in loose[name].transfers} == {
            t.outpoint: t.traced_units for t in result.transfers
        }


@given(data=st.data())
def test_nothing_after_the_pin_changes_what_was_before(worlds, ledger_of, data):
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    height = data.draw(st.integers(0, world.height))
    known = [t for t in world.transactions if t.height <= height]
    if origin_outpoints(world, origin) - {o.outpoint for t in known for o in t.outputs}:
        return
    early = trace_all(ledger_of(known), origin)
    late = trace_all(world.ledger(), origin)
    for name, result in early.items():
        later = {t.outpoint: t.traced_units for t in late[name].transfers}
        assert all(later[t.outpoint] == t.traced_units for t in result.transfers)


@pytest.mark.parametrize("name", ["fifo", "lifo"])
@given(data=st.data())
def test_following_forward_is_undone_by_looking_back_under_a_rule_with_places(name, worlds, data):
    """One output's whole money: following it forward and one stop back gives the same units."""
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    forward = trace_all(world.ledger(), origin)[name]
    marked = origin_outpoints(world, origin)
    for node in forward.frontier:
        if node.reason is not Reason.UNSPENT:
            continue
        back = trace_all(world.ledger(), Origin(outpoint=node.outpoint), Direction.BACKWARD)[name]
        through = {t.outpoint: t.traced_units for t in back.transfers if t.outpoint in marked}
        assert node.traced_units <= sum(through.values())


def test_a_ledger_view_is_asked_for_its_pin(world):
    transaction = world.mine(("a", 5))
    found = walk(world.ledger(), Origin(txid=transaction.txid), rules=find_rules())
    assert isinstance(found.pin, Pin)
    assert found.pin.height == 1
