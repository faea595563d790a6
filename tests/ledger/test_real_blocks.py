"""Blocks and histories that nobody here wrote; skipped where they are absent."""

from pathlib import Path

import pytest

from chainlead.errors import LedgerError, WrongNetworkError
from chainlead.ledger import (
    BlockRead,
    CaseLedger,
    LedgerWriter,
    Request,
    TransactionRead,
    find_form,
    get_parameters,
    read_source,
)
from chainlead.model import BlockHash, Chain, Network, Outpoint, Txid
from chainlead.store import Store

pytestmark = pytest.mark.real

MAIN = Request(get_parameters(Chain.BITCOIN), Network.MAIN)
TEST = Request(get_parameters(Chain.BITCOIN), Network.TEST)
SIGNED_BY_SATOSHI = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"

TESTNET = (
    "bcoin/block1087400.raw",
    "bcoin/block898352.raw",
    "bcoin/block928816.raw",
    "bcoin/block928828.raw",
    "bcoin/block928831.raw",
    "bcoin/block928848.raw",
    "bcoin/block928849.raw",
    "bcoin/block928927.raw",
    "bitcoinj/block_testnet32768.dat",
    "bitcoinj/block_testnet700000.dat",
    "nbitcoin/block-testnet-828575.txt",
    "rooch/testnet-2821527.blob",
    "rust-bitcoin/testnet_block_045e0b16.raw",
)


@pytest.fixture(scope="module")
def folder(shared_data):
    found = shared_data / "btc-blocks"
    if not found.is_dir():
        pytest.skip("real Bitcoin blocks are not beside this checkout")
    return found


@pytest.fixture(scope="module")
def events(folder):
    """All mainnet events by file name, and the reason for each file without any."""
    found, reasons = {}, {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            try:
                found[name] = list(read_source(content, find_form(content, MAIN), MAIN))
            except LedgerError as error:
                reasons[name] = error
    return found, reasons


@pytest.fixture(scope="module")
def first_megabyte(folder):
    content = (folder / "jeffchan" / "blk00000-first1MB.dat").read_bytes()
    with Store.in_memory() as store:
        writer = LedgerWriter(store, MAIN, "00" * 32)
        writer.write(read_source(content, find_form(content, MAIN), MAIN))
        yield CaseLedger(store, Chain.BITCOIN)


def test_the_first_megabyte_is_one_unbroken_chain(first_megabyte):
    assert first_megabyte.pin.height == 4312
    heights = [t.height for t in first_megabyte.transactions() if t.is_coinbase]
    assert heights == list(range(4313))
    assert all(
        spent.previous is not None
        for transaction in first_megabyte.transactions()
        if not transaction.is_coinbase
        for spent in transaction.inputs
    )


def test_the_first_payment_splits_ten_and_forty(first_megabyte):
    txid = Txid.from_display("0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9")
    coin = first_megabyte.lookup_transaction(txid)
    assert (coin.height, coin.outputs[0].address) == (9, SIGNED_BY_SATOSHI)
    paid = first_megabyte.lookup_spender(Outpoint(txid, 0))
    assert paid.height == 170
    assert [(o.address, o.amount_units) for o in paid.outputs] == [
        ("1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3", 10 * 10**8),
        (SIGNED_BY_SATOSHI, 40 * 10**8),
    ]
    assert paid.fee_units == 0


def test_every_file_that_holds_a_block_is_read_or_named(events, folder):
    found, reasons = events
    assert len(found) + len(reasons) == sum(path.is_file() for path in folder.rglob("*"))
    unread = {
        name
        for name, error in reasons.items()
        if not isinstance(error, WrongNetworkError)
        and "light_" not in name
        and "undo" not in name
        and "utxo" not in name
        and "header" not in name
    }
    assert unread <= {
        "PROVENANCE.md",
        "floresta/bitcoin-core-blockfilters.json",
        "nbitcoin/Block1.json",  # an explorer's format that gives scripts as words
    }
    assert all(error.message for error in reasons.values())


def test_testnet_blocks_are_recognised_and_can_be_asked_for(events, folder):
    _, reasons = events
    wrong = {name for name, error in reasons.items() if isinstance(error, WrongNetworkError)}
    assert wrong == {name for name in TESTNET if (folder / name).is_file()}
    for name in sorted(wrong):
        content = (folder / name).read_bytes()
        (event,) = read_source(content, find_form(content, TEST), TEST)
        assert isinstance(event, BlockRead)


@pytest.fixture(scope="module")
def everything(events):
    """One store with every file."""
    found, _ = events
    with Store.in_memory() as store:
        for name in sorted(found):
            LedgerWriter(store, MAIN, name).write(found[name])
        yield store


def test_all_files_in_one_ledger_count_each_block_once(events, everything):
    found, _ = events
    blocks = [e for file in found.values() for e in file if isinstance(e, BlockRead)]
    hashes = {e.block.header.block_hash for e in blocks}
    assert len(blocks) > len(hashes) > 4_500
    assert everything.count("blocks") == len(hashes)
    assert CaseLedger(everything, Chain.BITCOIN).pin.height == 951_658


def test_of_blocks_91812_and_91842_the_later_holds_the_transaction(everything):
    ledger = CaseLedger(everything, Chain.BITCOIN)
    later = ledger.lookup_transaction(
        Txid.from_display("d5d27987d2a3dfc724e359870c6644b40e497bdc0589a033220fe15429d88599")
    )
    assert later.block_hash == BlockHash.from_display(
        "00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec"
    )
    assert len(list(ledger.outputs_to(later.outputs[0].address))) == 1


def test_heights_agree_with_those_that_the_file_names_give(everything):
    heights = {row["source_sha256"]: row["height"] for row in everything.rows("blocks")}
    checked = 0
    for name, height in heights.items():
        digits = "".join(c for c in Path(name).name.split(".")[0] if c.isdigit())
        plus = 1 if name.startswith("raito") else 0
        if height and name.startswith(("bcoin", "rooch", "floresta/block_", "raito", "electrumx")):
            assert height == int(digits) + plus, name
            checked += 1
    assert checked >= 10


def test_recorded_explorer_answers_give_their_ids(shared_data):
    folder = shared_data / "api-fixtures"
    if not folder.is_dir():
        pytest.skip("recorded explorer answers are not beside this checkout")
    count = 0
    for path in sorted([*folder.glob("am-i-exposed/*/*.json"), *folder.glob("mempool/*.json")]):
        content = path.read_bytes()
        try:
            form = find_form(content, MAIN)
        except LedgerError:
            continue
        read = list(read_source(content, form, MAIN))
        assert all(isinstance(event, TransactionRead) for event in read), path.name
        count += len(read)
    assert count >= 60
