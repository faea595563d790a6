"""Change heuristics combine like sets, carry a card, and refuse what cannot have change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.trace.heuristics.change.address_reuse import AddressReuse
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.change.optimal_change import OptimalChange
from chainlead.trace.heuristics.change.script_type import ScriptType


def fixed(label, *indexes):
    class Fixed(ChangeHeuristic):
        name = label
        version = 2
        assumption = f"{label} is assumed."
        known_failure = f"{label} fails."
        citation = f"{label}, 2026."

        def consider(self, transaction, spendable, view):
            return frozenset(indexes) & spendable

    return Fixed()


@pytest.fixture
def five(chainlet):
    coin = chainlet.mine(("a", 100))
    return chainlet.pay([(coin, 0)], *((f"payee {number}", 20 - number) for number in range(5)))


INDEXES = st.frozensets(st.integers(0, 4))


@given(INDEXES, INDEXES, INDEXES)
def test_combinations_are_the_sets_combined(a, b, c):
    one, two, three = fixed("one", *a), fixed("two", *b), fixed("three", *c)
    everything = frozenset(range(5))

    def asked(heuristic):
        return heuristic.consider(None, everything, None)

    assert asked(one & two) == a & b
    assert asked(one | two) == a | b
    assert asked(one - two) == a - b
    assert asked((one | two) & three - one) == (a | b) & (c - a)
    assert asked(one.unique) == (a if len(a) == 1 else frozenset())
    assert asked((one & two).unique | three) == ((a & b) if len(a & b) == 1 else set()) | c


def test_and_or_not_of_the_language_raise_instead_of_dropping_a_part():
    one, two = fixed("one", 1), fixed("two", 2)
    for wrong in (
        lambda: one and two,
        lambda: one or two,
        lambda: not one,
        lambda: bool(one & two),
    ):
        with pytest.raises(TypeError, match="ask it about a transaction"):
            wrong()


def test_a_combination_prints_its_formula_and_the_sum_of_its_parts_versions():
    one, two = fixed("one", 1), fixed("two", 2)
    both = (one | two & one - two).unique
    assert both.name == "(one | (two & (one - two))).unique"
    assert repr(both) == both.name
    assert both.version == 4
    assert both.card.assumption == "one is assumed. two is assumed."
    assert both.card.known_failure == "one fails. two fails."
    assert both.card.citation == "one, 2026. two, 2026."
    assert both.card.parameters == (("one", "version 2"), ("two", "version 2"))


def test_data_outputs_single_outputs_coinbases_and_mixing_rounds_have_no_change(chainlet):
    every = fixed("every", *range(9))
    coins = [chainlet.mine((f"payer {number}", 50 + number)) for number in range(3)]
    note = chainlet.pay([(coins[0], 0)], ("x", 20), ("note", 0, "data"), ("y", 29))
    assert every.candidates(note, chainlet.view()) == {0, 2}
    assert every.candidates(coins[0], chainlet.view()) == frozenset()
    for single in ([("x", 20)], [("x", 20), ("note", 0, "data")]):
        everything = chainlet.pay([(coins[1], 0)], *single)
        assert every.candidates(everything, chainlet.view()) == frozenset()
    paid = [(f"payee {number}", 10) for number in range(3)]
    mix = chainlet.pay([(coin, 0) for coin in coins], *paid, ("rest", 7))
    assert every.candidates(mix, chainlet.view()) == frozenset()


def test_address_reuse_names_the_output_that_pays_back(chainlet):
    coin = chainlet.mine(("a", 100), ("b", 5))
    sent = chainlet.pay([(coin, 0)], ("shop", 60), ("a", 39))
    assert AddressReuse().candidates(sent, chainlet.view()) == {1}
    plain = chainlet.pay([(coin, 1), chainlet.unknown("x")], ("shop", 2), ("fresh", 1))
    assert AddressReuse().candidates(plain, chainlet.view()) == frozenset()


def test_script_type_keeps_the_kind_of_the_inputs(chainlet):
    coin = chainlet.mine(("a", 100), ("b", 50, "p2pkh"))
    sent = chainlet.pay([(coin, 0)], ("shop", 60, "p2sh"), ("rest", 39))
    assert ScriptType().candidates(sent, chainlet.view()) == {1}
    mixed = chainlet.pay([(sent, 1), (coin, 1)], ("shop", 60, "p2sh"), ("rest", 29))
    assert ScriptType().candidates(mixed, chainlet.view()) == frozenset()
    blind = chainlet.pay([(mixed, 1), chainlet.unknown("x")], ("shop", 6, "p2sh"), ("rest", 20))
    assert ScriptType().candidates(blind, chainlet.view()) == frozenset()


def test_optimal_change_is_below_the_smallest_known_input(chainlet):
    coin = chainlet.mine(("a", 100), ("b", 50), ("c", 30))
    sent = chainlet.pay([(coin, 0), (coin, 1)], ("shop", 110), ("rest", 39))
    assert OptimalChange().candidates(sent, chainlet.view()) == {1}
    blind = chainlet.pay([(coin, 2), chainlet.unknown("x")], ("shop", 90), ("rest", 9))
    assert OptimalChange().candidates(blind, chainlet.view()) == frozenset()
