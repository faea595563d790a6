import pytest

from chainlead.ledger import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    TransferRead,
    Verified,
    derive_account_status,
    get_account_chain,
    status_document,
)
from chainlead.model import Chain, Network
from chainlead.store import Store

A, B = "0x" + "0a" * 20, "0x" + "0b" * 20
REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)


def paid(number, units=5, level=Verified.SINGLE_SOURCE, **more):
    given = {
        "txid": f"{number:064x}", "block_hash": f"{900 + number:064x}", "height": number,
        "block_index": 0, "mined_at_unix": 1_700_000_000, "is_successful": True,
        "sees_internal": True, "fee_payer": A, "fee_units": 1, "verified": level,
        "transfers": (TransferRead("payment", A, B, units),),
    }  # fmt: skip
    return AccountTransactionRead(**{**given, **more})


def block(height, name, *, whole=True):
    return AccountBlockRead(f"{name:064x}", f"{name - 1:064x}", height, 1, whole, Verified.IN_BLOCK)


@pytest.fixture
def store():
    with Store.in_memory() as made:
        yield made


def status(store, *batches):
    for number, events in enumerate(batches):
        AccountWriter(store, REQUEST, f"source {number}").write(events)
    return derive_account_status(store, Chain.ETHEREUM)


def test_blocks_are_counted_with_gaps_between_them_only(store):
    found = status(store, [block(100, 1), block(101, 2, whole=False), block(105, 3)])
    assert (found.blocks, found.whole_blocks, found.heights) == (3, 2, (100, 105))
    assert [(gap.first, gap.last) for gap in found.gaps] == [(102, 104)]


def test_two_blocks_of_one_height_are_named(store):
    assert status(store, [block(100, 1), block(100, 7)]).rivals == (100,)


def test_transactions_are_counted_by_level_most_first(store):
    found = status(store, [paid(1), paid(2, level=Verified.IN_BLOCK), paid(3)])
    assert list(found.transactions.items()) == [
        (Verified.IN_BLOCK, 1),
        (Verified.SINGLE_SOURCE, 2),
    ]


def test_unknown_inner_transfers_are_counted_as_unknown(store):
    found = status(store, [paid(1, sees_internal=False), paid(2), paid(3, is_successful=False)])
    assert (found.unknown_inner, found.failed, found.unsure) == (1, 1, 0)


def test_sources_that_disagree_are_listed_and_both_are_not_one(store):
    found = status(store, [paid(1, 5), paid(2, 5)], [paid(1, 6), paid(2, 5)])
    assert found.disagreements == (f"{1:064x}",)
    assert found.transactions == {Verified.TWO_SOURCES: 1, Verified.SINGLE_SOURCE: 1}
    assert status_document(found)["disagreements"] == [f"{1:064x}"]


def test_a_better_source_that_tells_another_thing_does_not_hide_the_first(store):
    found = status(store, [paid(1, 5)], [paid(1, 6, level=Verified.IN_BLOCK)])
    assert found.disagreements == (f"{1:064x}",)
    assert found.transactions == {Verified.IN_BLOCK: 1}


def test_a_note_of_its_own_does_not_hide_that_sources_disagree(store):
    assert status(store, [paid(1, 5, note="odd")], [paid(1, 6)]).disagreements == (f"{1:064x}",)
    (row,) = store.rows("account_transactions")
    assert row["note"] == "odd; another source tells it differently"


def test_what_traces_add_to_a_transaction_is_no_disagreement(store):
    inner = (TransferRead("payment", A, B, 5), TransferRead("internal", B, A, 1))
    found = status(store, [paid(1, sees_internal=False)], [paid(1, transfers=inner)])
    assert (found.disagreements, found.unknown_inner) == ((), 0)
