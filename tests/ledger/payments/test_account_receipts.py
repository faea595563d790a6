"""On account ledgers what was delivered counts, in the asset that was asked for, exactly."""

from fractions import Fraction

import pytest

from chainlead.ledger import (
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    AssetRead,
    MatchQuestion,
    TransferRead,
    Verified,
    gather_transfers,
    get_account_chain,
    match_receipts,
    parse_price,
)
from chainlead.model import Chain, Network, Strength
from chainlead.store import Store

A, SHOP, C, TOKEN = (f"0x{n:040x}" for n in (10, 11, 12, 99))
ETHER = 10**18


def transaction(number: int, *transfers: TransferRead, **changed) -> AccountTransactionRead:
    given = {
        "txid": f"{number:064x}", "block_hash": f"{1000 + number:064x}", "height": number,
        "block_index": 0, "mined_at_unix": 1_700_000_000 + number, "is_successful": True,
        "sees_internal": True, "fee_payer": A, "fee_units": 21_000, "transfers": transfers,
        "verified": Verified.SINGLE_SOURCE,
    }  # fmt: skip
    return AccountTransactionRead(**{**given, **changed})


def pay(sender, receiver, units, kind="payment", **more) -> TransferRead:
    return TransferRead(kind, sender, receiver, units, **more)


@pytest.fixture
def store():
    with Store.in_memory() as made:
        request = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)
        events = [
            AssetRead(TOKEN, "CASH", 6, Verified.SINGLE_SOURCE),
            transaction(3, pay(A, SHOP, ETHER // 4), verified=Verified.IN_BLOCK),
            transaction(1, pay(A, C, ETHER // 4), pay(C, SHOP, 7, kind="internal")),
            transaction(2, pay(A, SHOP, ETHER // 4), is_successful=False),
            transaction(4, pay(None, SHOP, ETHER // 4, kind="mint")),
            transaction(
                5, pay(A, TOKEN, 0), pay(A, SHOP, 25_000_000, kind="token", contract=TOKEN)
            ),
            transaction(6, pay(SHOP, SHOP, ETHER // 4, note="to itself"), mined_at_unix=None),
        ]
        AccountWriter(made, request, "first").write(events)
        yield made


def price_of(symbol: str, decimals: int):
    return lambda currency, _day: Fraction(10**decimals) if currency == symbol else None


def ask(store: Store, text: str, symbol: str, decimals: int, contract: str = "", **question):
    addresses = question.get("addresses", ())
    found = gather_transfers(store, Chain.ETHEREUM, contract, addresses, 100)
    asked = MatchQuestion((parse_price(text),), **question)
    return match_receipts(found, asked, price_of(symbol, decimals))


def test_receipts_come_in_ledger_order_with_their_place_and_strength(store: Store) -> None:
    result = ask(store, "0.25 ETH", "ETH", 18)
    told = [(m.receipt.place, m.receipt.address, m.receipt.strength) for m in result.matches]
    assert told == [
        (f"{1:064x} transfer 0", C, Strength.ASSERTED),
        (f"{3:064x} transfer 0", SHOP, Strength.OBSERVED),
        (f"{6:064x} transfer 0", SHOP, Strength.ASSERTED),
    ]
    assert result.coinbases == 1, "new units are no payment"
    assert result.matches[2].notes == ("paid from the same account", "to itself")


def test_a_failed_transaction_and_a_transfer_of_nothing_are_no_receipts(store: Store) -> None:
    result = ask(store, "0.25 ETH", "ETH", 18, addresses=(SHOP,))
    assert f"{2:064x} transfer 0" not in {m.receipt.place for m in result.matches}
    assert (result.receipts, result.elsewhere, result.elsewhere_matches) == (3, 1, 1)


def test_a_token_is_searched_by_its_contract_only(store: Store) -> None:
    [match] = ask(store, "25 CASH", "CASH", 6, TOKEN).matches
    assert match.receipt.amount_units == 25_000_000
    assert ask(store, "25 CASH", "CASH", 6).matches == ()


def test_other_accounts_are_cut_where_there_are_too_many(store: Store) -> None:
    found = gather_transfers(store, Chain.ETHEREUM, "", (SHOP,), 0)
    assert (len(found.others), found.others_are_cut) == (0, True)
