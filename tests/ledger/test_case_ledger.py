import pytest

from chainlead.ledger import (
    CaseLedger,
    Claims,
    LedgerWriter,
    TransactionRead,
    derive_transfers,
    parse_transaction,
)
from chainlead.ledger.source import BlockRead
from chainlead.ledger.status import derive_gaps, derive_status
from chainlead.model import BlockHash, Chain, Outpoint, Strength, Txid
from chainlead.store import Store


@pytest.fixture(
    params=[(1_000_000, 0), (0, 0), (1_000_000, 5)],
    ids=["in memory", "in the store", "first one, then the other"],
)
def ledger_of(request, workshop, regtest):
    """Makes a ledger that holds these raw blocks and loose transactions."""
    stores = []

    def make(blocks, loose=()):
        store = Store.in_memory()
        stores.append(store)
        events = [BlockRead(workshop.parse(raw), 0) for raw in blocks]
        events += [
            TransactionRead(parse_transaction(raw, max_units=workshop.max_units), claims, "0")
            for raw, claims in loose
        ]
        with store.transaction():
            LedgerWriter(store, regtest, "aa" * 32).write(events)
        return _ledger(store, *request.param), store

    yield make
    for store in stores:
        store.close()


def _ledger(store, small, patience):
    return CaseLedger(store, Chain.BITCOIN, small_ledger_outputs=small, patience_questions=patience)


def test_a_transaction_has_both_sides_and_its_place(ledger_of, workshop):
    blocks = workshop.chain(3)
    ledger, _ = ledger_of(blocks)
    coin = workshop.parse(blocks[1]).transactions[0]
    paid = workshop.parse(blocks[2]).transactions[1]
    found = ledger.lookup_transaction(Txid(paid.txid))
    assert (found.height, found.block_index) == (2, 1)
    assert found.block_hash == BlockHash(workshop.block_hash_of(blocks[2]))
    assert found.place_strength is Strength.OBSERVED
    assert found.inputs[0].previous.amount_units == 50 * 10**8
    assert found.inputs[0].outpoint == Outpoint(Txid(coin.txid), 0)
    assert found.fee_units == 1000
    assert ledger.lookup_spender(Outpoint(Txid(coin.txid), 0)) == found
    assert ledger.lookup_spender(Outpoint(Txid(paid.txid), 0)) is None
    assert ledger.lookup_output(Outpoint(Txid(paid.txid), 1)) == found.outputs[1]
    assert ledger.lookup_output(Outpoint(Txid(paid.txid), 2)) is None


def test_what_is_not_known_is_none_and_not_zero(ledger_of, workshop):
    ledger, store = ledger_of(workshop.chain(3)[2:])
    paid = next(t for t in ledger.transactions() if not t.is_coinbase)
    assert paid.inputs[0].previous is None
    assert paid.fee_units is None
    assert ledger.lookup_transaction(Txid(bytes(32))) is None
    assert ledger.lookup_output(Outpoint(Txid(bytes(32)), 0)) is None
    assert derive_status(store, ledger.pin).unknown_previous == 1


def test_a_coinbase_has_no_outpoint_and_no_fee(ledger_of, workshop):
    ledger, _ = ledger_of(workshop.chain(1))
    (coin,) = ledger.transactions()
    assert coin.is_coinbase
    assert (coin.inputs[0].outpoint, coin.fee_units) == (None, 0)


def test_outputs_to_an_address_come_in_chain_order(ledger_of, workshop):
    blocks = workshop.chain(4)
    ledger, _ = ledger_of(list(reversed(blocks)))
    for height, heights in ((0, [0, 1]), (1, [1, 2]), (3, [3])):
        address = next(t for t in ledger.transactions() if t.height == height).outputs[0].address
        found = list(ledger.outputs_to(address))
        assert {output.address for output in found} == {address}
        assert [ledger.lookup_transaction(o.outpoint.txid).height for o in found] == heights
    assert list(ledger.outputs_to("nobody")) == []


def test_the_pin_is_the_tip_of_the_best_chain(ledger_of, workshop):
    blocks = workshop.chain(4)
    ledger, store = ledger_of(blocks)
    assert ledger.pin.height == 3
    assert ledger.pin.block_hash == BlockHash(workshop.block_hash_of(blocks[3]))
    assert derive_status(store, ledger.pin).gaps == ()


def test_the_pin_says_from_where_on_every_block_is_known(ledger_of, workshop):
    blocks = workshop.chain(8)
    whole, _ = ledger_of(blocks)
    assert (whole.pin.unbroken_from, whole.pin.height) == (0, 7)
    assert [whole.known_until(height) for height in (0, 7, 8)] == [7, 7, None]
    broken, _ = ledger_of([*blocks[:2], blocks[6]])
    assert broken.pin.unbroken_from == broken.pin.height
    assert broken.known_until(0) == 1


def test_an_empty_ledger_has_an_empty_pin(ledger_of):
    ledger, _ = ledger_of([])
    assert (ledger.pin.height, ledger.pin.block_hash) == (None, None)
    assert list(ledger.transactions()) == []


def test_of_two_transactions_with_one_id_the_later_counts(ledger_of, workshop):
    coin = workshop.coinbase(7)
    first = workshop.mine(bytes(32), [coin], mined_at_unix=1_700_000_000)
    between = workshop.mine(
        workshop.block_hash_of(first), [workshop.coinbase(1, to=2)], mined_at_unix=1_700_000_600
    )
    second = workshop.mine(workshop.block_hash_of(between), [coin], mined_at_unix=1_700_001_200)
    for order in ([first, between, second], [second, first, between]):
        ledger, store = ledger_of(order)
        found = ledger.lookup_transaction(Txid(workshop.txid_of(coin)))
        assert found.height == 2
        assert found.block_hash == BlockHash(workshop.block_hash_of(second))
        assert len(list(ledger.outputs_to(found.outputs[0].address))) == 1
        assert store.count("transactions") == 2
        assert store.count("placements") == 3


def test_a_transaction_off_the_best_chain_spends_nothing(ledger_of, workshop):
    base = workshop.chain(2)
    coin = workshop.parse(base[1]).transactions[0].txid
    tip = workshop.block_hash_of(base[1])
    lost = workshop.spend([(coin, 0)], [(10, 77)])
    kept = workshop.spend([(coin, 0)], [(20, 78)])
    short = workshop.mine(tip, [workshop.coinbase(2), lost])
    long_1 = workshop.mine(tip, [workshop.coinbase(2, to=5), kept])
    long_2 = workshop.mine(workshop.block_hash_of(long_1), [workshop.coinbase(3)])
    ledger, store = ledger_of([*base, short, long_1, long_2])
    assert ledger.lookup_spender(Outpoint(Txid(coin), 0)).txid == Txid(workshop.txid_of(kept))
    stale = ledger.lookup_transaction(Txid(workshop.txid_of(lost)))
    assert (stale.height, stale.place_strength) == (None, Strength.ASSERTED)
    assert stale.txid not in {t.txid for t in ledger.transactions()}
    assert derive_status(store, ledger.pin).stale_blocks == 1


def test_claims_are_used_and_marked_as_asserted(ledger_of, workshop):
    raw = workshop.spend([(b"\x11" * 32, 0)], [(900, 4)])
    claims = Claims(5, b"\x22" * 32, 1_700_000_000, ((1_000, workshop.p2pkh(9)),))
    ledger, store = ledger_of([], [(raw, claims)])
    (found,) = ledger.transactions()
    assert (found.height, found.place_strength) == (5, Strength.ASSERTED)
    assert found.inputs[0].previous.strength is Strength.ASSERTED
    assert found.fee_units == 100
    counted = derive_status(store, ledger.pin)
    assert (counted.claimed_previous, counted.unknown_previous) == (1, 0)
    assert counted.loose_transactions == 1


def test_a_block_outweighs_a_claim(ledger_of, workshop):
    blocks = workshop.chain(3)
    read = workshop.parse(blocks[2]).transactions[1]
    coin = workshop.parse(blocks[1]).transactions[0]
    raw = workshop.spend([(coin.txid, 0)], [(30 * 10**8, 1002), (20 * 10**8 - 1000, 2)])
    assert workshop.txid_of(raw) == read.txid
    lie = Claims(99, None, None, ((1, b"\x51"),))
    ledger, _ = ledger_of(blocks, [(raw, lie)])
    found = ledger.lookup_transaction(Txid(read.txid))
    assert (found.height, found.place_strength) == (2, Strength.OBSERVED)
    assert found.inputs[0].previous.amount_units == 50 * 10**8


def test_claims_that_contradict_each_other_are_not_used(workshop, regtest):
    raw = parse_transaction(
        workshop.spend([(b"\x11" * 32, 0)], [(900, 4)]), max_units=workshop.max_units
    )
    with Store.in_memory() as store:
        for source, height, amount in (("aa", 5, 1_000), ("bb", 6, 2_000)):
            claims = Claims(height, None, None, ((amount, b"\x51"),))
            LedgerWriter(store, regtest, source * 32).write([TransactionRead(raw, claims, "0")])
        ledger = CaseLedger(store, Chain.BITCOIN)
        (found,) = ledger.transactions()
        assert (found.height, found.inputs[0].previous) == (None, None)
        assert derive_status(store, ledger.pin).contradictions == 2


def test_of_several_spenders_the_placed_one_counts_then_the_lower_id(ledger_of, workshop):
    blocks = workshop.chain(3)
    coin = workshop.parse(blocks[1]).transactions[0].txid
    loose = [workshop.spend([(coin, 0)], [(10 + n, 50 + n)]) for n in range(3)]
    claimed = Claims(2, None, 1_700_000_000, ())
    spent = Outpoint(Txid(coin), 0)
    ledger, _ = ledger_of(blocks[:2], [(raw, Claims()) for raw in loose])
    lowest = min(Txid(workshop.txid_of(raw)) for raw in loose)
    assert ledger.lookup_spender(spent).txid == lowest
    ledger, _ = ledger_of(
        blocks[:2], [(raw, Claims()) for raw in loose[1:]] + [(loose[0], claimed)]
    )
    assert ledger.lookup_spender(spent).txid == Txid(workshop.txid_of(loose[0]))
    ledger, _ = ledger_of(blocks, [(loose[0], claimed), (loose[1], Claims())])
    assert ledger.lookup_spender(spent).height == 2
    assert ledger.lookup_spender(spent).place_strength is Strength.OBSERVED


def test_a_transfer_names_all_senders_and_one_receiver(ledger_of, workshop):
    ledger, _ = ledger_of(workshop.chain(2))
    paid = next(t for t in ledger.transactions() if not t.is_coinbase)
    transfers = derive_transfers(paid)
    assert [t.amount_units for t in transfers] == [30 * 10**8, 20 * 10**8 - 1000]
    assert transfers[0].senders == (paid.inputs[0].previous.address,)
    assert transfers[0].receiver == paid.outputs[0].address
    assert list(ledger.transfers())[-2:] == list(transfers)


@pytest.mark.parametrize(
    ("heights", "gaps"),
    [([], []), ([0, 1, 2], []), ([3], [(0, 2)]), ([0, 2, 3, 7], [(1, 1), (4, 6)])],
)
def test_gaps_are_the_missing_heights(heights, gaps):
    assert [(gap.first, gap.last) for gap in derive_gaps(heights)] == gaps
