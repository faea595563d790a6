"""Heuristics against a town whose owners are known: what is wrong is wrong in the way that is written.

The bars are those of the project; the measured rates are in docs/reference/error-rates.md. The seed
is neither the one for tuning nor one of the measurement.
"""

from collections import Counter

import pytest

from chainlead.guide.practice import Town, build_town
from chainlead.guide.practice.mixing_rounds import (
    EQUAL_OUTPUTS,
    JOINMARKET,
    WASABI_1,
    WASABI_2,
    WHIRLPOOL,
)
from chainlead.guide.practice.shared_payments import PAYJOIN, STONEWALL_TWO
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.ledger import Transaction
from chainlead.trace import (
    Clusters,
    CoinJoinGate,
    CommonInput,
    ViewUntil,
    change_heuristics,
    change_rule,
)


@pytest.fixture(scope="module")
def town() -> Town:
    return build_town("truth", 60)


@pytest.fixture(scope="module")
def ledger(town: Town) -> EconomyLedger:
    return EconomyLedger(town.economy)


@pytest.fixture(scope="module")
def gate(ledger: EconomyLedger) -> CoinJoinGate:
    return CoinJoinGate(ledger)


@pytest.fixture(scope="module")
def spending(ledger: EconomyLedger) -> list[Transaction]:
    return [t for t in ledger.transactions() if not t.is_coinbase]


def test_the_gate_sees_every_round_of_a_protocol_with_a_name(town, gate, spending) -> None:
    named = {JOINMARKET, WASABI_1, WASABI_2, WHIRLPOOL}
    rounds = [t for t in spending if town.protocol_of(t.txid.display) in named]
    assert {town.protocol_of(t.txid.display) for t in rounds} == named
    assert all(gate.judge(t) is not None for t in rounds)


def test_a_round_that_is_not_seen_is_one_of_two(town, gate, spending) -> None:
    for transaction in spending:
        txid = transaction.txid.display
        if town.protocol_of(txid) == EQUAL_OUTPUTS and gate.judge(transaction) is None:
            assert len(set(town.owners_of_inputs(txid))) == 2


def test_at_most_one_ordinary_transaction_in_a_hundred_is_called_a_round(
    town, gate, spending
) -> None:
    ordinary = [t for t in spending if not town.protocol_of(t.txid.display)]
    wrong = [t for t in ordinary if gate.judge(t) is not None]
    assert len(ordinary) > 800
    assert len(wrong) * 100 <= len(ordinary)


def test_nobody_else_s_money_is_joined_except_where_a_payjoin_or_a_mix_of_two_hides_it(
    town, gate, spending
) -> None:
    rule = CommonInput(gate.judge, ambiguous=gate.ambiguous)
    hidden = Counter(
        town.protocol_of(t.txid.display)
        for t in spending
        if rule.joined(t) and town.has_several_payers(t.txid.display)
    )
    assert set(hidden) <= {PAYJOIN, EQUAL_OUTPUTS, STONEWALL_TWO}
    assert hidden[PAYJOIN] >= 1, "undetectable by design, and said so"


def test_two_tagged_services_never_share_a_cluster(town, gate, ledger) -> None:
    tags = {}
    for service in town.services:
        mine = [a for a in town.addresses() if town.owner_of(a) == service.name]
        tags.update({address: frozenset({service.name}) for address in mine[::40]})
    rule = CommonInput(gate.judge, ambiguous=gate.ambiguous)
    for change in (None, (change_rule(), ledger)):
        clusters = Clusters.build(ledger.transactions(), rule, parties=tags, change=change)
        for address, said in tags.items():
            assert set(clusters.parties_of(address)) <= said


def test_the_default_change_rule_is_nearly_always_right(town, ledger, spending) -> None:
    rule, named, right = change_rule(), 0, 0
    for transaction in spending:
        owners = town.owners_of_outputs(transaction.txid.display)
        payers = set(town.owners_of_inputs(transaction.txid.display))
        for index in rule.candidates(transaction, ledger):
            named += 1
            right += {owners[index]} == payers
    assert named > 200
    assert right * 100 >= named * 97


def test_a_view_until_a_height_gives_what_the_ledger_gave_when_it_ended_there(
    town, ledger, spending
) -> None:
    """Time travel is forbidden: an answer depends on nothing that was mined later."""
    height = spending[len(spending) // 2].height
    assert height is not None
    then = EconomyLedger(town.economy, until_height=height)
    cut = ViewUntil(ledger, height)
    early = [t for t in then.transactions() if not t.is_coinbase]
    answers = 0
    for heuristic in change_heuristics():
        for transaction in early:
            found = heuristic.candidates(transaction, then)
            assert heuristic.candidates(transaction, cut) == found
            answers += found != heuristic.candidates(transaction, ledger)
    assert answers, "what came later would have changed some answers"
