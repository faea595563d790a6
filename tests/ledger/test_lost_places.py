"""On a ledger of accounts a block that another took the place of takes its transactions along."""

import pytest

from chainlead.ledger import AccountRequest, AccountWriter, CaseAccounts, find_lost_places
from chainlead.ledger.accounts.account_chain import get_account_chain
from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountTransactionRead,
    TransferRead,
    Verified,
)
from chainlead.model import Chain, Network
from chainlead.store import Store

ALICE, BOB = "0x" + "aa" * 20, "0x" + "bb" * 20
REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)


def name(number: int, branch: str) -> str:
    return f"{number:062x}{branch}"


def block(height: int, branch: str, *, parent: str = "0a") -> AccountBlockRead:
    before = name(height - 1, parent)
    return AccountBlockRead(
        name(height, branch), before, height, 1_700_000_000 + height, True, Verified.IN_BLOCK
    )


def payment(txid: str, height: int, branch: str) -> AccountTransactionRead:
    return AccountTransactionRead(
        txid=txid, block_hash=name(height, branch), height=height, block_index=0,
        mined_at_unix=1_700_000_000 + height, is_successful=True, sees_internal=True,
        fee_payer=ALICE, fee_units=21, verified=Verified.IN_BLOCK,
        transfers=(TransferRead("payment", ALICE, BOB, 500),),
    )  # fmt: skip


MOVED, GONE, KEPT = "11" * 32, "22" * 32, "33" * 32


class Given:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.seq = 0

    def give(self, *events) -> int:
        self.seq += 1
        sha256 = f"{self.seq:064x}"
        row = {
            "sha256": sha256, "chain": "ethereum", "name": "x", "form": "evm-json",
            "network": "main", "size_bytes": 1, "journal_seq": self.seq, "summary": {},
        }  # fmt: skip
        self.store.insert("ledger_sources", [row])
        AccountWriter(self.store, REQUEST, sha256).write(events)
        return self.seq


@pytest.fixture
def given():
    with Store.in_memory() as store:
        made = Given(store)
        made.give(
            block(1, "0a"), payment(KEPT, 1, "0a"),
            block(2, "0a"), payment(MOVED, 2, "0a"), payment(GONE, 2, "0a"),
        )  # fmt: skip
        yield made


def view(given: Given) -> CaseAccounts:
    return CaseAccounts(given.store, Chain.ETHEREUM)


def test_nothing_is_lost_where_nothing_took_its_place(given):
    assert find_lost_places(given.store) == {}
    assert view(given).pin.block_hash.display == name(2, "0a")


def test_block_and_transactions_are_told_with_the_act_that_showed_it(given):
    cause = given.give(block(2, "0b"), block(3, "0b", parent="0b"), payment(MOVED, 3, "0b"))
    lost = find_lost_places(given.store)
    assert set(lost) == {name(2, "0a"), MOVED, GONE}
    assert {one.cause_seq for one in lost.values()} == {cause}
    assert [txid for txid in (MOVED, GONE) if lost[txid].is_gone] == [GONE]


def test_what_no_block_holds_has_no_height_and_says_why(given):
    given.give(block(2, "0b"))
    (found,) = view(given).transfers_in(GONE)
    assert (found.height, found.mined_at) == (None, None)
    assert name(2, "0a") in found.note
    (kept,) = view(given).transfers_in(KEPT)
    assert kept.height == 1
    assert view(given).pin.block_hash.display == name(2, "0b")


def test_a_block_that_comes_back_takes_its_place_again(given):
    given.give(block(2, "0b"))
    given.give(block(2, "0a"), payment(MOVED, 2, "0a"), payment(GONE, 2, "0a"))
    assert set(find_lost_places(given.store)) == {name(2, "0b")}
    assert view(given).pin.block_hash.display == name(2, "0a")
