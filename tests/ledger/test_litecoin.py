"""Litecoin's blocks: scrypt, the extension block behind the HogEx, ids as the chain has them."""

import json

import pytest

from chainlead.codecs import sha256d
from chainlead.errors import BlockInvalidError, TransactionInvalidError
from chainlead.ledger import get_parameters, parse_block, parse_transaction
from chainlead.ledger.chains.litecoin import scrypt_hash
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.model import Chain, Network
from chainlead.workflow.ledger import add

LITECOIN = get_parameters(Chain.LITECOIN)
GENESIS = bytes.fromhex(
    "01000000" + "00" * 32 + "d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97"
    "b9aa8e4ef0ff0f1ecd513f7c"
)


def block_of(content: bytes):
    return parse_block(
        content, max_units=LITECOIN.max_units, pow_hash=LITECOIN.pow_hash, form=LITECOIN.form
    )


def test_the_first_header_meets_its_target_under_scrypt():
    target = 0x0FFFF0 << 8 * (0x1E - 3)
    assert int.from_bytes(scrypt_hash(GENESIS), "little") <= target
    first = LITECOIN.networks[Network.MAIN].genesis
    assert sha256d(GENESIS) == first.wire


@pytest.mark.real
@pytest.mark.parametrize("height", [900_000, 2_265_985])
def test_mainnet_blocks_have_the_ids_that_the_chain_gave_them(shared_data, height):
    path = shared_data / "ltc-dash" / "ltc" / f"litecoin_mainnet_{height}.json"
    told = json.loads(path.read_text("utf-8"))
    block = block_of(bytes.fromhex(told["block"]))
    assert block.header.block_hash[::-1].hex() == told["hash"]
    assert [t.txid[::-1].hex() for t in block.transactions] == told["tx"]
    assert block.transactions[-1].is_hogex == (height > 2_265_984)
    assert LITECOIN.refusal(block, Network.MAIN) == ""
    assert get_parameters(Chain.BITCOIN).refusal(block, Network.MAIN)


@pytest.mark.real
def test_the_bytes_behind_a_block_without_a_hogex_are_refused(shared_data):
    path = shared_data / "ltc-dash" / "ltc" / "litecoin_mainnet_900000.json"
    content = bytes.fromhex(json.loads(path.read_text("utf-8"))["block"])
    with pytest.raises(BlockInvalidError, match="follow its end"):
        block_of(content + b"\x01")


@pytest.mark.real
def test_blocks_of_the_practice_network_go_into_a_case(case, shared_data):
    folder = shared_data / "ltc-dash" / "ltc"
    files = sorted(folder.glob("testnet4Block*.dat"))
    result = add(case, files, network=Network.TEST, chain=Chain.LITECOIN)
    assert (len(files), result.total("blocks")) == (5, 5)
    assert result.pin.height == 2_321_749
    hogaddr = [
        row
        for row in case.store.rows("outputs")
        if row["script"][:2] == b"\x58\x20"  # witness version 8: the extension's balance
    ]
    assert hogaddr


@pytest.mark.real
def test_the_first_blocks_of_the_chain_are_read_from_a_nodes_file(case, shared_data):
    file = shared_data / "ltc-dash" / "ltc" / "ltc-blk-first1MB.dat"
    if not file.exists():
        pytest.skip("the file of the first blocks is not among the real material here")
    result = add(case, [file], chain=Chain.LITECOIN)
    assert (result.pin.height or 0) > 1000


@pytest.mark.real
def test_a_waiting_peg_in_keeps_its_id_and_what_stays_inside_is_named(shared_data):
    folder = shared_data / "ltc-dash" / "ltc"
    seen = {}
    for file in sorted(folder.glob("mweb_tx*")):
        txid = file.name.removeprefix("mweb_tx")[:64]
        try:
            found = parse_transaction(
                file.read_bytes(), max_units=LITECOIN.max_units, form=TransactionForm.MWEB
            )
        except TransactionInvalidError as error:
            kind = "inside" if "extension block only" in str(error) else str(error)
        else:
            kind = "visible" if found.txid[::-1].hex() == txid else "another id"
        seen[kind] = seen.get(kind, 0) + 1
    assert seen == {"inside": 3, "visible": 3}
