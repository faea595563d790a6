"""The Litecoin- and Dash-like chains keep their pool and their rounds in balance."""

from collections import Counter

import pytest

from chainlead.guide.practice import Town
from chainlead.guide.practice.dash_chain import (
    DASH_COINJOIN,
    DENOMINATIONS_SAT,
    build_dash_chain,
)
from chainlead.guide.practice.mweb_chain import HOGEX, PEG_IN, build_mweb_chain
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.model import Chain


@pytest.fixture(scope="module")
def mweb() -> Town:
    return build_mweb_chain("tests", 20)


@pytest.fixture(scope="module")
def dash() -> Town:
    return build_dash_chain("tests", 20)


def test_both_chains_are_the_same_everywhere(mweb: Town, dash: Town) -> None:
    for town, again in (
        (mweb, build_mweb_chain("tests", 20)),
        (dash, build_dash_chain("tests", 20)),
    ):
        assert town.economy.blocks[-1].hash_wire == again.economy.blocks[-1].hash_wire


def test_the_pool_holds_what_went_in_and_did_not_come_out(mweb: Town) -> None:
    held = 0
    hogex = [sent for sent in mweb.transactions if sent.protocol == HOGEX]
    assert len(hogex) > 10
    for before, sent in zip([None, *hogex], hogex, strict=False):
        if before is not None:
            assert sent.spent[0].outpoint == before.made[0].outpoint
        assert sent.made[0].purpose == "pool"
        pegged = [coin for coin in sent.spent if coin.purpose == PEG_IN]
        held += sum(coin.amount_sat for coin in pegged)
        held -= sum(coin.amount_sat for coin in sent.made[1:]) + sent.fee_sat
        assert sent.made[0].amount_sat == held >= 0


def test_a_hogex_is_the_last_transaction_of_its_block(mweb: Town) -> None:
    last = {sent.height: sent for sent in mweb.transactions}
    for sent in mweb.transactions:
        if sent.protocol == HOGEX:
            assert last[sent.height] is sent


def test_every_peg_in_is_taken_in_by_its_block(mweb: Town) -> None:
    made = {c.outpoint: s.height for s in mweb.transactions for c in s.made if c.purpose == PEG_IN}
    spent = {
        c.outpoint: s.height for s in mweb.transactions for c in s.spent if c.purpose == PEG_IN
    }
    assert made
    assert made == spent


def test_dash_rounds_swap_one_denomination_among_three_people_or_more_without_fee(
    dash: Town,
) -> None:
    rounds = [sent for sent in dash.transactions if sent.protocol == DASH_COINJOIN]
    assert len(rounds) > 10
    for sent in rounds:
        (amount,) = {coin.amount_sat for coin in (*sent.spent, *sent.made)}
        assert amount in DENOMINATIONS_SAT
        assert sent.fee_sat == 0
        assert Counter(c.owner for c in sent.spent) == Counter(c.owner for c in sent.made)
        assert len({coin.owner for coin in sent.spent}) >= 3


def test_the_records_carry_the_chain_and_its_addresses(mweb: Town, dash: Town) -> None:
    for town, chain in ((mweb, Chain.LITECOIN), (dash, Chain.DASH)):
        ledger = EconomyLedger(town.economy)
        assert {transaction.chain for transaction in ledger.transactions()} == {chain}
        paid = [o for t in ledger.transactions() for o in t.outputs if o.address]
        assert len(paid) > 200
        assert {town.owner_of(o.address) for o in paid[2:] if o.address} - {"miner"}
