"""Account ledgers in a case's tables: amounts of any size, levels of checking, two sources."""

import pytest

from chainlead.errors import CodecError
from chainlead.ledger import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    AssetRead,
    CaseAccounts,
    TransferRead,
    Verified,
    find_account_chain,
    get_account_chain,
)
from chainlead.model import Chain, Network
from chainlead.store import Store
from chainlead.trace.accounts.bounds import AccountMost
from chainlead.trace.accounts.rule import find_account_rules
from chainlead.trace.accounts.walk import walk_accounts

ETHER = 10**18
A, B, C, TOKEN = (f"0x{n:040x}" for n in (10, 11, 12, 99))
REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)


def transaction(number: int, *transfers: TransferRead, **changed) -> AccountTransactionRead:
    given = {
        "txid": f"{number:064x}", "block_hash": f"{1000 + number:064x}", "height": number,
        "block_index": 0, "mined_at_unix": 1_700_000_000 + number, "is_successful": True,
        "sees_internal": True, "fee_payer": A, "fee_units": 21_000, "transfers": transfers,
        "verified": Verified.SINGLE_SOURCE,
    }  # fmt: skip
    return AccountTransactionRead(**{**given, **changed})


def pay(sender, receiver, units, **more) -> TransferRead:
    return TransferRead("payment", sender, receiver, units, **more)


@pytest.fixture
def store():
    with Store.in_memory() as made:
        yield made


def write(store, *events, source="first") -> CaseAccounts:
    AccountWriter(store, REQUEST, source).write(events)
    return CaseAccounts(store, Chain.ETHEREUM)


def test_amounts_beyond_63_bits_stay_exact(store):
    units = 2**200 + 1
    view = write(store, transaction(1, pay(A, B, units)))
    (entry,) = view.transfers_of(B)
    assert entry.amount_units == units


def test_the_fee_goes_with_the_first_transfer_and_only_once(store):
    view = write(store, transaction(1, pay(A, B, 5), pay(B, C, 3)))
    assert [e.fee_units for e in view.transfers_in(f"{1:064x}")] == [21_000, 0]


def test_a_failed_transaction_is_a_transfer_of_nothing_that_cost_a_fee(store):
    view = write(store, transaction(1, is_successful=False))
    (entry,) = view.transfers_of(A)
    assert (entry.amount_units, entry.fee_units, entry.receiver) == (0, 21_000, None)


def test_a_token_has_its_own_view_without_fees_in_coin(store):
    token = AssetRead(TOKEN, "CASH", 6, Verified.SINGLE_SOURCE)
    moved = TransferRead("token", A, B, 7_000_000, contract=TOKEN)
    write(store, token, transaction(1, pay(A, TOKEN, 0), moved))
    view = CaseAccounts(store, Chain.ETHEREUM, TOKEN)
    (entry,) = view.transfers_of(B)
    assert (entry.amount_units, entry.fee_units, entry.fee_payer) == (7_000_000, 0, None)
    assert (view.asset.symbol, view.asset.decimals) == ("CASH", 6)


def test_the_opening_balance_is_unknown_unless_somebody_says_it(store):
    write(store, transaction(1, pay(A, B, 5)))
    assert CaseAccounts(store, Chain.ETHEREUM).lookup_opening(A) is None
    said = CaseAccounts(store, Chain.ETHEREUM, openings={A: 9})
    assert said.lookup_opening(A) == 9


class TestTwoSources:
    def test_that_agree_are_named_so(self, store):
        write(store, transaction(1, pay(A, B, 5)))
        view = write(store, transaction(1, pay(A, B, 5)), source="second")
        assert [e.verified for e in view.transfers_of(B)] == ["two sources agree"]

    def test_the_same_source_again_does_not_agree_with_itself(self, store):
        write(store, transaction(1, pay(A, B, 5)))
        view = write(store, transaction(1, pay(A, B, 5)))
        assert [e.verified for e in view.transfers_of(B)] == ["single source"]

    def test_that_differ_are_shown_and_the_better_checked_one_counts(self, store):
        write(store, transaction(1, pay(A, B, 5)))
        better = transaction(1, pay(A, B, 4), verified=Verified.IN_BLOCK)
        view = write(store, better, source="second")
        (entry,) = view.transfers_of(B)
        assert (entry.amount_units, entry.verified) == (4, "in block")
        view = write(store, transaction(1, pay(A, B, 6)), source="third")
        (entry,) = view.transfers_of(B)
        assert entry.amount_units == 4
        assert "differently" in entry.note

    def test_one_that_sees_inside_contracts_adds_to_one_that_does_not(self, store):
        write(store, transaction(1, pay(A, B, 5), sees_internal=False))
        inside = TransferRead("internal", B, C, 5)
        view = write(store, transaction(1, pay(A, B, 5), inside), source="second")
        assert [e.kind for e in view.transfers_of(C)] == ["internal"]


def test_the_pin_is_the_highest_block_and_says_since_when_none_is_missing(store):
    blocks = [
        AccountBlockRead(
            f"{n:064x}", f"{n - 1:064x}", n, 1_700_000_000 + n, True, Verified.REHASHED
        )
        for n in (3, 5, 6)
    ]
    pin = write(store, *blocks).pin
    assert (pin.height, pin.unbroken_from, pin.block_hash.display) == (6, 5, f"{6:064x}")


def test_a_trace_walks_over_it(store):
    view = write(
        store,
        transaction(1, pay(A, B, 5 * ETHER)),
        transaction(2, pay(B, C, 2 * ETHER), fee_payer=B),
    )
    view = CaseAccounts(store, Chain.ETHEREUM, openings={B: 0, C: 0})
    origin = list(view.transfers_in(f"{1:064x}"))
    rules = (*find_account_rules(), AccountMost())
    found = walk_accounts(view, origin, rules=rules)
    fifo = next(result for result in found.rules if result.rule == "fifo")
    assert sum(node.traced_units for node in fifo.frontier) == 5 * ETHER


@pytest.mark.parametrize(
    ("chain", "text", "canonical"),
    [
        (Chain.ETHEREUM, "0x52908400098527886E0F7030069857D2E4169EE7",
         "0x52908400098527886e0f7030069857d2e4169ee7"),
        (Chain.XRP, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    ],
)  # fmt: skip
def test_an_account_has_one_way_to_be_written(chain, text, canonical):
    assert get_account_chain(chain).canonical(text) == canonical


@pytest.mark.parametrize("chain", [Chain.ETHEREUM, Chain.XRP, Chain.ELECTRONEUM_SMART_CHAIN])
def test_the_address_of_another_chain_is_no_account(chain):
    with pytest.raises(CodecError):
        get_account_chain(chain).canonical("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")


def test_a_chain_with_outputs_is_no_account_chain():
    assert find_account_chain(Chain.BITCOIN) is None


def test_a_transaction_that_moved_to_another_block_is_told_where_it_is_now(store):
    proved = {"verified": Verified.IN_BLOCK}
    write(store, transaction(1, pay(A, B, 5), **proved))
    moved = transaction(1, pay(A, B, 5), **proved, block_hash="f" * 64, height=2)
    view = write(store, moved, source="second")
    (entry,) = view.transfers_of(B)
    assert entry.height == 2
    assert "left the chain" in entry.note
