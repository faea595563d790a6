"""A view until a height shows nothing that was mined later."""

from chainlead.trace import ViewUntil


def test_later_transactions_outputs_and_spenders_are_hidden(world):
    first = world.mine(("a", 10))
    second = world.pay([(first, 0)], ("a", 4), ("b", 5))
    third = world.pay([(second, 0)], ("a", 3))
    whole = world.ledger()
    view = ViewUntil(whole, 2)
    assert [t.txid for t in view.transactions()] == [first.txid, second.txid]
    assert view.lookup_transaction(third.txid) is None
    assert view.lookup_output(third.outputs[0].outpoint) is None
    assert view.lookup_output(second.outputs[1].outpoint) == second.outputs[1]
    assert view.lookup_spender(first.outputs[0].outpoint) == second
    assert view.lookup_spender(second.outputs[0].outpoint) is None
    assert list(view.outputs_to("a")) == [first.outputs[0], second.outputs[0]]
    assert view.pin.height == 2


def test_a_height_above_the_tip_shows_everything(world):
    first = world.mine(("a", 10))
    whole = world.ledger()
    view = ViewUntil(whole, 99)
    assert view.pin == whole.pin
    assert list(view.transactions()) == [first]


def test_a_transaction_without_a_height_is_later_than_every_height(world, ledger_of, unplaced):
    first = world.mine(("a", 10))
    loose = unplaced(world.pay([(first, 0)], ("a", 4)), height=False, time=False)
    view = ViewUntil(ledger_of([first, loose]), 99)
    assert view.lookup_spender(first.outputs[0].outpoint) is None
    assert list(view.outputs_to("a")) == [first.outputs[0]]
