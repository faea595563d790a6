"""Ethereum nodes that lie, lag or break off: each is named, nothing false gets into the case.

The blocks are our own: signed here with a known key, with real roots and hashes. The real node is in
tests/nodes/evm/test_anvil.py.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chainlead.codecs import keccak256
from chainlead.codecs.secp256k1 import ORDER, multiply_base
from chainlead.errors import AnswerRefusedError, LedgerSourceError, NodeUnfitError, OfflineError
from chainlead.ledger import CaseAccounts
from chainlead.ledger.accounts.evm_receipt import EvmReceipt
from chainlead.ledger.accounts.evm_rlp import encode_rlp, number_to_rlp
from chainlead.ledger.accounts.evm_transaction import parse_evm_transaction, read_evm_transaction
from chainlead.ledger.accounts.evm_trie import derive_trie_root
from chainlead.model import Chain
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_evm import fetch_evm_addresses, fetch_evm_blocks

KEY = 0x46 * (256**32 // 255) % ORDER
PAYER = "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
SHOP, OTHER = "0x" + "35" * 20, "0x" + "77" * 20
ZERO = "0x" + "00" * 32
GAS_PRICE = 20_000_000_000


def signature(digest: bytes) -> tuple[int, int, int]:
    """Parity, r and s by a key that everybody knows (EIP-155's example); the nonce is fixed."""
    nonce = 987_654_321
    x, y = multiply_base(nonce)
    s = pow(nonce, -1, ORDER) * (int.from_bytes(digest, "big") + x * KEY) % ORDER
    return (y & 1, x, s) if s <= ORDER // 2 else (1 - (y & 1), x, ORDER - s)


def signed(kind: int, fields: list) -> bytes:
    """The bytes of a transaction of type 1 to 4, or 0 with replay protection for chain 1."""
    if kind:
        digest = keccak256(bytes([kind]) + encode_rlp(fields))
        parity, r, s = signature(digest)
        tail = [number_to_rlp(parity), number_to_rlp(r), number_to_rlp(s)]
        return bytes([kind]) + encode_rlp([*fields, *tail])
    parity, r, s = signature(keccak256(encode_rlp([*fields, b"\1", b"", b""])))
    return encode_rlp([*fields, number_to_rlp(37 + parity), number_to_rlp(r), number_to_rlp(s)])


def payment(nonce: int, receiver: str, value: int) -> bytes:
    return signed(0, [
        number_to_rlp(nonce), number_to_rlp(GAS_PRICE), number_to_rlp(21_000),
        bytes.fromhex(receiver[2:]), number_to_rlp(value), b"",
    ])  # fmt: skip


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_transactions_of_each_type_give_their_sender_in_bytes_and_in_json(kind):
    to, access = bytes.fromhex(SHOP[2:]), [[bytes(20), [b"k" * 32]]]
    one = [b"\1", b"\7", b"\x05"] + ([b"\x09"] if kind > 1 else [])
    fields = [*one, number_to_rlp(21_000), to, number_to_rlp(10**18), b"data", access]
    told = {
        "chainId": "0x1", "nonce": "0x7", "gas": hex(21_000), "to": SHOP, "value": hex(10**18),
        "input": "0x64617461", "type": hex(kind),
        "accessList": [{"address": "0x" + "00" * 20, "storageKeys": ["0x" + b"k".hex() * 32]}],
    }  # fmt: skip
    told |= (
        {"gasPrice": "0x5"} if kind == 1 else {"maxPriorityFeePerGas": "0x5", "maxFeePerGas": "0x9"}
    )
    if kind == 3:
        fields += [b"\3", [b"b" * 32]]
        told |= {"maxFeePerBlobGas": "0x3", "blobVersionedHashes": ["0x" + b"b".hex() * 32]}
    if kind == 4:
        fields += [[[b"\1", to, b"", b"\1", b"\2", b"\3"]]]
        entry = {"chainId": "0x1", "address": SHOP, "nonce": "0x0", "yParity": "0x1", "r": "0x2"}
        told |= {"authorizationList": [{**entry, "s": "0x3"}]}
    raw = signed(kind, fields)
    read = parse_evm_transaction(raw)
    assert (read.sender, read.receiver, read.value, read.kind) == (PAYER, SHOP, 10**18, kind)
    parity, r, s = signature(keccak256(bytes([kind]) + encode_rlp(fields)))
    told |= {
        "hash": "0x" + read.txid,
        "from": PAYER,
        "r": hex(r),
        "s": hex(s),
        "yParity": hex(parity),
    }
    assert read_evm_transaction(told).raw == raw


def told_transaction(raw: bytes, block_hash: str, height: int, place: int) -> dict:
    read = parse_evm_transaction(raw)
    parity, r, s = signature(keccak256(encode_rlp([
        number_to_rlp(read.nonce), number_to_rlp(GAS_PRICE), number_to_rlp(21_000),
        bytes.fromhex(read.receiver[2:]), number_to_rlp(read.value), b"", b"\1", b"", b"",
    ])))  # fmt: skip
    return {
        "hash": "0x" + read.txid, "from": PAYER, "to": read.receiver, "value": hex(read.value),
        "nonce": hex(read.nonce), "gas": hex(21_000), "gasPrice": hex(GAS_PRICE), "input": "0x",
        "type": "0x0", "v": hex(37 + parity), "r": hex(r), "s": hex(s), "blockHash": block_hash,
        "blockNumber": hex(height), "transactionIndex": hex(place),
    }  # fmt: skip


class World:
    """A chain of five blocks of two payments each, and the lies that a test asks for."""

    def __init__(self) -> None:
        self.chain_id, self.syncing, self.offset_seconds = 1, False, 0
        self.lie = lambda _method, result: result
        self.blocks: list[dict] = []
        self.receipts: list[list[dict]] = []
        self.asked: list[str] = []
        parent = ZERO
        for height in range(5):
            raws = [payment(2 * height, SHOP, 10 + height), payment(2 * height + 1, OTHER, 1)]
            if height == 3:
                raws = raws[1:]
            parent = self._add(height, raws, parent)

    def _add(self, height: int, raws: list[bytes], parent: str) -> str:
        reads = [parse_evm_transaction(raw) for raw in raws]
        came = [
            EvmReceipt(read.txid, 0, height, "", place, status=True, root=b"", gas_used=21_000,
                       cumulative_gas=21_000 * (place + 1), gas_price=GAS_PRICE, blob_fee=0,
                       contract=None, logs=())
            for place, read in enumerate(reads)
        ]  # fmt: skip
        told = {
            "parentHash": parent, "sha3Uncles": ZERO, "miner": "0x" + "00" * 20, "stateRoot": ZERO,
            "transactionsRoot": "0x" + derive_trie_root(raws).hex(),
            "receiptsRoot": "0x" + derive_trie_root([c.to_bytes() for c in came]).hex(),
            "logsBloom": "0x" + "00" * 256, "difficulty": "0x0", "number": hex(height),
            "gasLimit": "0x1c9c380", "gasUsed": hex(21_000 * len(raws)),
            "timestamp": hex(1_700_000_000 + 12 * height), "extraData": "0x", "mixHash": ZERO,
            "nonce": "0x" + "00" * 8,
        }  # fmt: skip
        numbers = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp"}
        items = [
            number_to_rlp(int(v, 16)) if name in numbers else bytes.fromhex(v[2:])
            for name, v in told.items()
        ]
        block_hash = "0x" + keccak256(encode_rlp(items)).hex()
        listed = [told_transaction(raw, block_hash, height, n) for n, raw in enumerate(raws)]
        self.blocks.append({**told, "hash": block_hash, "transactions": listed})
        self.receipts.append([
            {"transactionHash": "0x" + c.txid, "blockHash": block_hash, "blockNumber": hex(height),
             "transactionIndex": hex(c.block_index), "status": "0x1", "gasUsed": hex(21_000),
             "cumulativeGasUsed": hex(c.cumulative_gas), "effectiveGasPrice": hex(GAS_PRICE),
             "logs": [], "type": "0x0", "from": PAYER}
            for c in came
        ])  # fmt: skip
        return block_hash

    def answer(self, call: dict) -> dict:
        method, params = call["method"], call["params"]
        self.asked.append(json.dumps(params))
        at = len(self.blocks) - 1
        if params and isinstance(params[0], str) and params[0] != "latest":
            at = int(params[0], 16)
        if method == "eth_chainId":
            result: object = hex(self.chain_id)
        elif method == "eth_syncing":
            result = self.syncing
        elif method == "eth_getBlockByNumber":
            result = json.loads(json.dumps(self.blocks[at]))
            if not params[1] and self.offset_seconds:
                result["timestamp"] = hex(int(result["timestamp"], 16) + self.offset_seconds)
        elif method == "eth_getBlockReceipts":
            result = json.loads(json.dumps(self.receipts[at]))
        else:
            return {"id": call["id"], "error": {"code": -32601, "message": f"no {method}"}}
        return {"id": call["id"], "result": self.lie(method, result)}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def node(world, socket_enabled) -> Iterator[NodeAddress]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps([world.answer(call) for call in calls]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield NodeAddress(f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def agreed(case, node):
    grant(case, node.host, ("chain state", "blocks"), why="our own node")
    return case


def received(case, account=SHOP) -> list[int]:
    view = CaseAccounts(case.store, Chain.ETHEREUM)
    return [entry.amount_units for entry in view.transfers_of(account)]


def test_an_honest_node_gives_every_payment_proved(agreed, node):
    result = fetch_evm_blocks(agreed, node, 0)
    assert received(agreed) == [10, 11, 12, 14]
    assert {row["verified"] for row in agreed.store.rows("account_transactions")} == {"in block"}
    assert (result.new_blocks, result.refused, result.sees_internal) == (5, (), False)


def test_plain_payments_are_fully_seen_without_a_trace(agreed, node):
    fetch_evm_blocks(agreed, node, 0)
    assert all(row["sees_internal"] for row in agreed.store.rows("account_transactions"))


def dropping(method, result):
    if method == "eth_getBlockByNumber" and result["number"] == "0x2":
        result["transactions"] = result["transactions"][1:]
    return result


def altering(method, result):
    if method == "eth_getBlockByNumber" and result["number"] == "0x2":
        result["transactions"][0]["value"] = "0xffff"
    return result


def inventing(method, result):
    if method == "eth_getBlockByNumber" and result["number"] == "0x2":
        result["transactions"].append({**result["transactions"][0], "hash": "0x" + "ab" * 32})
    return result


def renaming(method, result):
    if method == "eth_getBlockByNumber" and result["number"] == "0x2":
        result["transactions"][0]["from"] = OTHER
    return result


def redating(method, result):
    if method == "eth_getBlockByNumber" and result["number"] == "0x2":
        result["timestamp"] = "0x6553f101"
    return result


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (dropping, "its transactions are not the header's"),
        (altering, "its fields do not give its id"),
        (inventing, "its fields do not give its id"),
        (renaming, "its signature is not of the sender told"),
        (redating, "its fields do not give its hash"),
    ],
)
def test_a_lie_about_a_block_is_caught_and_the_others_stay(agreed, node, world, lie, words):
    world.lie = lie
    result = fetch_evm_blocks(agreed, node, 0)
    assert any(words in reason for reason in result.refused)
    blocks = {row["height"] for row in agreed.store.rows("account_blocks")}
    assert blocks == {0, 1, 3, 4}
    assert 0xFFFF not in received(agreed)


def failing(method, result):
    if method == "eth_getBlockReceipts" and result[0]["blockNumber"] == "0x1":
        result[0]["status"] = "0x0"
    return result


def test_a_lie_about_success_is_caught(agreed, node, world):
    world.lie = failing
    result = fetch_evm_blocks(agreed, node, 0)
    assert any("receipts told are not the header's" in reason for reason in result.refused)
    rows = [row for row in agreed.store.rows("account_transactions") if row["height"] == 1]
    assert {row["is_successful"] for row in rows} == {None}
    assert all("refused" in row["note"] for row in rows)


def test_a_refused_block_is_asked_for_again(agreed, node, world):
    world.lie = dropping
    fetch_evm_blocks(agreed, node, 0)
    world.lie = lambda _method, result: result
    assert fetch_evm_blocks(agreed, node, 0).new_blocks == 1
    assert received(agreed) == [10, 11, 12, 14]


def test_only_lies_leave_nothing_in_the_case(agreed, node, world):
    world.lie = dropping
    with pytest.raises(LedgerSourceError, match="not the header's"):
        fetch_evm_blocks(agreed, node, 2, 2)
    assert not list(agreed.store.rows("account_blocks"))


def test_the_node_never_hears_the_address(agreed, node, world):
    result = fetch_evm_addresses(agreed, node, [SHOP], 0)
    assert received(agreed) == [10, 11, 12, 14]
    assert result.new_blocks == 4
    assert not any("35" * 20 in asked for asked in world.asked)


def test_a_node_of_another_chain_is_named(agreed, node, world):
    world.chain_id = 52014
    with pytest.raises(NodeUnfitError, match="of chain 52014, not 1"):
        fetch_evm_blocks(agreed, node, 0)


def test_a_node_that_is_not_in_step_is_named(agreed, node, world):
    world.syncing = {"currentBlock": "0x5", "highestBlock": "0x50"}
    with pytest.raises(NodeUnfitError, match="at block 5 of 80"):
        fetch_evm_blocks(agreed, node, 0)
    assert fetch_evm_blocks(agreed, node, 0, may_be_behind=True).new_blocks == 5


def test_a_clock_that_is_wrong_is_named(agreed, node, world):
    world.offset_seconds = 10 * 366 * 86_400
    with pytest.raises(NodeUnfitError, match="lies in the future"):
        fetch_evm_blocks(agreed, node, 0)


def test_a_block_that_the_node_threw_away_is_named(agreed, node, world):
    world.lie = lambda method, result: (
        None if method == "eth_getBlockByNumber" and result["number"] == "0x1" else result
    )
    with pytest.raises(NodeUnfitError, match="does not have block 1"):
        fetch_evm_blocks(agreed, node, 0)


def test_blocks_that_came_before_a_node_broke_off_are_kept(agreed, node, world):
    world.lie = lambda method, result: (
        None if method == "eth_getBlockByNumber" and result["number"] == "0x3" else result
    )
    with pytest.raises(NodeUnfitError, match="does not have block 3"):
        fetch_evm_blocks(agreed, node, 0)
    assert received(agreed) == [10, 11, 12]


def test_half_an_answer_is_no_answer(agreed, node, world, monkeypatch):
    monkeypatch.setattr(world, "answer", lambda call: {"id": 7, "result": call["method"]})
    with pytest.raises(AnswerRefusedError, match="other calls"):
        fetch_evm_blocks(agreed, node, 0)


def test_the_switch_wins_over_every_consent(agreed, node, world, monkeypatch):
    monkeypatch.setenv("CHAINLEAD_OFFLINE", "1")
    with pytest.raises(OfflineError):
        fetch_evm_blocks(agreed, node, 0)
    assert not world.asked
