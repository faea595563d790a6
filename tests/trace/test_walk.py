"""Where a trail stops, and why, on worlds built by hand."""

import tracemalloc
from dataclasses import replace

import pytest

from chainlead.errors import OriginNotFoundError, TransactionInvalidError
from chainlead.model import Outpoint, Strength, Txid
from chainlead.trace import (
    Direction,
    Limits,
    Origin,
    Reason,
    Stop,
    find_rules,
    parse_origin,
    walk,
)

UNKNOWN = Outpoint(Txid(bytes(range(32))), 7)


def results(ledger, origin, **more):
    found = walk(ledger, origin, rules=find_rules(), **more)
    return {result.rule: result for result in found.rules}


def ends(result):
    return [(n.reason, n.address, n.traced_units) for n in result.frontier]


def test_the_fee_is_a_frontier_node_and_is_paid_last_under_fifo(world):
    coin = world.mine(("a", 100))
    other = world.mine(("b", 100))
    world.pay([(coin, 0), (other, 0)], ("c", 60), ("d", 130))
    found = results(world.ledger(), Origin(txid=coin.txid))
    assert ends(found["fifo"]) == [(Reason.UNSPENT, "c", 60), (Reason.UNSPENT, "d", 40)]
    assert ends(found["haircut"]) == [
        (Reason.UNSPENT, "c", 30),
        (Reason.UNSPENT, "d", 65),
        (Reason.FEE, None, 5),
    ]
    fee = found["haircut"].frontier[-1]
    assert fee.outpoint is None
    assert fee.amount_units == 10


def test_equal_remainders_go_to_the_lower_output_index_and_the_fee_last(world):
    coin = world.mine(("a", 1))
    other = world.mine(("b", 2))
    world.pay([(coin, 0), (other, 0)], ("c", 1), ("d", 1))
    found = results(world.ledger(), Origin(txid=coin.txid))
    assert ends(found["haircut"]) == [(Reason.UNSPENT, "c", 1)]


def test_the_stop_rule_ends_the_trail_with_its_words_but_not_at_the_origin(world):
    coin = world.mine(("a", 100))
    paid = world.pay([(coin, 0)], ("shop", 70), ("a", 30))
    world.pay([(paid, 0)], ("elsewhere", 70))

    def stop(output):
        if output.address == "elsewhere":
            return None
        return Stop(Reason.SERVICE, "Example Exchange", Strength.INFERRED)

    node = results(world.ledger(), Origin(txid=coin.txid), stop=stop)["fifo"].frontier[0]
    assert (node.reason, node.address, node.traced_units) == (Reason.SERVICE, "shop", 70)
    assert node.note == "Example Exchange"
    assert node.strength is Strength.INFERRED


def test_money_that_stopped_at_a_service_is_not_counted_again_when_it_meets_the_trail(world):
    coin = world.mine(("a", 100))
    paid = world.pay([(coin, 0)], ("service", 60), ("b", 40))
    world.pay([(paid, 0), (paid, 1)], ("c", 100))
    found = results(
        world.ledger(),
        Origin(txid=coin.txid),
        stop=lambda o: Stop(Reason.SERVICE, "s") if o.address == "service" else None,
    )
    for name in ("fifo", "haircut"):
        assert ends(found[name]) == [(Reason.SERVICE, "service", 60), (Reason.UNSPENT, "c", 40)]


def test_a_mixing_round_is_not_followed(world):
    coins = [world.mine((f"in{n}", 100)) for n in range(5)]
    world.pay([(coin, 0) for coin in coins], *[(f"out{n}", 100) for n in range(5)])
    node = results(world.ledger(), Origin(txid=coins[0].txid))["haircut"].frontier[0]
    assert node.reason is Reason.MIXING
    assert node.address == "in0"
    assert "entered a mixing round of 5 participants (equal outputs), not followed" in node.note


def test_looking_back_a_mixing_round_is_not_entered_from_behind(world):
    coins = [world.mine((f"in{n}", 100)) for n in range(5)]
    mixed = world.pay([(coin, 0) for coin in coins], *[(f"out{n}", 100) for n in range(5)])
    origin = Origin(outpoint=mixed.outputs[2].outpoint)
    node = results(world.ledger(), origin, direction=Direction.BACKWARD)["fifo"].frontier[0]
    assert (node.reason, node.traced_units) == (Reason.MIXING, 100)
    assert "came out of a mixing round" in node.note


def test_an_unknown_input_stops_exact_rules_and_poison_goes_on(world):
    coin = world.mine(("a", 100))
    world.pay([(coin, 0), UNKNOWN], ("c", 150))
    found = results(world.ledger(), Origin(txid=coin.txid))
    for name in ("fifo", "haircut"):
        node = found[name].frontier[0]
        assert (node.reason, node.address) == (Reason.LEFT_KNOWN_BLOCKS, "a")
        assert str(UNKNOWN) in node.note
    assert ends(found["poison"]) == [(Reason.UNSPENT, "c", 150)]
    assert "fee" in found["poison"].notes[0]


def test_looking_back_an_unknown_input_is_named_and_poison_follows_the_known_ones(world):
    coin = world.mine(("a", 100))
    paid = world.pay([(coin, 0), UNKNOWN], ("c", 150))
    found = results(world.ledger(), Origin(txid=paid.txid), direction=Direction.BACKWARD)
    assert ends(found["fifo"]) == [(Reason.LEFT_KNOWN_BLOCKS, "c", 150)]
    assert ends(found["poison"]) == [
        (Reason.COINBASE, "a", 100),
        (Reason.LEFT_KNOWN_BLOCKS, "c", 150),
    ]


def test_looking_back_ends_at_the_coinbases_that_financed_the_amount(world):
    first = world.mine(("a", 50))
    second = world.mine(("b", 50))
    paid = world.pay([(first, 0), (second, 0)], ("c", 60), ("d", 40))
    origin = Origin(outpoint=paid.outputs[0].outpoint)
    found = results(world.ledger(), origin, direction=Direction.BACKWARD)
    assert ends(found["fifo"]) == [(Reason.COINBASE, "a", 50), (Reason.COINBASE, "b", 10)]
    assert ends(found["haircut"]) == [(Reason.COINBASE, "a", 30), (Reason.COINBASE, "b", 30)]
    assert ends(found["poison"]) == [(Reason.COINBASE, "a", 50), (Reason.COINBASE, "b", 50)]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(hops=1), "limit of 1 hops"),
        (Limits(transactions=1), "limit of 1 transactions"),
        (Limits(until_unix=1_704_067_200 + 1_200), "outside the time window until"),
    ],
)
def test_each_limit_is_a_frontier_node_that_names_the_limit(world, limits, words):
    coin = world.mine(("a", 100))
    second = world.pay([(coin, 0)], ("b", 100))
    world.pay([(second, 0)], ("c", 100))
    node = results(world.ledger(), Origin(txid=coin.txid), limits=limits)["fifo"].frontier[0]
    assert (node.reason, node.address, node.hop) == (Reason.LIMIT, "b", 1)
    assert words in node.note


def test_an_address_counts_money_that_comes_back_to_it_once(world):
    coin = world.mine(("a", 100))
    world.pay([(coin, 0)], ("b", 30), ("a", 70))
    found = results(world.ledger(), Origin(address="a"))
    assert found["fifo"].origin_units == 100
    assert found["haircut"].origin_units == 100
    assert "came back" in found["fifo"].notes[0]
    assert found["poison"].origin_units == 170


def test_an_amount_of_more_than_64_bits_is_exact(world):
    units = 2**90 + 1
    coin = world.mine(("a", units))
    other = world.mine(("b", 3))
    world.pay([(coin, 0), (other, 0)], ("c", 1), ("d", units + 2))
    found = results(world.ledger(), Origin(txid=coin.txid))
    assert sum(n.traced_units for n in found["haircut"].frontier) == units
    assert ends(found["fifo"]) == [(Reason.UNSPENT, "c", 1), (Reason.UNSPENT, "d", units - 1)]


def test_a_transaction_that_pays_out_more_than_it_takes_in_is_refused(world):
    coin = world.mine(("a", 100))
    world.pay([(coin, 0)], ("b", 101))
    with pytest.raises(TransactionInvalidError, match="more than it takes in"):
        results(world.ledger(), Origin(txid=coin.txid))


def test_an_origin_that_the_ledger_does_not_hold_is_named(world):
    coin = world.mine(("a", 100))
    for origin in (
        Origin(address="nobody"),
        Origin(txid=UNKNOWN.txid),
        Origin(outpoint=UNKNOWN),
        Origin(outpoint=Outpoint(coin.txid, 1)),
    ):
        with pytest.raises(OriginNotFoundError):
            results(world.ledger(), origin)


def test_a_contradiction_in_the_known_order_stops_and_counts_nothing_twice(world, ledger_of):
    coin = world.mine(("a", 10), ("b", 10))
    parent = world.pay([(coin, 0)], ("c", 10))
    child = world.pay([(coin, 1), (parent, 0)], ("d", 20))
    wrong = replace(parent, height=99)
    found = results(ledger_of([coin, wrong, child]), Origin(txid=coin.txid))
    assert sum(n.traced_units for n in found["fifo"].frontier) == 20
    assert any("contradicts itself" in n.note for n in found["fifo"].frontier)


def test_origins_are_read_and_a_refused_one_is_never_repeated():
    txid = "ab" * 32
    assert str(parse_origin(txid.upper())) == txid
    assert parse_origin(f"{txid}:3").kind == "output"
    assert parse_origin(" BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4 ").address.startswith("bc1")
    secret = "not an origin at all, but words that a person may have pasted"
    with pytest.raises(OriginNotFoundError) as caught:
        parse_origin(secret)
    assert "pasted" not in " ".join(caught.value.sentences())


def test_what_was_followed_does_not_pile_up_in_memory(world):
    """A sender can make FIFO and LIFO keep one interval per input; a chain must not copy them all."""
    coin = world.mine(*[("a", 1) for _ in range(300)])
    other = world.mine(*[("b", 1) for _ in range(300)])
    spent = [place for index in range(300) for place in ((coin, index), (other, index))]
    last = world.pay(spent, ("a", 600))
    for _ in range(600):
        last = world.pay([(last, 0)], ("a", 600))
    rules = find_rules(["fifo", "lifo"])
    tracemalloc.start()
    found = walk(world.ledger(), Origin(txid=coin.txid), rules=rules, limits=Limits(hops=9_999))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [ends(result) for result in found.rules] == [[(Reason.UNSPENT, "a", 300)]] * 2
    assert peak_bytes < 8_000_000
