"""Bitcoin and Bitcoin Cash share their first blocks and a node's magic: each is told from the other."""

import json

import pytest

from chainlead.codecs import address_from_script, script_from_address
from chainlead.errors import NodeUnfitError, WrongNetworkError
from chainlead.ledger import (
    BitcoinNode,
    BlockRead,
    LedgerWriter,
    Request,
    checkpoints,
    find_form,
    get_parameters,
    parse_transaction,
    read_source,
)
from chainlead.ledger.case_ledger import CaseLedger
from chainlead.ledger.header_chain import read_header
from chainlead.ledger.split_check import require_own_side
from chainlead.model import BlockHash, Chain, Network
from chainlead.store import Store

BITCOIN, CASH = get_parameters(Chain.BITCOIN), get_parameters(Chain.BITCOIN_CASH)
FIRST_OWN = bytes.fromhex(
    "00000020"
    + bytes.fromhex("0000000000000000011865af4122fe3b144e2cbeea86142e8ff2fb4107352d43")[::-1].hex()
    + bytes.fromhex("c896c91a0be4d3eed5568bab4c3084945e5e06669be38ec06b1c8ca4d84baaab")[::-1].hex()
    + (1501611161).to_bytes(4, "little").hex()
    + "35470118"
    + "22ca4ae8"
)
"""The header at height 478,559, the first that Bitcoin does not have."""


def request(parameters) -> Request:
    return Request(parameters, Network.MAIN)


def only_block(content: bytes, parameters):
    form = find_form(content, request(parameters))
    (read,) = [
        e for e in read_source(content, form, request(parameters)) if isinstance(e, BlockRead)
    ]
    return read.block


def test_the_first_own_header_has_proof_of_work_and_the_pinned_hash():
    header = read_header(FIRST_OWN, request(CASH))
    assert checkpoints(Chain.BITCOIN_CASH)[478_559].wire == header.block_hash
    assert CASH.networks[Network.MAIN].apart_at[478_559].wire == header.block_hash
    assert checkpoints(Chain.BITCOIN)[478_559].wire != header.block_hash


def test_pinned_blocks_before_the_split_are_the_same_on_both():
    one, other = checkpoints(Chain.BITCOIN), checkpoints(Chain.BITCOIN_CASH)
    common = [height for height in one if height in other and height < 478_559]
    assert len(common) > 3
    assert all(one[height] == other[height] for height in common)


@pytest.mark.real
def test_blocks_before_the_split_are_read_as_either(shared_data):
    content = (shared_data / "btc-blocks" / "bitcoinj" / "block363703.dat").read_bytes()
    block = only_block(content, CASH)
    assert block.header.block_hash == only_block(content, BITCOIN).header.block_hash
    with Store.in_memory() as store:
        LedgerWriter(store, request(CASH), "a" * 64).write([BlockRead(block, 0)])
        ledger = CaseLedger(store, Chain.BITCOIN_CASH)
        found = {output.address for t in ledger.transactions() for output in t.outputs}
        assert {text[:13] for text in found if text} == {"bitcoincash:q", "bitcoincash:p"}
        written = next(text for text in sorted(found - {None}) if text[12] == "q")
        script = script_from_address(written, Chain.BITCOIN_CASH)
        legacy = address_from_script(script, Chain.BITCOIN)
        assert list(ledger.outputs_to(legacy)) == list(ledger.outputs_to(written)) != []


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("bitcoinj/block481815.dat", "do not carry the mark of Bitcoin Cash"),
        ("bcoin/block482683.raw", "witnesses"),
        ("rooch/818677.raw", "witnesses"),
    ],
)
def test_bitcoins_blocks_after_the_split_are_refused_by_name(shared_data, name, why):
    content = (shared_data / "btc-blocks" / name).read_bytes()
    with pytest.raises(WrongNetworkError, match=why):
        list(read_source(content, find_form(content, request(CASH)), request(CASH)))
    assert BITCOIN.refusal(only_block(content, BITCOIN), Network.MAIN) == ""


@pytest.mark.real
def test_a_block_with_the_mark_is_refused_as_bitcoins(shared_data):
    content = (shared_data / "btc-blocks" / "bitcoinj" / "block481815.dat").read_bytes()
    block = only_block(content, BITCOIN)
    marked = block._replace(
        transactions=tuple(
            t._replace(inputs=tuple(i._replace(signatures=b"\x41\x20") for i in t.inputs))
            for t in block.transactions
        )
    )
    assert "mark of Bitcoin Cash" in BITCOIN.refusal(marked, Network.MAIN)
    assert CASH.refusal(marked, Network.MAIN) == ""


@pytest.mark.real
def test_a_nodes_own_answer_about_an_old_block_has_its_ids(shared_data):
    folder = shared_data / "api-fixtures" / "bitcoin-etl" / "bitcoin_cash"
    (path,) = (folder / "block_with_duplicate_txid").glob("rpc_response_getrawtransaction_*")
    told = json.loads(path.read_text("utf-8"))
    read = parse_transaction(bytes.fromhex(told["hex"]), max_units=CASH.max_units, form=CASH.form)
    assert read.txid[::-1].hex() == told["txid"]


class Node:
    """A node's answers: the chain's own first block, and one block at the split."""

    def __init__(self, at_split: str, height: int = 900_000) -> None:
        self.hashes = {0: CASH.networks[Network.MAIN].genesis.display, 478_559: at_split}
        own = CASH.networks[Network.MAIN].apart_at
        self.hashes |= {h: own[h].display for h in own if h != 478_559}
        self.height = height

    def ask(self, _question: str, body: bytes) -> bytes:
        call = json.loads(body)
        if call["method"] == "getblockchaininfo":
            result = {
                "chain": "main", "blocks": self.height, "headers": self.height,
                "bestblockhash": "ab" * 32, "mediantime": 1_700_000_000,
            }  # fmt: skip
        elif call["method"] == "getblockhash":
            result = self.hashes[call["params"][0]]
        else:
            return json.dumps({"id": call["id"], "error": {"code": -32601}}).encode()
        return json.dumps({"id": call["id"], "result": result}).encode()


SIDES = {
    Chain.BITCOIN: checkpoints(Chain.BITCOIN)[478_559].display,
    Chain.BITCOIN_CASH: checkpoints(Chain.BITCOIN_CASH)[478_559].display,
}


@pytest.mark.parametrize("asked", list(SIDES))
@pytest.mark.parametrize("serves", list(SIDES))
def test_a_node_of_the_other_side_is_named(asked, serves):
    node = BitcoinNode(Node(SIDES[serves]).ask, get_parameters(asked), Network.MAIN)
    if asked is serves:
        assert node.require_fit(now_unix=1_700_000_000).height == 900_000
    else:
        with pytest.raises(NodeUnfitError, match="a chain that split off"):
            node.require_fit(now_unix=1_700_000_000)


def test_a_node_before_the_split_cannot_be_told_and_is_taken():
    node = BitcoinNode(Node("", height=400_000).ask, CASH, Network.MAIN)
    assert node.require_fit(now_unix=1_700_000_000).height == 400_000


def test_a_server_that_does_not_say_its_side_is_not_taken():
    with pytest.raises(NodeUnfitError, match="is none"):
        require_own_side(request(CASH), 478_559, lambda _height: None)


def test_a_later_split_is_told_too():
    own = CASH.networks[Network.MAIN].apart_at
    other = BlockHash(b"\x01" * 32)
    answers = {**own, 556_767: other}
    with pytest.raises(NodeUnfitError, match="556767"):
        require_own_side(request(CASH), 600_000, lambda height: answers[height].wire)
