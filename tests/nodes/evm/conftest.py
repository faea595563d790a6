"""A real Ethereum node (anvil) on this machine, a town of payments on it, and a history service."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chainlead.codecs import keccak256
from chainlead.ledger import CaseAccounts
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress

MODULES = Path(__file__).parents[3] / ".venv" / "nodes" / "npm" / "node_modules"
ETHER = 10**18
COMPILE = """
const solc = require("solc");
const source = require("fs").readFileSync(0, "utf8");
const asked = { language: "Solidity", sources: { all: { content: source } },
  settings: { evmVersion: "istanbul", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } } };
process.stdout.write(solc.compile(JSON.stringify(asked)));
"""


@dataclass
class Anvil:
    """A running node, by its own process id."""

    process: subprocess.Popen
    port: int
    price: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> NodeAddress:
        return NodeAddress(f"http://{self.host}/")

    def call(self, method: str, *params: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def send(self, sender: str, to: str | None = None, data: bytes = b"", value: int = 0, **more):
        """Send a transaction, wait for its receipt."""
        asked = {"from": sender, "data": "0x" + data.hex(), "value": hex(value)}
        asked |= self.price | more
        return self.wait_for(self.call("eth_sendTransaction", asked | ({"to": to} if to else {})))

    def wait_for(self, txid: str):
        """The receipt of a transaction, when there is one."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            receipt = self.call("eth_getTransactionReceipt", txid)
            if receipt:
                return receipt
            time.sleep(0.02)
        raise RuntimeError("no receipt in time")

    def stop(self) -> None:
        stop_anvil(self)

    def deploy(self, sender: str, code: bytes, *arguments: bytes, value: int = 0) -> str:
        receipt = self.send(sender, data=code + b"".join(arguments), value=value)
        address: str = receipt["contractAddress"]
        return address

    @staticmethod
    def word(value: str | int) -> bytes:
        return word(value)

    @staticmethod
    def called(signature: str, *values: str | int) -> bytes:
        return called(signature, *values)

    def balance(self, account: str) -> int:
        return int(self.call("eth_getBalance", account, "latest"), 16)

    def tokens(self, contract: str, account: str) -> int:
        asked = {"to": contract, "data": "0x" + called("balanceOf(address)", account).hex()}
        return int(self.call("eth_call", asked, "latest"), 16)


def word(value: str | int) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(32, "big")
    return bytes(12) + bytes.fromhex(value[2:])


def called(signature: str, *values: str | int) -> bytes:
    return keccak256(signature.encode())[:4] + b"".join(word(value) for value in values)


@pytest.fixture(scope="session")
def contracts() -> dict[str, bytes]:
    """The bytecode of the contracts beside this file."""
    node = shutil.which("node")
    if node is None or not (MODULES / "solc").is_dir():
        pytest.skip("no Solidity compiler here: `make test-nodes` installs it")
    source = (Path(__file__).parent / "contracts.sol").read_bytes()
    done = subprocess.run(
        [node, "-e", COMPILE], input=source, cwd=MODULES.parent, check=True, capture_output=True
    )
    found = json.loads(done.stdout)["contracts"]["all"]
    return {name: bytes.fromhex(one["evm"]["bytecode"]["object"]) for name, one in found.items()}


def start_anvil(port: int, chain_id: int, *options: str) -> Anvil:
    programs = sorted(MODULES.glob("@foundry-rs/anvil-*/bin/anvil"))
    if not programs:
        pytest.skip("no anvil here: `make test-nodes` installs it")
    process = subprocess.Popen(
        [str(programs[0]), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(chain_id),
         "--timestamp", "1700000000", "--silent", "--steps-tracing", *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    node = Anvil(process, port)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            node.call("eth_chainId")
        except (OSError, ValueError):
            time.sleep(0.05)
        else:
            return node
    stop_anvil(node)
    raise RuntimeError("anvil did not answer in time")


def stop_anvil(node: Anvil) -> None:
    if node.process.poll() is None:
        node.process.send_signal(signal.SIGTERM)
        try:
            node.process.wait(20)
        except subprocess.TimeoutExpired:
            node.process.kill()
            node.process.wait(10)


@pytest.fixture
def start_node(socket_enabled):
    """For a test that wants a node with other options."""

    def start(chain_id: int, *options: str) -> Anvil:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port: int = listener.getsockname()[1]
        return start_anvil(port, chain_id, *options)

    return start


@pytest.fixture
def anvil(start_node):
    node = start_node(1)
    yield node
    node.stop()


@pytest.fixture
def agreed(case, anvil):
    grant(case, anvil.host, ("chain state", "blocks"), why="our own node")
    return case


@dataclass
class Town:
    """What was done on the chain, and who is who."""

    people: list[str]
    token: str
    taxed: str
    fake: str
    till: str
    before: dict[str, int]
    receipts: dict[str, Any]

    @staticmethod
    def balance_of(view: CaseAccounts, account: str) -> int:
        """What an account's transfers and fees add up to."""
        total = 0
        for entry in view.transfers_of(account):
            total += entry.amount_units if entry.receiver == account else 0
            total -= entry.amount_units if entry.sender == account else 0
            total -= entry.fee_units if entry.fee_payer == account else 0
        return total

    @staticmethod
    def kinds(view: CaseAccounts, receipt) -> list[tuple]:
        found = view.transfers_in(receipt["transactionHash"][2:])
        return [(entry.kind, entry.sender, entry.receiver, entry.amount_units) for entry in found]


def token_arguments(symbol: str, places: int, tax: int) -> bytes:
    text = symbol.encode()
    return word(96) + word(places) + word(tax) + word(len(text)) + text.ljust(32, b"\0")


@pytest.fixture
def town(anvil, contracts) -> Town:
    """Payments of every kind, each in a block of its own."""
    return build_town(anvil, contracts)


def build_town(anvil: Anvil, contracts: dict[str, bytes], *, has_lists: bool = True) -> Town:
    """The same on a node of any fork; access lists came with Berlin."""
    people = [one.lower() for one in anvil.call("eth_accounts")]
    alice, bob, carol, dave = people[:4]
    before = {one: anvil.balance(one) for one in people}
    made = contracts["Token"]
    token = anvil.deploy(alice, made, token_arguments("CASH", 6, 0))
    taxed = anvil.deploy(alice, made, token_arguments("TAX", 9, 2))
    fake = anvil.deploy(dave, made, token_arguments("USDT", 6, 0))
    till = anvil.deploy(carol, contracts["Till"], value=2 * ETHER)
    did = {
        "ether": anvil.send(alice, bob, value=3 * ETHER),
        "old": anvil.send(alice, bob, value=7, gasPrice=hex(3 * 10**9), type="0x0"),
        "listed": anvil.send(
            alice,
            bob,
            value=8,
            gasPrice=hex(3 * 10**9),
            **({"accessList": []} if has_lists else {}),
        ),
        "token": anvil.send(alice, token, called("transfer(address,uint256)", bob, 5_000)),
        "approve": anvil.send(alice, token, called("approve(address,uint256)", carol, 900)),
        "for": anvil.send(
            carol, token, called("transferFrom(address,address,uint256)", alice, dave, 800)
        ),
        "taxed": anvil.send(alice, taxed, called("transfer(address,uint256)", bob, 1_000)),
        "taxed again": anvil.send(bob, taxed, called("transfer(address,uint256)", carol, 500)),
        "fake": anvil.send(dave, fake, called("transfer(address,uint256)", bob, 600)),
        "burn": anvil.send(bob, token, called("burn(uint256)", 100)),
        "split": anvil.send(
            alice, till, called("split(address,address)", bob, dave), value=4 * ETHER
        ),
        "tried": anvil.send(alice, till, called("tryRefused(address)", dave), value=ETHER),
        "failed": anvil.send(bob, till, called("refuse()"), value=ETHER, gas=hex(100_000)),
        "failed token": anvil.send(
            dave, token, called("transfer(address,uint256)", bob, 10**9), gas=hex(100_000)
        ),
        "spawn": anvil.send(carol, till, called("spawn()"), value=ETHER // 2),
        "destroy": anvil.send(carol, till, called("destroy(address)", people[5])),
    }
    return Town(people, token, taxed, fake, till, before, did)


@pytest.fixture
def town_builder():
    """For a test that wants the town on such a node."""
    return build_town


TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
Row = dict[str, Any]


def number(told: str | None) -> str:
    return str(int(told or "0x0", 16))


class Index:
    """Rows of all blocks of a node, by action; what it does is changed by tests."""

    def __init__(self, node) -> None:
        self.rows: dict[str, list[Row]] = {
            name: [] for name in ("txlist", "txlistinternal", "tokentx", "tokennfttx")
        }
        self.lie: Callable[[str, list[Row]], list[Row]] = lambda _action, rows: rows
        self.busy = 0
        self.window = 10_000
        self.wants_key = ""
        self.missing = ""
        self.repeats_key = False
        self.asked: list[dict[str, str]] = []
        self._next = 0
        self.look_at_new_blocks(node)

    def look_at_new_blocks(self, node) -> None:
        newest = int(node.call("eth_blockNumber"), 16)
        for height in range(self._next, newest + 1):
            self._add(node, node.call("eth_getBlockByNumber", hex(height), True))
        self._next = newest + 1

    def _add(self, node, block) -> None:
        for made in block["transactions"]:
            receipt = node.call("eth_getTransactionReceipt", made["hash"])
            common = {
                "blockNumber": number(block["number"]), "timeStamp": number(block["timestamp"]),
                "hash": made["hash"], "blockHash": block["hash"], "nonce": number(made["nonce"]),
                "transactionIndex": number(made["transactionIndex"]), "confirmations": "3",
                "gas": number(made["gas"]), "gasUsed": number(receipt["gasUsed"]),
                "gasPrice": number(receipt["effectiveGasPrice"]),
            }  # fmt: skip
            failed = str(int(receipt["status"] == "0x0"))
            self.rows["txlist"].append(common | {
                "from": made["from"], "to": made["to"] or "", "value": number(made["value"]),
                "isError": failed, "txreceipt_status": number(receipt["status"]),
                "contractAddress": receipt["contractAddress"] or "", "input": made["input"],
            })  # fmt: skip
            trace = node.call("debug_traceTransaction", made["hash"], {"tracer": "callTracer"})
            self._add_inner(common, trace, failed, 0)
            for log in receipt["logs"]:
                if log["topics"][0] == TRANSFER:
                    self.rows["tokentx"].append(common | {
                        "from": "0x" + log["topics"][1][-40:], "to": "0x" + log["topics"][2][-40:],
                        "value": number(log["data"]), "contractAddress": log["address"],
                        "tokenName": "T", "tokenSymbol": "T", "tokenDecimal": "6",
                    })  # fmt: skip

    def _add_inner(self, common: Row, call: Row, failed: str, depth: int) -> None:
        if call.get("error"):
            failed = "1"
        if depth and call["type"] in {"CALL", "CREATE", "CREATE2", "SELFDESTRUCT"}:
            made = call["type"].startswith("CREATE")
            self.rows["txlistinternal"].append({
                name: common[name] for name in ("blockNumber", "timeStamp", "hash", "gas")
            } | {
                "from": call["from"], "to": "" if made else call["to"], "input": "",
                "value": number(call.get("value")), "type": call["type"].lower(),
                "contractAddress": call["to"] if made else "", "isError": failed,
            })  # fmt: skip
        for inner in call.get("calls", ()):
            self._add_inner(common, inner, failed, depth + 1)

    def answer(self, asked: dict[str, str]) -> Row:
        self.asked.append(asked)
        if self.wants_key and asked.get("apikey") != self.wants_key:
            return {"status": "0", "message": "NOTOK", "result": "Missing/Invalid API Key"}
        if self.busy:
            self.busy -= 1
            return {"status": "0", "message": "NOTOK", "result": "Max rate limit reached"}
        if asked["action"] == self.missing:
            words = "Error! Missing Or invalid Action name"
            return {"status": "0", "message": "NOTOK", "result": words}
        page, size = int(asked["page"]), int(asked["offset"])
        if page * size > self.window:
            words = (
                "Result window is too large, PageNo x Offset size must be less than or equal to "
                f"{self.window}"
            )
            return {"status": "0", "message": "NOTOK", "result": words}
        span = range(int(asked["startblock"]), int(asked["endblock"]) + 1)
        rows = [
            row for row in self.lie(asked["action"], self.rows[asked["action"]])
            if asked["address"] in {row["from"], row["to"]} and int(row["blockNumber"]) in span
        ]  # fmt: skip
        rows = rows[(page - 1) * size : page * size]
        told: Row = {"status": "1", "message": "OK", "result": rows}
        if self.repeats_key:
            told["key"] = asked.get("apikey")
        return told if rows else {**told, "status": "0", "message": "No transactions found"}


@pytest.fixture
def index(anvil, town) -> Index:
    return Index(anvil)


@pytest.fixture
def service(index, agreed, anvil) -> Iterator[NodeAddress]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            told = index.answer({name: values[0] for name, values in query.items()})
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place = NodeAddress(f"http://127.0.0.1:{server.server_port}/v2/api?chain_id=1")
    grant(agreed, place.host, ("address index",), why="histories are not secret here")
    grant(agreed, anvil.host, ("transaction", "account"), why="our own node")
    yield place
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def without_traces(anvil) -> Iterator[NodeAddress]:
    """The same node behind a door that knows no method that shows calls."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answers = []
            for call in calls:
                if call["method"].startswith(("debug_", "trace_")):
                    error = {"code": -32601, "message": "the method does not exist"}
                    answers.append({"jsonrpc": "2.0", "id": call["id"], "error": error})
                    continue
                result = anvil.call(call["method"], *call["params"])
                answers.append({"jsonrpc": "2.0", "id": call["id"], "result": result})
            body = json.dumps(answers).encode()
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
