"""Blocks and transactions of Monero from their bytes."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import keccak256
from chainlead.errors import ChainleadError, LedgerSourceError
from chainlead.ledger.monero.block import derive_tree_hash, parse_block
from chainlead.ledger.monero.extra import parse_extra
from chainlead.ledger.monero.transaction import parse_transaction

MINER_TX = bytes.fromhex(
    "02d08e0d01ff948e0d01b7de97a0f0bc0502472b5dcf3d976fa1b8e0d250a7c4e9dc52ae9db7b8fb00934f9dac800d"
    "a9f89f2101b9e281d63f319b30ea87d789d324cbce8b5edfa6a8e00f001f8449d8ba2b71fe00"
)  # stagenet f3c84fe9…, as the ledger has it


@pytest.mark.real
@pytest.mark.parametrize("folder", ["cuprate/tx", "monero/txs"])
def test_every_real_transaction_has_the_id_that_its_file_is_named_by(shared_data, folder):
    files = sorted((shared_data / "xmr-etn" / folder).glob("*.bin"))
    assert len(files) >= 8
    kinds = set()
    for file in files:
        read = parse_transaction(file.read_bytes())
        assert read.txid.hex().startswith(file.stem.rpartition("_")[2])
        kinds.add((read.version, read.ringct.kind))
        assert all(len(ring.members) == len(set(ring.members)) for ring in read.rings)
        assert sorted(read.rings, key=lambda r: r.key_image, reverse=True) == list(read.rings) or (
            read.version == 1
        )
    if folder == "monero/txs":
        assert kinds >= {(1, 0), (2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (2, 6)}


@pytest.mark.real
def test_every_real_block_has_the_id_that_its_file_is_named_by(shared_data):
    files = sorted((shared_data / "xmr-etn/cuprate/block").glob("*.bin"))
    assert len(files) == 5  # among them 202612, whose id a faulty tree made
    for file in files:
        assert parse_block(file.read_bytes()).block_id.hex() == file.stem


@pytest.mark.real
def test_the_same_height_of_three_networks_has_three_ids(shared_data):
    folder = shared_data / "xmr-etn/monero/blocks"
    blocks = [parse_block(file.read_bytes()) for file in sorted(folder.glob("*.bin"))]
    assert [block.height for block in blocks] == [202612] * 3
    assert len({block.block_id for block in blocks}) == 3


@pytest.mark.real
def test_the_stagenet_cases_and_their_ring_members_have_their_ids(shared_data):
    counts = {"whole": 0}

    def walk(thing):
        if isinstance(thing, dict):
            if "tx_hex" in thing:
                read = parse_transaction(bytes.fromhex(thing["tx_hex"]))
                named = thing.get("tx_hash")
                assert named is None or read.txid.hex() == named
                counts["whole"] += 1
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for value in thing:
                walk(value)

    for file in sorted((shared_data / "xmr-etn/xmregcore/tx").glob("*.json")):
        walk(json.loads(file.read_bytes()))
    assert counts["whole"] == 541


@pytest.mark.real
def test_a_transaction_without_its_proving_part_has_the_same_id(shared_data):
    folder = shared_data / "xmr-etn/monero-python/test_jsonrpcdaemon"
    read = 0
    for file in sorted(folder.glob("*.json")):
        content = file.read_bytes()
        if b"pruned_as_hex" not in content:
            continue
        for transaction in json.loads(content).get("txs", []):
            pruned, rest = transaction.get("pruned_as_hex"), transaction.get("prunable_hash")
            if not pruned or not rest:
                continue
            parsed = parse_transaction(bytes.fromhex(pruned), prunable_hash=bytes.fromhex(rest))
            if parsed.version == 2:
                assert parsed.txid.hex() == transaction["tx_hash"]
                read += 1
    assert read >= 3


@pytest.mark.real
def test_an_input_of_before_2017_without_decoys_is_exact(shared_data):
    """Rings of one member name the spent output by its number among those of its amount."""
    file = next((shared_data / "xmr-etn/cuprate/tx").glob("9e3f73*.bin"))
    read = parse_transaction(file.read_bytes())
    assert [(ring.amount_units, ring.members, ring.is_exact) for ring in read.rings] == [
        (4_000_000_000, (29071,), True),
        (20_000_000_000_000, (2448,), True),
    ]
    assert read.fee_units == 14_000_000_000
    other = next((shared_data / "xmr-etn/monero/txs").glob("v1_tx_hf3*"))
    assert {len(ring.members) for ring in parse_transaction(other.read_bytes()).rings} == {3}
    assert not any(ring.is_exact for ring in parse_transaction(other.read_bytes()).rings)


def test_a_miners_transaction_states_its_block_and_its_open_amount():
    read = parse_transaction(MINER_TX)
    assert read.txid.hex() == "f3c84fe925292ec5b4dc383d306d934214f4819611566051bca904d1cf4efceb"
    assert read.height == 214804
    assert [output.amount_units for output in read.outputs] == [24081949126455]
    assert read.rings == ()


def test_another_byte_is_another_id_or_no_transaction():
    right = parse_transaction(MINER_TX).txid
    for place in range(len(MINER_TX)):
        changed = bytearray(MINER_TX)
        changed[place] ^= 1
        try:
            assert parse_transaction(bytes(changed)).txid != right
        except LedgerSourceError:
            continue


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_readers(content):
    for read in (parse_transaction, parse_block):
        with contextlib.suppress(ChainleadError):
            read(content)
    parse_extra(content)


@given(st.integers(0, len(MINER_TX) - 1))
def test_a_transaction_that_was_cut_is_refused(length):
    with pytest.raises(LedgerSourceError):
        parse_transaction(MINER_TX[:length])


def test_a_count_beyond_the_bytes_costs_nothing():
    with pytest.raises(LedgerSourceError, match="more is announced"):
        parse_transaction(bytes.fromhex("0200ffffffffffffffff7f"))


def test_extra_is_read_as_far_as_it_parses():
    key, more = bytes(range(32)), bytes(range(32, 64))
    content = b"\x01" + key + b"\x02\x09\x01" + b"8bytes!!" + b"\x04\x01" + more + b"\x99rest"
    extra = parse_extra(content)
    assert extra.keys == (key,)
    assert extra.more_keys == (more,)
    assert extra.encrypted_payment_id == b"8bytes!!"
    assert extra.unread == 5


def test_the_tree_over_three_ids_pairs_the_last_two():
    one, two, three = (bytes([n]) * 32 for n in (1, 2, 3))
    assert derive_tree_hash([one]) == one
    assert derive_tree_hash([one, two, three]) == keccak256(one + keccak256(two + three))
