"""Blocks and transactions of Monero in the forms in which they come."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import LedgerSourceError
from chainlead.ledger import Skipped, monero

MINER_HEX = (
    "02d08e0d01ff948e0d01b7de97a0f0bc0502472b5dcf3d976fa1b8e0d250a7c4e9dc52ae9db7b8fb00934f9dac800d"
    "a9f89f2101b9e281d63f319b30ea87d789d324cbce8b5edfa6a8e00f001f8449d8ba2b71fe00"
)
MINER_ID = "f3c84fe925292ec5b4dc383d306d934214f4819611566051bca904d1cf4efceb"
BLOCK_HEX = (
    "0909d0a3bde005"
    "e094b83d50e762b943df3158e9a87bc49f75ab9f2e800be380bd92bbaae477e8"
    "4ac9844a" + MINER_HEX + "00"
)
"""Shaped like the block of that transaction; its id is whatever these bytes give."""


def ids(content):
    return [
        event.miner.txid.hex() if isinstance(event, monero.MoneroBlock) else
        event.reason if isinstance(event, Skipped) else event.transaction.txid.hex()
        for event in monero.read_material(content)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        bytes.fromhex(MINER_HEX),
        MINER_HEX.encode(),
        f"\n{MINER_HEX.upper()}\n".encode(),
        json.dumps({"txs": [{"as_hex": MINER_HEX, "tx_hash": MINER_ID}]}).encode(),
        json.dumps([[{"tx_hex": MINER_HEX}]]).encode(),
        json.dumps({"result": {"blob": BLOCK_HEX}}).encode(),
        bytes.fromhex(BLOCK_HEX),
    ],
    ids=["bytes", "hex", "upper case", "daemon", "nested", "block in JSON", "block"],
)
def test_every_form_gives_the_transaction(content):
    assert ids(content) == [MINER_ID]


def test_lines_of_hex_are_read_one_by_one():
    assert ids(f"{MINER_HEX}\n{BLOCK_HEX}\n".encode()) == [MINER_ID, MINER_ID]


def test_a_transaction_beside_a_wrong_id_is_left_out_with_the_reason():
    content = json.dumps({"as_hex": MINER_HEX, "tx_hash": "00" * 32}).encode()
    [reason] = ids(content)
    assert "are not transaction 0000" in reason


def test_a_transaction_without_its_proving_part_needs_its_hash():
    pruned = {"as_hex": "", "pruned_as_hex": MINER_HEX, "prunable_hash": "11" * 32}
    assert ids(json.dumps({**pruned, "tx_hash": MINER_ID}).encode()) == [MINER_ID]


def test_height_and_time_are_the_sources_word_and_not_of_the_pool():
    one = {"tx_hex": MINER_HEX, "block_height": 7, "block_timestamp": 1000}
    [mined] = monero.read_material(json.dumps(one).encode())
    [waiting] = monero.read_material(json.dumps({**one, "in_pool": True}).encode())
    assert (mined.height, mined.made_at_unix) == (7, 1000)
    assert (waiting.height, waiting.made_at_unix) == (None, None)


@pytest.mark.parametrize("content", [b"", b"{", b"nothing of the kind", b'{"chainlead_exchanges":'])
def test_what_is_none_of_the_forms_is_refused(content):
    with pytest.raises(LedgerSourceError):
        list(monero.read_material(content))


def test_json_without_raw_transactions_holds_nothing():
    assert ids(b'{"as_json": "{}", "blob": 5, "tx_hex": null}') == []


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["as_hex", "blob", "tx_hash", "pruned_as_hex", "prunable_hash"]), inner
)))  # fmt: skip
def test_no_json_crashes_the_reader(document):
    content = json.dumps([document]).encode()
    for event in monero.read_material(content):
        assert isinstance(event, Skipped)


def test_deep_json_is_refused_and_does_not_crash():
    with pytest.raises(LedgerSourceError):
        list(monero.read_material(b"[" * 100_000))


@pytest.mark.real
def test_serai_cases_and_a_daemons_block_have_the_ids_beside_them(shared_data):
    """From serai (transactions with their ids) and monero-rs (the answer of `get_block`)."""
    folder = shared_data / "xmr-etn"
    content = (folder / "serai/transactions.json").read_bytes()
    named = [one["id"] for one in json.loads(content)]
    assert len(named) == 5
    assert ids(content) == named
    answer = (folder / "monero-rs/block.json").read_bytes()
    [block] = monero.read_material(answer)
    said = json.loads(answer)["result"]["block_header"]
    assert block.block_id.hex() == said["hash"]
    assert block.height == said["height"]
    assert block.made_at_unix == said["timestamp"]
