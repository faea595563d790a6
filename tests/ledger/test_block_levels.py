import pytest

from chainlead.ledger import BlockLevel, LedgerWriter, checkpoints, derive_block_levels
from chainlead.ledger import block_levels as levels_module
from chainlead.ledger.reading import find_form, read_source
from chainlead.ledger.status import derive_status
from chainlead.model import BlockHash, Chain, Network
from chainlead.store import Store


@pytest.fixture
def store():
    with Store.in_memory() as made:
        yield made


def add(store, request, source, *blocks):
    for raw in blocks:
        writer = LedgerWriter(store, request, source)
        writer.write(read_source(raw, find_form(raw, request), request))
    row = {
        "sha256": source, "chain": "bitcoin", "name": source, "form": "raw-block",
        "network": request.network.value, "size_bytes": 1, "journal_seq": int(source, 16),
        "summary": {"blocks": 1, "transactions": 1, "skipped": []},
    }  # fmt: skip
    store.insert("ledger_sources", [row], replace=True)


def levels(store, network=Network.REGTEST):
    return derive_block_levels(store, Chain.BITCOIN, network)


def test_blocks_are_linked_to_the_first_block_only_without_a_gap(store, workshop, regtest):
    blocks = workshop.chain(6)
    add(store, regtest, "1", *blocks[:3], *blocks[4:])
    found = [levels(store).get(workshop.block_hash_of(raw)) for raw in blocks]
    first, loose = BlockLevel.FIRST, BlockLevel.LOOSE
    assert found == [first, first, first, None, loose, loose]


def test_a_pinned_block_vouches_for_what_leads_to_it_and_follows_it(
    store, workshop, regtest, monkeypatch
):
    blocks = workshop.chain(8)
    add(store, regtest, "1", *blocks[2:5], blocks[6])
    pin = BlockHash(workshop.block_hash_of(blocks[3]))
    monkeypatch.setattr(levels_module, "checkpoints", lambda _chain: {3: pin})
    found = levels(store, Network.MAIN)
    pinned = [
        raw for raw in blocks if found.get(workshop.block_hash_of(raw)) is BlockLevel.CHECKPOINT
    ]
    assert pinned == blocks[2:5]
    assert found[workshop.block_hash_of(blocks[6])] is BlockLevel.LOOSE


def test_checkpoints_of_the_main_network_say_nothing_of_practice_networks(store, workshop, regtest):
    blocks = workshop.chain(4)[1:]
    add(store, regtest, "1", *blocks)
    assert set(levels(store).values()) == {BlockLevel.LOOSE}


@pytest.mark.parametrize("chain", [Chain.BITCOIN, Chain.LITECOIN, Chain.DASH])
def test_checkpoints_are_hashes_in_order_of_height(chain):
    found = checkpoints(chain)
    assert list(found) == sorted(found)
    assert len(set(found.values())) == len(found) > 3


def test_chains_without_checkpoints_have_none():
    assert checkpoints(Chain.DOGECOIN) == {}


def rival_branches(workshop):
    base = workshop.chain(2)
    coin = workshop.parse(base[1]).transactions[0].txid
    tip = workshop.block_hash_of(base[1])
    lost = workshop.spend([(coin, 0)], [(10, 77)])
    both = workshop.spend([(b"\x05" * 32, 0)], [(10, 78)])
    short = workshop.mine(tip, [workshop.coinbase(2), lost, both])
    long_1 = workshop.mine(tip, [workshop.coinbase(2, to=5), both])
    long_2 = workshop.mine(workshop.block_hash_of(long_1), [workshop.coinbase(3)])
    return base, short, long_1, long_2, lost


def status_of(store):
    from chainlead.ledger import CaseLedger

    return derive_status(store, CaseLedger(store, Chain.BITCOIN).pin)


def test_a_transaction_that_lost_its_block_is_named_with_the_act(store, workshop, regtest):
    base, short, long_1, long_2, lost = rival_branches(workshop)
    add(store, regtest, "4", *base, short)
    assert status_of(store).lost == ()
    add(store, regtest, "7", long_1, long_2)
    (block,) = status_of(store).lost
    coin = workshop.parse(short).transactions[0].txid
    assert (block.block_hash.wire, block.since_act) == (workshop.block_hash_of(short), 7)
    assert [txid.wire for txid in block.txids] == [coin, workshop.txid_of(lost)]
    assert status_of(store).whole_transactions == 6


def test_a_block_that_comes_back_is_not_lost(store, workshop, regtest):
    base, short, long_1, long_2, _ = rival_branches(workshop)
    add(store, regtest, "4", *base, short)
    add(store, regtest, "7", long_1, long_2)
    at = workshop.block_hash_of(short)
    more = [workshop.mine(at, [workshop.coinbase(3, to=8)])]
    more.append(workshop.mine(workshop.block_hash_of(more[0]), [workshop.coinbase(4, to=8)]))
    add(store, regtest, "9", *more)
    assert {lost.block_hash.wire for lost in status_of(store).lost} == {
        workshop.block_hash_of(long_1),
        workshop.block_hash_of(long_2),
    }


def test_the_order_of_files_alone_loses_nothing(store, workshop, regtest):
    blocks = workshop.chain(5)
    add(store, regtest, "1", *reversed(blocks))
    assert status_of(store).lost == ()
