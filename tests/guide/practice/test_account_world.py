"""Account worlds book every unit, and know owner, customer and swap."""

from collections import Counter

import pytest

from chainlead.codecs import RIPPLE_ALPHABET, from_base58check
from chainlead.guide.practice.account_world import (
    EXCHANGES,
    AccountWorld,
    build_account_world,
)
from chainlead.model import Asset, Chain


@pytest.fixture(scope="module")
def accounts() -> AccountWorld:
    return build_account_world("tests", 20)


def test_a_seed_gives_the_same_transfers(accounts: AccountWorld) -> None:
    again = build_account_world("tests", 20)
    assert again.xrp.transfers == accounts.xrp.transfers
    assert again.evm.transfers == accounts.evm.transfers
    assert build_account_world("others", 20).xrp.transfers != accounts.xrp.transfers


def test_replaying_the_transfers_gives_every_balance_and_overdraws_none(
    accounts: AccountWorld,
) -> None:
    for book in (accounts.xrp, accounts.evm):
        balances: Counter[tuple[str, Asset]] = Counter()
        rows = book.transfers
        for number, row in enumerate(rows):
            balances[row.sender, row.asset] -= row.amount_units if row.sender else 0
            balances[row.receiver, row.asset] += row.amount_units if row.receiver else 0
            ends = number + 1 == len(rows) or rows[number + 1].txid != row.txid
            if ends:
                assert balances[row.sender, row.asset] >= 0
        assert +balances == Counter({k: v for k, v in book.balances.items() if v})
        assert [row.height for row in rows] == sorted(row.height for row in rows)


def test_the_indexes_of_a_transaction_count_up_and_end_with_the_fee(accounts: AccountWorld) -> None:
    for book in (accounts.xrp, accounts.evm):
        grouped: dict[str, list] = {}
        for row in book.transfers:
            grouped.setdefault(row.txid, []).append(row)
        for rows in grouped.values():
            assert [row.index for row in rows] == list(range(len(rows)))
            assert rows[0].sender == "" or rows[-1].kind == "fee"


def test_a_tag_names_the_customer_and_a_payment_without_one_names_nobody(
    accounts: AccountWorld,
) -> None:
    hot = {accounts.hot[Chain.XRP, name] for name in EXCHANGES}
    paid_in = [
        row
        for row in accounts.xrp.transfers
        if row.receiver in hot and row.sender and row.kind == "payment"
    ]
    named = [row for row in paid_in if row.tag is not None]
    assert named
    assert all(accounts.customer_of(row).startswith("person") for row in named)
    forgotten = [row for row in paid_in if row.tag is None]
    assert forgotten
    assert not any(accounts.customer_of(row) for row in forgotten)


def test_partial_payments_deliver_less_than_they_name(accounts: AccountWorld) -> None:
    partial = [row for row in accounts.xrp.transfers if row.asked_units != row.amount_units]
    assert partial
    assert all(row.amount_units < row.asked_units // 1000 for row in partial)


def test_deposit_accounts_belong_to_the_exchange_and_forward_to_its_hot_account(
    accounts: AccountWorld,
) -> None:
    deposits = {account for account, tag in accounts.evm.customers if tag is None}
    hot = {accounts.hot[Chain.ETHEREUM, name] for name in EXCHANGES}
    assert {accounts.owner_of(account) for account in deposits} == set(EXCHANGES)
    forwards = [
        row
        for row in accounts.evm.transfers
        if row.sender in deposits and row.kind != "fee" and row.amount_units
    ]
    assert forwards
    assert {row.receiver for row in forwards} <= hot


def test_internal_transfers_tokens_false_tokens_and_failures_happen(
    accounts: AccountWorld,
) -> None:
    kinds = Counter(row.kind for row in accounts.evm.transfers)
    assert set(kinds) == {"payment", "internal", "token", "fee"}
    assets = {row.asset for row in accounts.evm.transfers if row.kind == "token"}
    assert assets == {accounts.token, accounts.false_token}
    alone = Counter(row.txid for row in accounts.evm.transfers)
    assert any(row.kind == "fee" and alone[row.txid] == 1 for row in accounts.evm.transfers)


def test_swaps_pay_the_same_person_on_the_other_ledger_later(accounts: AccountWorld) -> None:
    assert len(accounts.swaps) > 5
    for swap in accounts.swaps:
        assert accounts.owner_of(swap.deposit.sender) == swap.customer
        assert accounts.owner_of(swap.payout.receiver) == swap.customer
        assert swap.payout.mined_at_unix >= swap.deposit.mined_at_unix - 12
        assert accounts.owner_of(swap.payout.sender) == swap.service


def test_documents_hold_amounts_as_text_and_addresses_are_valid(accounts: AccountWorld) -> None:
    document = accounts.evm.transfers[-1].document()
    assert isinstance(document["amount_units"], str)
    account = accounts.hot[Chain.XRP, EXCHANGES[0]]
    assert len(from_base58check(account, RIPPLE_ALPHABET)) == 21
