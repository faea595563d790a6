import gzip
import itertools

import pytest

from chainlead.errors import BlockInvalidError, LedgerSourceError, WrongNetworkError
from chainlead.ledger import (
    CaseLedger,
    WireInput,
    WireOutput,
    derive_merkle_root,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.ledger.wire_block import WireHeader, parse_header, serialize_header
from chainlead.model import Chain, Network
from chainlead.store import Store
from chainlead.workflow import ledger
from chainlead.workflow.case import Case, Projection, apply_entry

MAGIC = bytes.fromhex("fabfb5da")
REGTEST = Network.REGTEST


def make_blocks(count):
    blocks, previous = [], bytes(32)
    for height in range(count):
        coin = serialize_transaction(
            version=1,
            inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0, b"\x03" + height.to_bytes(3, "little"))],
            outputs=[WireOutput(5 * 10**9, b"\x00\x14" + bytes([height] * 20))],
            locktime=0,
        )
        root = derive_merkle_root([parse_transaction(coin, max_units=2**60).txid])
        for nonce in itertools.count():
            fields = (2, previous, root, 1_700_000_000 + height * 600, 0x207FFFFF, nonce)
            raw = serialize_header(WireHeader(b"", *fields))
            try:
                previous = parse_header(raw).block_hash
            except BlockInvalidError:
                continue
            break
        blocks.append(raw + serialize_count(1) + coin)
    return blocks


def framed(blocks):
    return b"".join(MAGIC + len(raw).to_bytes(4, "little") + raw for raw in blocks)


@pytest.fixture(scope="module")
def blocks():
    return make_blocks(6)


@pytest.fixture
def files(tmp_path, blocks):
    """A node's blocks in two files that overlap, one of them packed, and a single block."""
    folder = tmp_path / "blocks"
    folder.mkdir()
    (folder / "blk00000.dat").write_bytes(framed([blocks[2], blocks[0], blocks[1]]))
    (folder / "blk00001.dat.gz").write_bytes(gzip.compress(framed(blocks[2:5]), mtime=0))
    (folder / "single.raw").write_bytes(blocks[5])
    return sorted(folder.iterdir())


def answers(case):
    view = CaseLedger(case.store, Chain.BITCOIN)
    return view.pin, list(view.transactions())


def test_files_are_read_and_shared_blocks_counted_once(case, files):
    result = ledger.add(case, files, network=REGTEST)
    assert [report.outcome for report in result.sources] == ["added"] * 3
    assert [report.form for report in result.sources] == [
        "block-file",
        "gzip/block-file",
        "raw-block",
    ]
    assert (result.total("blocks"), result.total("new_blocks")) == (7, 6)
    assert result.pin.height == 5
    assert not result.has_warnings


def test_the_same_file_again_changes_nothing(case, files):
    ledger.add(case, files, network=REGTEST)
    before = case.store.table_digests(), len(case.entries)
    result = ledger.add(case, list(reversed(files)), network=REGTEST)
    assert {report.outcome for report in result.sources} == {"known"}
    assert (case.store.table_digests(), len(case.entries)) == before


def test_the_order_of_the_files_changes_no_answer(tmp_path, files):
    seen = []
    for number, order in enumerate(itertools.permutations(files)):
        with Case.create(tmp_path / f"case{number}", key=bytes(32), who="t") as one:
            for path in order:
                ledger.add(one, [path], network=REGTEST)
            seen.append(answers(one))
    assert all(answer == seen[0] for answer in seen)


def test_the_order_within_one_add_changes_no_table(tmp_path, files, clock):
    digests = []
    for number, order in enumerate(itertools.permutations(files)):
        with Case.create(tmp_path / f"case{number}", key=bytes(32), who="t", clock=clock) as one:
            ledger.add(one, order, network=REGTEST)
            found = one.store.table_digests()
            digests.append({name: found[name] for name in found if name != "meta"})
    assert all(digest == digests[0] for digest in digests)


def test_replaying_the_journal_rebuilds_every_table(case, files, tmp_path):
    (tmp_path / "blocks" / "notes.txt").write_text("nothing of use")
    ledger.add(case, [tmp_path / "blocks"], network=REGTEST)
    with Store.in_memory() as store:
        for entry in case.entries:
            apply_entry(Projection(store, case.blobs, case.key), entry)
        assert store.table_digests() == case.store.table_digests()


def test_a_nodes_folder_with_a_key_is_read(case, blocks, tmp_path):
    folder = tmp_path / "node"
    folder.mkdir()
    key = bytes.fromhex("a1b2c3d4e5f60718")
    plain = framed(blocks)
    hidden = bytes(byte ^ key[i % 8] for i, byte in enumerate(plain)) + bytes(1_000)
    (folder / "blk00000.dat").write_bytes(hidden)
    (folder / "xor.dat").write_bytes(key)
    result = ledger.add(case, [folder], network=REGTEST)
    assert [(r.name, r.blocks) for r in result.sources] == [("node/blk00000.dat", 6)]
    assert case.entries[-1].what["xor_key"] == key.hex()


def test_a_broken_key_file_is_named(case, blocks, tmp_path):
    (tmp_path / "blk00000.dat").write_bytes(framed(blocks))
    (tmp_path / "xor.dat").write_bytes(b"short")
    with pytest.raises(LedgerSourceError, match=r"xor\.dat"):
        ledger.add(case, [tmp_path / "blk00000.dat"], network=REGTEST)


def test_another_network_is_refused_with_a_way_out(case, files):
    with pytest.raises(WrongNetworkError) as caught:
        ledger.add(case, files)
    assert "regtest" in caught.value.message
    assert "--network" in caught.value.next_step
    assert case.store.count("blocks") == 0


def test_a_case_never_mixes_networks(case, files, tmp_path):
    ledger.add(case, files, network=REGTEST)
    with pytest.raises(WrongNetworkError, match="regtest"):
        ledger.add(case, files)


def test_files_that_cannot_be_used_are_listed_and_the_others_read(case, files, tmp_path):
    other = tmp_path / "blocks" / "notes.txt"
    other.write_text("nothing of use")
    (tmp_path / "blocks" / "empty.dat").touch()
    result = ledger.add(case, [tmp_path / "blocks"], network=REGTEST)
    refused = {r.name: r.reason for r in result.sources if r.outcome == "refused"}
    assert sorted(refused) == ["blocks/empty.dat", "blocks/notes.txt"]
    assert "empty" in refused["blocks/empty.dat"]
    assert result.has_warnings
    assert result.total("new_blocks") == 6
    entries = len(case.entries)
    ledger.add(case, [tmp_path / "blocks"], network=REGTEST)
    assert len(case.entries) == entries
    assert ledger.status(case.store)[0].refusals == 2


def test_nothing_to_read_is_an_error_with_the_reasons(case, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of use")
    with pytest.raises(LedgerSourceError, match=r"notes\.txt"):
        ledger.add(case, [tmp_path / "notes.txt"])
    with pytest.raises(LedgerSourceError, match="no file or folder"):
        ledger.add(case, [tmp_path / "absent"])
    (tmp_path / "hollow").mkdir()
    with pytest.raises(LedgerSourceError, match="no file"):
        ledger.add(case, [tmp_path / "hollow"])


def test_damage_is_kept_in_the_journal(case, blocks, tmp_path):
    content = bytearray(framed(blocks))
    content[len(blocks[0]) + 8 + 100] ^= 1
    (tmp_path / "blk00000.dat").write_bytes(content)
    result = ledger.add(case, [tmp_path / "blk00000.dat"], network=REGTEST)
    (skipped,) = result.sources[0].skipped
    assert skipped.start == len(blocks[0]) + 8
    assert result.has_warnings
    assert case.entries[-1].what["skipped_count"] == 1
    status = ledger.status(case.store)[0]
    assert status.skipped_ranges == 1
    assert len(status.missing_parents) == 1


def test_progress_ends_with_everything_done(case, files):
    seen = []
    ledger.add(case, files, network=REGTEST, progress=lambda *pair: seen.append(pair))
    total = sum(path.stat().st_size for path in files)
    assert seen[-1] == (total, total)
