"""Blocks from a stand-in for electroneumd: no such program is packaged, so its answers are ours."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chainlead.errors import NodeUnfitError, NotConsentedError
from chainlead.ledger import CaseLedger
from chainlead.ledger.chains.electroneum import Electroneum
from chainlead.ledger.cryptonote.open_block import parse_open_block
from chainlead.model import BlockHash, Chain, Network, Outpoint, Txid
from chainlead.workflow import fetch_cryptonote
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_cryptonote import fetch_from_explorer, fetch_open_blocks
from chainlead.workflow.verify import verify

pytestmark = [pytest.mark.enable_socket, pytest.mark.wire]
ETN = Chain.ELECTRONEUM


class Node:
    """Three blocks: coins are minted, paid to Bob by a ring of one, and by Bob in a ring of two."""

    def __init__(self, forge):
        forge.height, forge.tip = 0, bytes(32)
        self.forge = forge
        alice, bob = forge.wallet("alice"), forge.wallet("bob")
        self.minted = forge.mint([(alice, 500), (alice, 490)])
        self.blocks = [forge.block(self.minted)]
        self.first = forge.pay([(self.minted.coins[0], [])], [(bob, 490)])
        self.blocks.append(forge.block(forge.mint([(alice, 7)]), [self.first]))
        coin, decoy = self.first.coins[0], self.minted.coins[1]
        self.second = forge.pay([(coin, [decoy])], [(bob, 480)])
        self.blocks.append(forge.block(forge.mint([(alice, 8)]), [self.second]))
        self.given = {one.txid.hex(): one.raw.hex() for one in (self.first, self.second)}
        self.asked = []

    def answer(self, path, body):
        if path.startswith("/api/"):
            kind, txid = path.split("/")[2:]
            if kind == "rawtransaction":
                return {"data": {"tx_blob": self.given[txid]}, "status": "success"}
            return {"data": {"tx_hash": txid}, "status": "success"}
        asked = json.loads(body)
        self.asked.append((path, asked))
        if path == "/get_transactions":
            listed = [{"tx_hash": txid, "as_hex": self.given[txid]} for txid in asked["txs_hashes"]]
            return {"status": "OK", "txs": listed}
        if path == "/get_outs":
            coins = [self.forge.numbers[o["amount"]][o["index"]] for o in asked["outputs"]]
            return {"outs": [{"key": coin.key.hex()} for coin in coins], "status": "OK"}
        if asked["method"] == "get_info":
            state = {"nettype": "mainnet", "height": len(self.blocks), "synchronized": True}
            return {"result": state}
        raw = self.blocks[asked["params"]["height"]]
        said = parse_open_block(raw, ETN).block_id.hex()
        return {"result": {"blob": raw.hex(), "block_header": {"hash": said}}}


@pytest.fixture
def node(forge, monkeypatch):
    double = Node(forge)
    first = parse_open_block(double.blocks[0], ETN)
    parameters = Electroneum.networks[Network.MAIN]
    genesis = BlockHash.from_display(first.block_id.hex())
    changed = type(parameters)(parameters.magics, genesis, parameters.largest_target, 1, 0)
    monkeypatch.setitem(Electroneum.networks, Network.MAIN, changed)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.respond(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self):
            self.respond(b"")

        def respond(self, body):
            answer = json.dumps(double.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    double.place = NodeAddress(f"http://127.0.0.1:{server.server_port}/")
    yield double
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def case(tmp_path, node):
    with Case.create(tmp_path / "case", key=bytes(32)) as opened:
        questions = ("chain state", "blocks", "transaction")
        grant(opened, node.place.host, questions, why="the unit's own")
        yield opened


def test_blocks_of_a_node_are_whole_and_its_rings_of_one_resolved(case, node, tmp_path):
    result = fetch_open_blocks(case, node.place, 0)
    assert (result.new_blocks, result.refused, result.pin.height) == (3, (), 2)
    ledger = CaseLedger(case.store, ETN)
    first = ledger.lookup_transaction(Txid(node.first.txid[::-1]))
    assert first.inputs[0].outpoint == Outpoint(Txid(node.minted.txid[::-1]), 0)
    second = ledger.lookup_transaction(Txid(node.second.txid[::-1]))
    assert second.inputs[0].previous.ring == (0, 1)
    asked = [body["outputs"] for path, body in node.asked if path == "/get_outs"]
    assert asked == [[{"amount": 500, "index": 0}]]  # of the ring of two nothing is asked
    case.close()
    assert verify(tmp_path / "case").problems == []


def test_parts_are_kept_as_they_come(case, node, monkeypatch):
    monkeypatch.setattr(fetch_cryptonote, "PART_BLOCKS", 1)
    fetch_open_blocks(case, node.place, 0)
    assert case.store.count("ledger_sources") == 3
    ledger = CaseLedger(case.store, ETN)
    first = ledger.lookup_transaction(Txid(node.first.txid[::-1]))
    assert first.inputs[0].previous.ring == ()


def test_a_node_of_another_coin_is_refused(case, node):
    node.blocks[0] = node.blocks[1]
    with pytest.raises(NodeUnfitError, match="first block"):
        fetch_open_blocks(case, node.place, 0)


def test_a_node_whose_blocks_do_not_follow_each_other_is_refused(case, node):
    node.blocks[2] = node.blocks[0]
    with pytest.raises(NodeUnfitError, match="does not follow"):
        fetch_open_blocks(case, node.place, 0)


def test_nothing_is_asked_without_consent(tmp_path, node):
    with Case.create(tmp_path / "other", key=bytes(32)) as case, pytest.raises(NotConsentedError):
        fetch_open_blocks(case, node.place, 0)
    assert node.asked == []


def test_an_explorer_s_transactions_are_re_hashed(case, node):
    result = fetch_from_explorer(case, node.place, [node.first.txid.hex()])
    assert (result.new_transactions, result.refused) == (1, ())


def test_an_explorer_that_gives_another_transaction_is_caught(case, node):
    node.given[node.first.txid.hex()] = node.second.raw.hex()
    from chainlead.errors import LedgerSourceError

    with pytest.raises(LedgerSourceError, match="not transaction"):
        fetch_from_explorer(case, node.place, [node.first.txid.hex()])
