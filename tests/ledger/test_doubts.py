"""What a server says of an address beside the case's own blocks: accused only where the blocks say so."""

from hashlib import sha256

import pytest

from chainlead.codecs import address_from_script, hash160
from chainlead.ledger import (
    BlockRead,
    HistoryRead,
    LedgerWriter,
    WireInput,
    WireOutput,
    load_anchors,
    serialize_transaction,
)
from chainlead.ledger.doubts import derive_doubts
from chainlead.model import Chain, Network
from chainlead.store import Store

HEIGHT = 7
KEY = b"\x02" + bytes(range(32))
BARE = b"\x21" + KEY + b"\xac"
HASHED = b"\x76\xa9\x14" + hash160(KEY) + b"\x88\xac"
STRANGER = bytes(range(32))


@pytest.fixture
def store():
    with Store.in_memory() as made:
        yield made


@pytest.fixture
def doubts(store, regtest, workshop):
    """The doubts after one block with these transactions and one history of this script."""

    def derive(transactions: list[bytes], script: bytes, listed: list[bytes]) -> list[str]:
        raw = workshop.mine(bytes(31) + b"\x09", [workshop.coinbase(HEIGHT), *transactions])
        ids = tuple((workshop.txid_of(one), HEIGHT) for one in listed)
        digest = sha256(script).digest()
        history = HistoryRead(digest, "server:1", 1, 100, fits_status=True, listed=ids)
        writer = LedgerWriter(store, regtest, "a" * 64)
        writer.write([BlockRead(workshop.parse(raw), 0), history])
        address = address_from_script(script, Chain.BITCOIN, Network.REGTEST)
        asked = {"chain": "bitcoin", "script_hash": digest, "address": address}
        store.insert("asked_scripts", [asked])
        anchors = load_anchors(store, Chain.BITCOIN, Network.REGTEST)
        return list(derive_doubts(store, "bitcoin", anchors))

    return derive


def to_script(script: bytes) -> bytes:
    return serialize_transaction(
        version=2, inputs=[WireInput(STRANGER, 0, 1, b"\x51")], outputs=[WireOutput(5, script)],
        locktime=0,
    )  # fmt: skip


def test_a_payment_in_an_own_block_that_the_server_leaves_out_is_told(doubts, workshop):
    paid = workshop.spend([(STRANGER, 0)], [(1_000, 7)])
    (told,) = doubts([paid], workshop.p2pkh(7), [])
    assert "the server leaves it out" in told


def test_a_listed_transaction_that_the_block_does_not_hold_is_told(doubts, workshop):
    invented = workshop.spend([(STRANGER, 0)], [(1_000, 7)])
    (told,) = doubts([], workshop.p2pkh(7), [invented])
    assert "does not hold it for that address" in told


def test_a_transaction_that_spends_what_nobody_knows_accuses_no_server(doubts, workshop):
    spends = workshop.spend([(STRANGER, 0)], [(1_000, 8)])
    assert doubts([spends], workshop.p2pkh(7), [spends]) == []


def test_a_transaction_whose_spent_outputs_are_known_and_others_is_told(doubts, workshop):
    first = workshop.spend([(STRANGER, 0)], [(2_000, 8)])
    second = workshop.spend([(workshop.txid_of(first), 0)], [(1_000, 9)])
    (told,) = doubts([first, second], workshop.p2pkh(7), [second])
    assert "does not hold it for that address" in told


def test_a_payment_to_the_bare_key_is_no_omission_of_the_address(doubts):
    address = address_from_script(BARE, Chain.BITCOIN, Network.REGTEST)
    assert address_from_script(HASHED, Chain.BITCOIN, Network.REGTEST) == address
    assert doubts([to_script(BARE)], HASHED, []) == []


def test_a_payment_to_the_bare_key_is_an_omission_of_its_own_script(doubts):
    (told,) = doubts([to_script(BARE)], BARE, [])
    assert "the server leaves it out" in told


def test_a_server_that_lists_the_bare_key_under_its_address_is_not_accused(doubts):
    assert doubts([to_script(BARE)], HASHED, [to_script(BARE)]) == []
