"""A node that lies, stops or reorganises its ledger: each is caught, and nothing found is lost.

The node is a double with monerod's answers over a chain made here (no proof of work is asked for).
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chainlead.codecs import Secret, keccak256
from chainlead.errors import (
    AnswerRefusedError,
    NodeUnfitError,
    NotConsentedError,
    OfflineError,
    WireBudgetSpentError,
)
from chainlead.ledger import monero
from chainlead.ledger.monero import curve
from chainlead.wire import WireBudget
from chainlead.workflow import monero_node
from chainlead.workflow.case import set_setting
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.monero_node import find_incoming_at_node

pytestmark = [pytest.mark.enable_socket, pytest.mark.wire]

VIEW = curve.hash_to_scalar(b"view key of the test")
SPEND = curve.write_point(curve.BASE * curve.hash_to_scalar(b"spend key of the test"))
VIEW_PUBLIC = curve.write_point(curve.BASE * VIEW)


def address():
    from chainlead.codecs import CryptoNoteAddress, to_cryptonote_address

    return to_cryptonote_address(CryptoNoteAddress(18, SPEND, VIEW_PUBLIC))


def transaction(name, amount, *, paid):
    """A transaction of version 1 with one output; it pays the address if `paid`."""
    number = curve.hash_to_scalar(name)
    key = curve.write_point(curve.BASE * number)
    derivation = curve.write_point(curve.read_point(VIEW_PUBLIC) * (8 * number))
    shared = curve.hash_to_scalar(derivation, b"\0")
    to = curve.read_point(SPEND) if paid else curve.BASE
    one_time = curve.write_point(to + curve.BASE * shared)
    prefix = (
        b"\x01\x00\x01\x02" + curve.varint(amount + 1) + b"\x01\x05" + keccak256(name)
        + b"\x01" + curve.varint(amount) + b"\x02" + one_time + b"\x21\x01" + key
    )  # fmt: skip
    return prefix + bytes(64)


def block(height, previous, raw):
    """A block over these transactions."""
    miner = (
        b"\x02" + curve.varint(height + 60) + b"\x01\xff" + curve.varint(height)
        + b"\x01\x05\x02" + keccak256(b"miner") + b"\x00\x00"
    )  # fmt: skip
    ids = [monero.parse_transaction(one).txid for one in raw]
    header = b"\x10\x10" + curve.varint(1_700_000_000 + height) + previous + bytes(4)
    return header + miner + curve.varint(len(ids)) + b"".join(ids)


class Node:
    """Ten blocks; blocks 3 and 7 pay the address. A test changes what it answers."""

    def __init__(self):
        self.blocks, self.given = [], {}
        self.asked = []
        self.lie = lambda path, answer: answer
        for height in range(10):
            self.add(height, b"%d" % height)

    def add(self, height, name, *, paid=None):
        previous = monero.parse_block(self.blocks[-1]).block_id if self.blocks else bytes(32)
        raw = [
            transaction(name + b"a", 1000 + height, paid=False),
            transaction(name + b"b", 70 + height, paid=height in (3, 7) if paid is None else paid),
        ]
        raw = raw if height else []
        for one in raw:
            self.given[monero.parse_transaction(one).txid.hex()] = one.hex()
        self.blocks.append(block(height, previous, raw))

    def answer(self, path, body):
        asked = json.loads(body)
        self.asked.append((path, asked))
        if path == "/get_transactions":
            listed = [{"tx_hash": txid, "as_hex": self.given[txid]} for txid in asked["txs_hashes"]]
            return self.lie(path, {"status": "OK", "txs": listed})
        method, params = asked["method"], asked["params"]
        if method == "get_info":
            state = {"nettype": "mainnet", "height": len(self.blocks), "synchronized": True}
            return self.lie(method, {"result": state})
        blob = self.blocks[params["height"]].hex()
        return self.lie(method, {"result": {"blob": blob, "status": "OK"}})


@pytest.fixture
def node(monkeypatch):
    double = Node()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps(double.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    double.host = f"127.0.0.1:{server.server_port}"
    genesis = monero.parse_block(double.blocks[0]).block_id.hex()
    monkeypatch.setitem(monero_node._GENESIS, "main", genesis)
    monkeypatch.setattr(monero_node, "PART_BLOCKS", 4)
    yield double
    server.shutdown()
    server.server_close()


@pytest.fixture
def agreed(case, node):
    grant(case, node.host, ("chain state", "blocks"), why="the unit's own node")
    return case


def look(case, node, budget=None, **how):
    key = Secret(curve.write_scalar(VIEW))
    place = NodeAddress(f"http://{node.host}/", budget=budget or WireBudget())
    return find_incoming_at_node(case, address(), key, place, accounts=1, numbers=1, **how)


def test_what_was_paid_is_found_with_its_block(agreed, node):
    found = look(agreed, node)
    assert [(o.height, o.amount_units, o.verified) for o in found.outputs] == [
        (3, 73, "in block"),
        (7, 77, "in block"),
    ]
    assert found.looked_at == (28, 10)
    assert found.heights == (0, 9)


def test_the_node_learns_neither_address_nor_key(agreed, node):
    look(agreed, node)
    sent = json.dumps(node.asked)
    assert address() not in sent
    assert curve.write_scalar(VIEW).hex() not in sent
    assert SPEND.hex() not in sent


def test_only_answers_with_a_found_output_are_kept(agreed, node):
    look(agreed, node)
    entries = [entry for entry in agreed.entries if entry.act == "monero.incoming"]
    assert [sorted(entry.blobs) for entry in entries] == [
        ["result", "source"],
        ["result", "source"],
        ["result"],
    ]


def test_a_transaction_that_is_kept_back_is_noticed(agreed, node):
    def lie(path, answer):
        if path == "/get_transactions":
            answer["txs"][1] = answer["txs"][0]
        return answer

    node.lie = lie
    with pytest.raises(AnswerRefusedError, match="did not give transaction"):
        look(agreed, node)


def test_a_transaction_that_the_node_says_it_misses_is_named(agreed, node):
    node.lie = lambda path, answer: (
        {"txs": answer["txs"][:1], "missed_tx": [answer["txs"][1]["tx_hash"]]}
        if path == "/get_transactions"
        else answer
    )
    with pytest.raises(NodeUnfitError, match="does not have transaction"):
        look(agreed, node)


def test_an_altered_transaction_is_noticed(agreed, node):
    def lie(path, answer):
        for one in answer.get("txs", []):
            one["as_hex"] = one["as_hex"][:-2] + "01"
        return answer

    node.lie = lie
    with pytest.raises(AnswerRefusedError, match="are not transaction"):
        look(agreed, node)


def test_an_invented_transaction_is_not_taken(agreed, node):
    extra = transaction(b"invented", 10**12, paid=True)

    def lie(path, answer):
        if path == "/get_transactions":
            answer["invented"] = [{"as_hex": extra.hex()}]
        return answer

    node.lie = lie
    assert [o.amount_units for o in look(agreed, node).outputs] == [73, 77]


def test_a_block_left_out_of_the_chain_is_noticed(agreed, node):
    node.blocks[5] = block(5, bytes(32), [])
    with pytest.raises(NodeUnfitError, match="does not follow"):
        look(agreed, node)


def test_a_block_of_another_height_is_noticed(agreed, node):
    node.blocks[2] = node.blocks[1]
    with pytest.raises(NodeUnfitError, match="does not follow"):
        look(agreed, node)


@pytest.mark.parametrize(
    ("lie", "error"),
    [
        ({"result": {"nettype": "testnet", "height": 10}}, NodeUnfitError),
        ({"result": {"nettype": "mainnet", "height": 10, "synchronized": False}}, NodeUnfitError),
        ({"result": {"nettype": "mainnet", "height": 10, "status": "BUSY"}}, NodeUnfitError),
        ({"result": {"nettype": "bitcoin", "height": 10}}, AnswerRefusedError),
        ({"result": {"nettype": "mainnet", "height": "10"}}, AnswerRefusedError),
        ({"error": {"code": -1, "message": "no"}}, NodeUnfitError),
        ({"result": []}, AnswerRefusedError),
        ([], AnswerRefusedError),
    ],
)
def test_a_node_that_does_not_fit_is_refused(agreed, node, lie, error):
    node.lie = lambda path, answer: lie if path == "get_info" else answer
    with pytest.raises(error):
        look(agreed, node)


def test_another_first_block_is_another_ledger(agreed, node):
    node.blocks[0] = block(0, b"\1" * 32, [])
    with pytest.raises(NodeUnfitError, match="net"):
        look(agreed, node)


def test_a_look_that_was_cut_off_goes_on_where_it_was(agreed, node):
    with pytest.raises(WireBudgetSpentError):
        look(agreed, node, budget=WireBudget(requests=12))
    kept = [entry for entry in agreed.entries if entry.act == "monero.incoming"]
    assert [entry.what["heights"] for entry in kept] == [[0, 3]]
    node.asked.clear()
    assert [o.height for o in look(agreed, node).outputs] == [3, 7]
    heights = [asked["params"]["height"] for _, asked in node.asked if "height" in str(asked)]
    assert heights == [0, 3, 4, 5, 6, 7, 8, 9]


def test_after_a_reorganisation_what_lost_its_block_no_longer_counts(agreed, node):
    assert [o.height for o in look(agreed, node).outputs] == [3, 7]
    del node.blocks[6:]
    for height in range(6, 11):
        node.add(height, b"other %d" % height, paid=height == 8)
    again = look(agreed, node)
    assert [(o.height, o.amount_units) for o in again.outputs] == [(3, 73), (8, 78)]


def test_nobody_is_asked_without_consent_or_with_the_network_off(case, node):
    with pytest.raises(NotConsentedError):
        look(case, node)
    grant(case, node.host, ("chain state", "blocks"), why="the unit's own node")
    set_setting(case, "offline", "yes")
    with pytest.raises(OfflineError):
        look(case, node)
    assert node.asked == []


def test_blocks_that_were_looked_at_twice_count_once(agreed, node):
    look(agreed, node, last=5)
    found = look(agreed, node)
    assert found.looked_at == (28, 10)
    assert [o.height for o in found.outputs] == [3, 7]


def test_a_later_look_for_fewer_sub_addresses_takes_nothing_away(agreed, node):
    key = Secret(curve.write_scalar(VIEW))
    place = NodeAddress(f"http://{node.host}/")
    wide = monero.ViewKey(address(), key, accounts=1, numbers=3)
    sub = monero.parse_monero_address(wide.address_of(0, 2))
    del node.blocks[9:]
    number = curve.hash_to_scalar(b"to a sub-address")
    shared = curve.hash_to_scalar(
        curve.write_point(curve.read_point(sub.view_key) * (8 * number)), b"\0"
    )
    one_time = curve.write_point(curve.plus_base(curve.read_point(sub.spend_key), shared))
    key_there = curve.write_point(curve.read_point(sub.spend_key) * number)
    raw = (
        b"\x01\x00\x01\x02" + curve.varint(501) + b"\x01\x05" + keccak256(b"sub") + b"\x01"
        + curve.varint(500) + b"\x02" + one_time + b"\x21\x01" + key_there + bytes(64)
    )  # fmt: skip
    node.given[monero.parse_transaction(raw).txid.hex()] = raw.hex()
    node.blocks.append(block(9, monero.parse_block(node.blocks[-1]).block_id, [raw]))
    first = find_incoming_at_node(agreed, address(), key, place, accounts=1, numbers=3)
    assert [(o.height, o.number) for o in first.outputs] == [(3, 0), (7, 0), (9, 2)]
    del node.blocks[9:]
    node.add(9, b"instead")
    second = look(agreed, node)
    assert [(o.height, o.number) for o in second.outputs] == [(3, 0), (7, 0), (9, 2)]
