"""Every pattern carries its card, is found by its name, and never claims to be observed."""

import json

import pytest
from hypothesis import given

from chainlead.model import Strength
from chainlead.trace import (
    AccountDepositAddress,
    CrossLedger,
    UTurn,
    find_patterns,
    pattern_document,
)

INFERENCES = (*find_patterns(), AccountDepositAddress(), CrossLedger(), UTurn())


@pytest.mark.parametrize("thing", INFERENCES, ids=lambda thing: thing.name)
def test_it_states_assumption_known_failure_and_citation(thing):
    card = thing.card
    for sentence in (card.assumption, card.known_failure, card.citation):
        assert len(sentence) > 20
        assert sentence.endswith(".")
    assert card.name.islower()
    assert card.version >= 1


def test_patterns_are_found_by_name_in_the_order_of_their_names():
    names = [pattern.name for pattern in find_patterns()]
    assert names == sorted(names)
    assert {"peel_chain", "consolidation", "batch_payout", "sweep", "deposit_address", "dust"} == (
        set(names)
    )
    assert [p.name for p in find_patterns(["sweep", "dust", "no such"])] == ["dust", "sweep"]
    assert len({pattern.title for pattern in find_patterns()}) == len(names)


def test_the_order_of_the_transactions_does_not_matter(worlds, ledger_of):
    @given(worlds(most_units=2_000, most_transactions=25))
    def holds(world):
        ledger = ledger_of(world.transactions)
        for pattern in find_patterns():
            one = list(pattern.find(ledger, world.transactions))
            assert one == list(pattern.find(ledger, world.transactions[::-1]))
            for found in one:
                assert found.strength is Strength.INFERRED
                known = {t.txid for t in world.transactions}
                assert set(found.txids) <= known
                document = pattern_document(found)
                assert json.loads(json.dumps(document)) == document
                assert all(type(units) is int for _, units in found.amounts)

    holds()
