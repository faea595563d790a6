"""An address is read once for each view, however often it is asked."""

from chainlead.trace.first_payers import first_payers


class Counting:
    def __init__(self, ledger):
        self._ledger = ledger
        self.asked = 0

    def outputs_to(self, address):
        self.asked += 1
        return self._ledger.outputs_to(address)

    def lookup_transaction(self, txid):
        return self._ledger.lookup_transaction(txid)


def test_the_first_two_payers_are_found_and_remembered(world):
    first = world.mine(("a", 5), ("a", 6), ("b", 1))
    second = world.pay([(first, 0)], ("a", 4))
    world.pay([(first, 1)], ("a", 4))
    view = Counting(world.ledger())
    assert [t.txid for t in first_payers("a", view)] == [first.txid, second.txid]
    assert [t.txid for t in first_payers("b", view)] == [first.txid]
    assert first_payers("nobody", view) == ()
    for _ in range(5):
        first_payers("a", view)
    assert view.asked == 3


def test_another_view_is_asked_anew(world):
    made = world.mine(("a", 5))
    one, other = Counting(world.ledger()), Counting(world.ledger())
    assert first_payers("a", one) == first_payers("a", other) == (made,)
    assert (one.asked, other.asked) == (1, 1)
