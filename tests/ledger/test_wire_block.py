import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import BlockInvalidError
from chainlead.ledger import derive_merkle_root, parse_block, target_from_bits
from chainlead.ledger.wire_block import parse_coinbase_height, work_from_bits

MAX_UNITS = 21_000_000 * 10**8


def naive_merkle_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    if len(leaves) % 2:
        leaves = [*leaves, leaves[-1]]
    pairs = [leaves[i] + leaves[i + 1] for i in range(0, len(leaves), 2)]
    return naive_merkle_root(
        [hashlib.sha256(hashlib.sha256(pair).digest()).digest() for pair in pairs]
    )


def test_the_first_block_has_its_published_hash(genesis):
    block = parse_block(genesis, max_units=MAX_UNITS)
    assert (
        block.header.block_hash[::-1].hex()
        == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    )
    assert (
        block.transactions[0].txid[::-1].hex()
        == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    )
    assert block.transactions[0].outputs[0].amount_units == 50 * 10**8


def test_every_flipped_byte_of_a_block_is_noticed(genesis):
    for at in range(len(genesis)):
        changed = bytearray(genesis)
        changed[at] ^= 0x40
        with pytest.raises(BlockInvalidError):
            parse_block(bytes(changed), max_units=MAX_UNITS)


def test_every_cut_of_a_block_is_noticed(genesis):
    for size in range(len(genesis)):
        with pytest.raises(BlockInvalidError):
            parse_block(genesis[:size], max_units=MAX_UNITS)


@pytest.mark.parametrize("count", ["00", "fdffff", "feffffffff", "ffffffffffffffffff"])
def test_a_hostile_number_of_transactions_is_refused(genesis, count):
    raw = genesis[:80] + bytes.fromhex(count) + genesis[81:]
    with pytest.raises(BlockInvalidError, match="transactions in"):
        parse_block(raw, max_units=MAX_UNITS)


def test_repeated_transactions_with_the_same_merkle_root_are_refused(workshop):
    first = workshop.coinbase(1)
    second = workshop.spend([(workshop.txid_of(first), 0)], [(1000, 7)])
    third = workshop.spend([(workshop.txid_of(second), 0)], [(900, 8)])
    txids = [workshop.txid_of(raw) for raw in (first, second, third)]
    root = derive_merkle_root(txids)
    assert naive_merkle_root([*txids, txids[2]]) == root
    sound = workshop.mine(bytes(32), [first, second, third])
    repeated = sound[:80] + b"\x04" + sound[81:] + third
    assert len(workshop.parse(sound).transactions) == 3
    with pytest.raises(BlockInvalidError, match="CVE-2012-2459"):
        workshop.parse(repeated)


def test_a_block_needs_exactly_one_coinbase_at_its_start(workshop):
    coin = workshop.coinbase(1)
    paid = workshop.spend([(workshop.txid_of(coin), 0)], [(1000, 7)])
    for transactions in ([paid], [coin, workshop.coinbase(2)], [paid, coin]):
        with pytest.raises(BlockInvalidError, match="coinbase"):
            workshop.parse(workshop.mine(bytes(32), transactions))


def test_witnesses_need_their_commitment(workshop):
    coin = workshop.coinbase(1)
    paid = workshop.spend([(workshop.txid_of(coin), 0)], [(1000, 7)], witness=True)
    with pytest.raises(BlockInvalidError, match="witnesses"):
        workshop.parse(workshop.mine(bytes(32), [coin, paid]))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True))
def test_the_merkle_root_is_that_of_the_slow_twin(leaves):
    assert derive_merkle_root(leaves) == naive_merkle_root(leaves)


@given(st.binary(max_size=300))
def test_any_bytes_after_a_sound_header_are_refused_by_name(tail):
    header = bytes.fromhex(
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
    )
    with pytest.raises(BlockInvalidError):
        parse_block(header + tail, max_units=MAX_UNITS)


@pytest.mark.parametrize(
    ("bits", "target"),
    [
        (0x1D00FFFF, 0xFFFF << 208),
        (0x207FFFFF, 0x7FFFFF << 232),
        (0x01003456, 0),
        (0x01123456, 0x12),
        (0x02008000, 0x80),
        (0x04923456, 0),  # the sign bit: no target
        (0xFF123456, 0),  # too large
    ],
)
def test_compact_targets_are_those_of_bitcoin_core(bits, target):
    assert target_from_bits(bits) == target


def test_easier_targets_carry_less_work():
    assert work_from_bits(0x207FFFFF) == 2
    assert work_from_bits(0x1D00FFFF) == 0x100010001


@pytest.mark.parametrize(
    ("script", "height"),
    [
        ("03624703", 214_882),
        ("0362470300", 214_882),
        ("51", 1),
        ("60", 16),
        ("00", 0),
        ("04ffff001d0104", 0x1D00FFFF),
        ("03ffff80", None),  # negative
        ("0362", None),  # cut
        ("", None),
        ("4d04", None),
    ],
)
def test_coinbase_heights_are_read_as_bip_34_writes_them(script, height):
    assert parse_coinbase_height(bytes.fromhex(script)) == height
