"""The registered heuristics, the measured combinations and the default rule."""

from itertools import pairwise

import pytest

from chainlead.codecs import script_kind
from chainlead.trace import Peel, ViewUntil, change_combinations, change_heuristics, change_rule
from chainlead.trace.heuristics.change.round_value import RoundValue
from chainlead.trace.heuristics.change.script_type import ScriptType

EVERYTHING = (*change_heuristics(), *change_combinations())


@pytest.mark.parametrize("heuristic", EVERYTHING, ids=lambda h: h.name)
def test_each_states_assumption_known_failure_and_citation(heuristic):
    card = heuristic.card
    for sentence in (card.assumption, card.known_failure, card.citation):
        assert len(sentence) > 20
        assert sentence.endswith(".")
    assert card.version >= 1
    assert card.parameters == heuristic.parameters


def test_the_registry_finds_each_heuristic_by_its_own_name():
    names = [heuristic.name for heuristic in change_heuristics()]
    assert names == sorted(names)
    assert len(set(names)) == 8
    everything = [heuristic.name for heuristic in EVERYTHING]
    assert len(set(everything)) == len(everything)
    assert all(a.name != b.name for a, b in pairwise(EVERYTHING))


def test_the_default_rule_takes_the_address_that_pays_in(chainlet):
    coin = chainlet.mine(("a", 9_000_000))
    sent = chainlet.pay([(coin, 0)], ("shop", 3_000_123), ("a", 5_000_077))
    assert change_rule().candidates(sent, chainlet.view()) == {1}


def test_the_default_rule_takes_the_odd_amount_of_the_inputs_kind(chainlet):
    coin = chainlet.mine(("a", 9_000_000), ("b", 9_000_000))
    sent = chainlet.pay([(coin, 0)], ("shop", 3_000_123, "p2sh"), ("rest", 5_000_077))
    assert change_rule().candidates(sent, chainlet.view()) == {1}
    both_odd = chainlet.pay([(coin, 1)], ("shop", 3_000_123), ("rest", 5_000_077))
    assert change_rule().candidates(both_odd, chainlet.view()) == frozenset()


def test_the_default_rule_is_silent_where_its_parts_disagree(chainlet):
    coin = chainlet.mine(("a", 9_000_000))
    sent = chainlet.pay([(coin, 0)], ("shop", 3_000_123), ("a", 5_000_000))
    reuse, odd = change_heuristics()[0], (RoundValue() & ScriptType()).unique
    assert reuse.candidates(sent, chainlet.view()) == {1}
    assert odd.candidates(sent, chainlet.view()) == {0}
    assert change_rule().candidates(sent, chainlet.view()) == frozenset()


@pytest.mark.real
def test_on_real_blocks_every_answer_is_spendable_and_the_default_is_single(real_ledger):
    ledger = real_ledger("btc-blocks/bitcoin-s/0000*.txt")
    transactions = list(ledger.transactions())
    named = 0
    for transaction in transactions:
        data = {
            n for n, o in enumerate(transaction.outputs) if script_kind(o.script) == "op_return"
        }
        for heuristic in change_heuristics():
            found = heuristic.candidates(transaction, ledger)
            assert not found & data
            assert all(0 <= index < len(transaction.outputs) for index in found)
        chosen = change_rule().candidates(transaction, ledger)
        assert len(chosen) <= 1
        named += len(chosen)
    assert len(transactions) == 3209
    assert named > 200


@pytest.mark.real
def test_the_change_of_a_real_dust_sender_is_its_own_address(real_ledger):
    folder = "api-fixtures/am-i-exposed/api-responses"
    (dust,) = real_ledger(f"{folder}/dust-attack-555.json").transactions()
    assert change_rule().candidates(dust, real_ledger(f"{folder}/dust-attack-555.json")) == {1}
    assert dust.outputs[1].address == dust.inputs[0].previous.address
    mix = real_ledger(f"{folder}/whirlpool-coinjoin.json")
    (round_,) = mix.transactions()
    for heuristic in EVERYTHING:
        assert heuristic.candidates(round_, mix) == frozenset()


@pytest.mark.real
def test_a_peel_chain_of_real_blocks_is_followed_over_seventeen_hops(real_ledger):
    ledger = real_ledger("btc-blocks/bitcoin-s/0000*.txt")
    chains = [Peel().follow_all(t, ledger) for t in ledger.transactions()]
    longest = max(chains, key=len)
    assert len(longest) == 17
    for step, after in pairwise(longest):
        assert after.txid == step.spender
        assert step.change.outpoint.txid == step.txid
        assert len(step.same) >= 4
    early = ViewUntil(ledger, 514485)
    assert all(
        step.height <= 514485
        for step in Peel().follow_all(ledger.lookup_transaction(longest[0].txid), early)
    )
