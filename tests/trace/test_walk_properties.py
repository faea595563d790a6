"""What holds for every ledger: equality with the slow twins, conservation, order independence."""

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
    find_rules,
    walk,
)

NO_GATE = lambda _transaction: None  # noqa: E731
CONSERVING = [rule.name for rule in find_rules() if rule.conserves]
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


@pytest.mark.parametrize("name", CONSERVING)
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
    assert result.origin_units == origin_units


@pytest.mark.parametrize("name", CONSERVING)
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
    assert result.origin_units == origin_units


@pytest.mark.parametrize("name", CONSERVING)
@given(data=st.data())
def test_haircut_and_fifo_conserve_value_under_limits_stops_and_unknown_blocks(name, worlds, data):
    world = data.draw(worlds(most_units=2**64))
    origin = draw_origin(data, world)
    direction = data.draw(st.sampled_from(Direction))
    limits = Limits(hops=data.draw(st.integers(0, 5)), transactions=data.draw(st.integers(0, 8)))
    result = trace_all(world.ledger(), origin, direction, limits)[name]
    assert result.origin_units == sum(node.traced_units for node in result.frontier)
    assert all(0 < t.traced_units <= t.amount_units for t in result.transfers)


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


@given(data=st.data())
def test_forward_fifo_is_undone_by_backward_fifo(worlds, data):
    """One output's whole money: following it forward and one stop back gives the same units."""
    world = data.draw(worlds())
    origin = draw_origin(data, world)
    forward = trace_all(world.ledger(), origin)["fifo"]
    marked = origin_outpoints(world, origin)
    for node in forward.frontier:
        if node.reason is not Reason.UNSPENT:
            continue
        back = trace_all(world.ledger(), Origin(outpoint=node.outpoint), Direction.BACKWARD)["fifo"]
        through = {t.outpoint: t.traced_units for t in back.transfers if t.outpoint in marked}
        assert node.traced_units <= sum(through.values())


def test_a_ledger_view_is_asked_for_its_pin(world):
    transaction = world.mine(("a", 5))
    found = walk(world.ledger(), Origin(txid=transaction.txid), rules=find_rules())
    assert isinstance(found.pin, Pin)
    assert found.pin.height == 1
