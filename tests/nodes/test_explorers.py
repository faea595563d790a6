"""Esplora and Blockbook faces before real nodes: every fact in their answers is the node's own.

Neither server is packaged; the faces here give a real node's blocks in the servers' documented form.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network, Strength
from chainlead.wire import Login, Route
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.fetch_explorer import fetch_blockbook, fetch_esplora
from chainlead.workflow.fetch_history import HistoryOptions
from chainlead.workflow.live_histories import HistoryFetcher
from chainlead.workflow.trace import trace
from chainlead.workflow.trace_live import trace_live
from chainlead.workflow.verify import verify

COIN = 10**8


def units(coins) -> int:
    return round(coins * COIN)


class Face:
    """An HTTP server whose answers come from a node."""

    root = ""

    def __init__(self, node) -> None:
        self.node = node
        self.blocks: list[dict] = []
        self.outputs: dict[tuple[str, int], dict] = {}
        self.refresh()
        face = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = face.answer(self.path.removeprefix(face.root).lstrip("/"))
                body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
                self.send_response(404 if answer is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.listener.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def place(self) -> NodeAddress:
        return NodeAddress(f"http://127.0.0.1:{self.listener.server_address[1]}{self.root}")

    def refresh(self) -> None:
        """Read the node's chain again."""
        self.blocks = [
            self.node.call("getblock", self.node.call("getblockhash", height), 2)
            for height in range(self.node.call("getblockcount") + 1)
        ]
        for block in self.blocks:
            for one in block["tx"]:
                for output in one["vout"]:
                    self.outputs[one["txid"], output["n"]] = output

    def tip(self) -> int:
        return len(self.blocks) - 1

    def of(self, address: str) -> list[tuple[dict, dict]]:
        """Transactions of an address with their blocks, newest first."""
        script = self.node.call("validateaddress", address)["scriptPubKey"]
        return [
            (one, block)
            for block in reversed(self.blocks[1:])
            for one in block["tx"]
            if self.sums(one, script) != (0, 0)
        ]

    def spent(self, given: dict) -> dict | None:
        return self.outputs.get((given["txid"], given["vout"])) if "txid" in given else None

    def sums(self, one: dict, script: str) -> tuple[int, int]:
        received = [o["value"] for o in one["vout"] if o["scriptPubKey"]["hex"] == script]
        spent = [self.spent(given) for given in one["vin"]]
        sent = [o["value"] for o in spent if o and o["scriptPubKey"]["hex"] == script]
        return sum(map(units, received)), sum(map(units, sent))

    def answer(self, path: str):
        raise NotImplementedError


class EsploraFace(Face):
    root = "/api"

    def answer(self, path: str):
        parts = path.split("/")
        if path == "blocks/tip/height":
            return str(self.tip())
        if parts[0] == "block-height":
            return self.blocks[int(parts[1])]["hash"]
        if parts[0] == "block":
            return self.node.call("getblockheader", parts[1], False)
        if parts[0] == "blocks":
            top = int(parts[1])
            return [self.short(self.blocks[h]) for h in range(top, max(top - 10, -1), -1)]
        if parts[0] == "address":
            return self.address(parts[1], parts[2:])
        if parts[2:] == ["hex"]:
            return self.node.call("getrawtransaction", parts[1])
        block = next(b for b in self.blocks if parts[1] in {one["txid"] for one in b["tx"]})
        if len(parts) == 2:
            return self.item(next(one for one in block["tx"] if one["txid"] == parts[1]), block)
        ids = [one["txid"] for one in block["tx"]]
        position = ids.index(parts[1])
        return {
            "block_height": block["height"], "pos": position, "merkle": branch(ids, position),
        }  # fmt: skip

    def short(self, block: dict) -> dict:
        return {
            "id": block["hash"], "height": block["height"], "version": block["version"],
            "timestamp": block["time"], "bits": int(block["bits"], 16), "nonce": block["nonce"],
            "merkle_root": block["merkleroot"], "previousblockhash": block.get("previousblockhash"),
        }  # fmt: skip

    def address(self, address: str, rest: list[str]):
        rows = self.of(address)
        script = self.node.call("validateaddress", address)["scriptPubKey"]
        if not rest:
            sums = [self.sums(one, script) for one, _ in rows]
            counts = {
                "tx_count": len(rows), "funded_txo_sum": sum(r for r, _ in sums),
                "spent_txo_sum": sum(s for _, s in sums),
            }  # fmt: skip
            return {"address": address, "chain_stats": counts}
        if rest == ["txs", "mempool"]:
            return []
        ids = [one["txid"] for one, _ in rows]
        start = ids.index(rest[2]) + 1 if rest[2:] else 0
        return [self.item(one, block) for one, block in rows[start : start + 25]]

    def item(self, one: dict, block: dict) -> dict:
        return {
            "txid": one["txid"], "version": one["version"], "locktime": one["locktime"],
            "vin": [self.given(given) for given in one["vin"]],
            "vout": [self.paid(output) for output in one["vout"]],
            "status": {
                "confirmed": True, "block_height": block["height"], "block_hash": block["hash"],
                "block_time": block["time"],
            },
        }  # fmt: skip

    def given(self, given: dict) -> dict:
        spent = self.spent(given)
        return {
            "txid": given.get("txid", "00" * 32), "vout": given.get("vout", 0xFFFFFFFF),
            "sequence": given["sequence"], "witness": given.get("txinwitness", []),
            "scriptsig": given.get("coinbase") or given["scriptSig"]["hex"],
            "prevout": None if spent is None else self.paid(spent),
        }  # fmt: skip

    def paid(self, output: dict) -> dict:
        return {"scriptpubkey": output["scriptPubKey"]["hex"], "value": units(output["value"])}


class BlockbookFace(Face):
    def answer(self, path: str):
        if path == "api/status":
            return {"blockbook": {"inSync": True, "bestHeight": self.tip()}}
        if path.startswith("api/v2/block-index/"):
            return {"blockHash": self.blocks[int(path.rpartition("/")[2])]["hash"]}
        if path.startswith("api/v2/rawblock/"):
            found = self.blocks[int(path.rpartition("/")[2])]["hash"]
            return {"hex": self.node.call("getblock", found, 0)}
        if path.startswith("api/v2/tx-specific/"):
            return self.node.call("getrawtransaction", path.rpartition("/")[2], 1)
        address, _, query = path.removeprefix("api/v2/address/").partition("?")
        rows = self.of(address)
        script = self.node.call("validateaddress", address)["scriptPubKey"]
        sums = [self.sums(one, script) for one, _ in rows]
        short = {"txs": len(rows), "balance": str(sum(r - s for r, s in sums))}
        if "details=basic" in query:
            return short
        listed = [self.item(one, block, address, script) for one, block in rows]
        return {**short, "page": 1, "totalPages": 1, "transactions": listed}

    def item(self, one: dict, block: dict, address: str, script: str) -> dict:
        received, sent = self.sums(one, script)
        return {
            "txid": one["txid"], "hex": self.node.call("getrawtransaction", one["txid"]),
            "blockHash": block["hash"], "blockHeight": block["height"], "blockTime": block["time"],
            "vin": [{"addresses": [address], "value": str(sent)}],
            "vout": [{"addresses": [address], "value": str(received)}],
        }  # fmt: skip


def branch(ids: list[str], position: int) -> list[str]:
    level, found = [bytes.fromhex(name)[::-1] for name in ids], []
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        found.append(level[position ^ 1][::-1].hex())
        pairs = [level[i] + level[i + 1] for i in range(0, len(level), 2)]
        level = [hashlib.sha256(hashlib.sha256(pair).digest()).digest() for pair in pairs]
        position //= 2
    return found


@pytest.fixture
def face(case) -> Iterator:
    """Open faces that the case may ask."""
    running = []

    def make(kind, node):
        made = kind(node)
        running.append(made)
        grant(case, made.place.host, ("chain state", "address history"), why="our own server")
        return made

    yield make
    for made in running:
        made.listener.shutdown()
        made.listener.server_close()


def live(node, *, before: int = 101) -> str:
    """Two wallets that pay each other, with segwit and taproot; returns the shop's one address."""
    shop, customer = node.wallet("shop"), node.wallet("customer")
    node.mine(before, customer)
    for turn in range(30):
        node.call("sendtoaddress", shop, f"0.{turn + 1:02}", wallet="customer")
        if turn % 7 == 6:
            node.call("sendtoaddress", customer, "0.05", wallet="shop")
        node.mine(1, customer)
    return shop


def truth(node, address: str) -> Counter:
    rows = node.call("listtransactions", "*", 1000, wallet="shop")
    return Counter(
        (row["txid"], units(row["amount"]))
        for row in rows
        if row["category"] == "receive" and row["address"] == address
    )


def received(case, address: str, chain: Chain) -> Counter:
    ledger = CaseLedger(case.store, chain)
    return Counter(
        (output.outpoint.txid.display, output.amount_units) for output in ledger.outputs_to(address)
    )


def levels(case, chain: Chain) -> set[tuple[str, Strength]]:
    ledger = CaseLedger(case.store, chain)
    return {(t.verified.value, t.place_strength) for t in ledger.transactions() if t.height}


BITCOIN = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
LITECOIN = {"chain": Chain.LITECOIN, "network": Network.REGTEST}


def test_an_esplora_history_is_that_of_the_nodes_wallet_and_proved(case, bitcoind, face):
    shop = live(bitcoind)
    result = fetch_esplora(case, face(EsploraFace, bitcoind).place, [shop], **BITCOIN)
    assert received(case, shop, Chain.BITCOIN) == truth(bitcoind, shop)
    assert (result.doubts, result.unlinked) == ((), ())
    assert levels(case, Chain.BITCOIN) == {("on best chain", Strength.OBSERVED)}
    case.close()
    assert verify(case.folder).problems == []


def test_a_blockbook_history_agrees_with_esplora_and_with_the_node(case, bitcoind, face):
    shop = live(bitcoind)
    options = HistoryOptions(with_previous=True)
    blockbook, esplora = face(BlockbookFace, bitcoind), face(EsploraFace, bitcoind)
    fetch_blockbook(case, blockbook.place, [shop], options=options, **BITCOIN)
    assert received(case, shop, Chain.BITCOIN) == truth(bitcoind, shop)
    assert levels(case, Chain.BITCOIN) == {("single source", Strength.ASSERTED)}
    assert fetch_esplora(case, esplora.place, [shop], **BITCOIN).doubts == ()
    assert levels(case, Chain.BITCOIN) == {("on best chain", Strength.OBSERVED)}
    grant(case, bitcoind.host, ("chain state", "blocks"), why="our own node")
    user, _, password = bitcoind.cookie.read_text().partition(":")
    node = NodeAddress(bitcoind.url, Route(login=Login(user, password)))
    fetch_blocks(case, node, 0, **BITCOIN)
    assert fetch_blockbook(case, blockbook.place, [shop], **BITCOIN).doubts == ()


def test_a_reorganisation_behind_an_esplora_server_is_seen(case, bitcoind, face):
    shop = live(bitcoind)
    esplora = face(EsploraFace, bitcoind)
    fetch_esplora(case, esplora.place, [shop], **BITCOIN)
    before = received(case, shop, Chain.BITCOIN)
    height = bitcoind.call("getblockcount")
    bitcoind.call("invalidateblock", bitcoind.call("getblockhash", height - 1))
    bitcoind.mine(4, bitcoind.call("getnewaddress", wallet="customer"))
    esplora.refresh()
    result = fetch_esplora(case, esplora.place, [shop], **BITCOIN)
    assert any("reorganisation" in doubt or "different blocks" in doubt for doubt in result.doubts)
    assert set(received(case, shop, Chain.BITCOIN)) >= set(before)


def test_litecoin_with_its_extension_blocks_goes_through_both(case, litecoind, face):
    shop = live(litecoind, before=380)
    miner = litecoind.call("getnewaddress", wallet="customer")
    litecoind.mine(431 - litecoind.call("getblockcount"), miner)
    hidden = litecoind.call("getnewaddress", "", "mweb", wallet="shop")
    litecoind.call("sendtoaddress", hidden, 3, wallet="customer")
    litecoind.mine(2, miner)
    litecoind.call("sendtoaddress", shop, 1, wallet="customer")
    litecoind.mine(1, miner)
    result = fetch_esplora(case, face(EsploraFace, litecoind).place, [shop], **LITECOIN)
    assert received(case, shop, Chain.LITECOIN) == truth(litecoind, shop)
    assert result.doubts == ()
    again = fetch_blockbook(
        case, face(BlockbookFace, litecoind).place, [shop], with_blocks=True, **LITECOIN
    )
    assert again.doubts == ()
    assert levels(case, Chain.LITECOIN) == {("on best chain", Strength.OBSERVED)}


def test_a_live_trace_ends_where_a_trace_over_all_blocks_ends(case, tmp_path, bitcoind, face):
    live(bitcoind)
    rows = bitcoind.call("listtransactions", "*", 1000, wallet="customer")
    origin = next(row["txid"] for row in rows if row["category"] == "generate")
    esplora = face(EsploraFace, bitcoind)
    grant(case, esplora.place.host, ("transaction",), why="our own server")
    place = NodeAddress(f"esplora+{esplora.place.url}")
    fetcher = HistoryFetcher(case, place, **BITCOIN)
    found = trace_live(case, origin, fetcher, chain=Chain.BITCOIN)
    with Case.create(tmp_path / "whole", key=bytes(32), who="tester") as whole:
        grant(whole, bitcoind.host, ("chain state", "blocks"), why="our own node")
        user, _, password = bitcoind.cookie.read_text().partition(":")
        node = NodeAddress(bitcoind.url, Route(login=Login(user, password)))
        fetch_blocks(whole, node, 0, **BITCOIN)
        _, document = trace(whole, origin, chain=Chain.BITCOIN)
    assert ends(found.document) == ends(document)
    case.close()
    assert verify(case.folder).problems == []


def ends(document) -> dict[str, set]:
    return {
        rule: {
            (end["outpoint"], end["reason"], end["amount_units"], end["traced_units"])
            for end in result["frontier"]
            if end["outpoint"]
        }
        for rule, result in document["rules"].items()
    }
