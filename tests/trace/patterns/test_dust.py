"""Dust is no payment; forced reuse is dust to an address that was paid before."""

import pytest

from chainlead.ledger import Output
from chainlead.model import Chain
from chainlead.trace.patterns.dust import Dust, find_dust, is_dust


def finds(chainlet):
    return list(Dust().find(chainlet.view(), chainlet.made))


def test_dust_to_used_addresses_is_forced_reuse(chainlet, counted):
    used = chainlet.mine(("a", 5_000), ("b", 5_000), ("sender", 9_000))
    chainlet.pay([(used, 2)], ("a", 546), ("b", 546), ("fresh", 546), ("sender", 900))
    (found,) = finds(chainlet)
    assert counted(found) == {"dust outputs": 3, "forced reuse": 2, "dust": 1_638}
    assert [part.role for part in found.parts] == ["forced reuse", "forced reuse", "dust"]
    assert chainlet.address("sender") not in found.addresses


def test_an_address_that_is_used_later_was_not_reused(chainlet, counted):
    coin = chainlet.mine(("sender", 9_000))
    sent = chainlet.pay([(coin, 0)], ("later", 546), ("sender", 8_000))
    chainlet.pay([(sent, 1)], ("later", 5_000))
    (found,) = finds(chainlet)
    assert counted(found)["forced reuse"] == 0


def test_ten_targets_are_many(chainlet):
    coin = chainlet.mine(("sender", 90_000))
    chainlet.pay([(coin, 0)], *((f"target {n}", 600) for n in range(10)), ("sender", 80_000))
    (found,) = finds(chainlet)
    assert "many addresses at once" in found.summary
    assert len(find_dust(chainlet.made)) == 10


def test_payments_data_and_coinbases_are_no_dust(chainlet):
    coin = chainlet.mine(("a", 10), ("sender", 9_000))
    chainlet.pay([(coin, 1)], ("b", 1_000), ("data", 0))
    assert finds(chainlet) == []
    assert find_dust(chainlet.made) == frozenset()


@pytest.mark.parametrize(
    ("chain", "dust"),
    [(Chain.BITCOIN, True), (Chain.DASH, True), (Chain.DOGECOIN, False), (Chain.LITECOIN, False)],
)
def test_the_threshold_holds_for_chains_where_it_was_checked(chainlet, chain, dust):
    output = chainlet.mine(("a", 999)).outputs[0]
    assert isinstance(output, Output)
    assert is_dust(output, chain) is dust
    assert not is_dust(output, chain, below_units=999)


@pytest.mark.real
def test_the_recorded_dust_of_555_is_found_and_the_batch_is_not(real_ledger, counted):
    folder = "api-fixtures/am-i-exposed/api-responses"
    ledger = real_ledger(f"{folder}/dust-attack-555.json")
    (found,) = Dust().find(ledger, ledger.transactions())
    assert counted(found) == {"dust outputs": 1, "forced reuse": 0, "dust": 555}
    assert found.addresses == ("19z6WynrjHeD5MMv6919BuQRwybuen1sRv",)
    (sent,) = ledger.transactions()
    assert find_dust([sent]) == {sent.outputs[0].outpoint}
    batch = real_ledger(f"{folder}/batch-withdrawal-143.json")
    assert list(Dust().find(batch, batch.transactions())) == []


@pytest.mark.real
def test_marker_payments_to_a_famous_address_are_forced_reuse(real_ledger):
    ledger = real_ledger("api-fixtures/am-i-exposed/api-responses/satoshi-genesis-txs.json")
    found = list(Dust().find(ledger, ledger.transactions()))
    famous = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    first_block = ledger.lookup_transaction(found[0].txids[0]).height
    assert len(found) == 50
    for each in found:
        assert famous in each.addresses
        earlier_is_known = ledger.lookup_transaction(each.txids[0]).height > first_block
        assert (dict(each.counts)["forced reuse"] >= 1) is earlier_is_known
