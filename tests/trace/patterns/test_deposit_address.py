"""A deposit address is one whose every known spend is swept into the service's wallet."""

import pytest

from chainlead.guide.practice import build_town
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.trace.patterns.deposit_address import DepositAddress


def world(chainlet):
    """Two customers deposit at a service whose hot wallet pays out."""
    rich = chainlet.mine(("anna", 50_000), ("bo", 50_000), ("hot", 10_000), ("hot", 10_000))
    chainlet.pay([(rich, 3)], ("guest", 9_000), ("hot", 900))
    first = chainlet.pay([(rich, 0)], ("inbox a", 20_000), ("anna", 29_000))
    second = chainlet.pay([(rich, 1)], ("inbox b", 30_000), ("bo", 19_000))
    return rich, first, second


def finds(chainlet, **services):
    held = chainlet.held(**(services or {"hot": "Kastell"}))
    return list(DepositAddress().find(chainlet.view(), chainlet.made, service_of=held))


def test_swept_inboxes_are_deposit_addresses(chainlet, counted):
    _, first, second = world(chainlet)
    swept = chainlet.pay([(first, 0), (second, 0)], ("hot", 49_000))
    found = finds(chainlet)
    assert {each.addresses for each in found} == {
        (chainlet.address("inbox a"),),
        (chainlet.address("inbox b"),),
    }
    assert all(each.txids == (swept.txid,) for each in found)
    assert counted(found[0])["deposits"] == 1
    assert "Kastell" in found[0].summary


def test_inboxes_inside_the_services_cluster_are_found_too(chainlet):
    rich, first, second = world(chainlet)
    chainlet.pay([(first, 0), (second, 0), (rich, 2)], ("hot", 59_000))
    services = {"hot": "Kastell", "inbox a": "Kastell", "inbox b": "Kastell"}
    assert {each.addresses[0] for each in finds(chainlet, **services)} == {
        chainlet.address("inbox a"),
        chainlet.address("inbox b"),
    }


def test_one_spend_elsewhere_makes_it_no_deposit_address(chainlet):
    _, first, second = world(chainlet)
    chainlet.pay([(first, 0), (second, 0)], ("hot", 49_000))
    again = chainlet.pay([(first, 1)], ("inbox a", 5_000), ("anna", 23_000))
    chainlet.pay([(again, 0)], ("pub", 4_900))
    assert [each.addresses for each in finds(chainlet)] == [(chainlet.address("inbox b"),)]


def test_a_single_sender_a_payment_with_change_or_a_second_service_is_no_sweep(chainlet):
    _, first, second = world(chainlet)
    chainlet.pay([(first, 0)], ("hot", 19_000))
    chainlet.pay([(second, 0), (first, 1)], ("hot", 50_000), ("bo 2", 8_000))
    assert finds(chainlet) == []


def test_two_services_hold_no_one_wallet(chainlet):
    _, first, second = world(chainlet)
    chainlet.pay([(first, 0), (second, 0)], ("hot", 20_000), ("other", 20_000))
    assert finds(chainlet, hot="Kastell", other="Lagune") == []
    chainlet.pay([(chainlet.made[-1], 1)], ("guest 2", 10_000))
    assert len(finds(chainlet, hot="Kastell", other="Kastell")) == 2


def test_a_person_who_empties_a_wallet_into_an_inbox_has_no_deposit_address(chainlet):
    rich, first, second = world(chainlet)
    third = chainlet.pay([(first, 1), (second, 1)], ("inbox c", 47_000))
    assert finds(chainlet, **{"hot": "Kastell", "inbox c": "Kastell"}) == []
    chainlet.pay([(third, 0), (rich, 2)], ("hot", 56_000))
    found = finds(chainlet, **{"hot": "Kastell", "inbox c": "Kastell"})
    assert [each.addresses for each in found] == [(chainlet.address("inbox c"),)]


def test_an_inbox_that_is_swept_alone_does_not_gather_either(chainlet):
    _, first, second = world(chainlet)
    third = chainlet.pay([(first, 1), (second, 1)], ("inbox c", 47_000))
    chainlet.pay([(third, 0)], ("hot", 46_000))
    assert finds(chainlet, **{"hot": "Kastell", "inbox c": "Kastell"}) == []


def test_the_services_own_addresses_are_not_its_customers(chainlet):
    rich = chainlet.mine(("hot", 50_000), ("anna", 50_000))
    cold = chainlet.pay([(rich, 0)], ("cold a", 20_000), ("cold b", 29_000))
    chainlet.pay([(cold, 0), (cold, 1)], ("hot", 48_000))
    assert finds(chainlet) == []


def test_nothing_is_found_where_nobody_is_said_to_be_a_service(chainlet):
    _, first, second = world(chainlet)
    chainlet.pay([(first, 0), (second, 0)], ("hot", 49_000))
    assert list(DepositAddress().find(chainlet.view(), chainlet.made)) == []


def test_deposits_that_are_not_swept_yet_count_with_the_others(chainlet, counted):
    _, first, second = world(chainlet)
    chainlet.pay([(first, 0), (second, 0)], ("hot", 49_000))
    chainlet.pay([(first, 1)], ("inbox a", 7_000), ("anna", 21_000))
    found = {each.addresses[0]: each for each in finds(chainlet)}
    assert counted(found[chainlet.address("inbox a")]) == {
        "deposits": 2,
        "sweeps": 1,
        "deposited": 27_000,
    }


@pytest.mark.parametrize("seed", ["train", "another town"])
def test_in_a_town_most_inboxes_are_found_and_few_others(seed):
    town = build_town(seed, size=60)
    ledger = EconomyLedger(town.economy)
    services = {service.name for service in town.services}
    held = {a: o for a in town.addresses() if (o := town.owner_of(a)) in services}
    found = {
        each.addresses[0]
        for each in DepositAddress().find(ledger, ledger.transactions(), service_of=held.get)
    }
    right = {address for address in found if town.is_deposit_address(address)}
    assert len(right) > 50
    assert len(right) * 100 >= len(found) * 94
