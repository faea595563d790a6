"""A real Ethereum node (anvil) on this machine, and a town of payments on it."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        txid = self.call("eth_sendTransaction", asked | ({"to": to} if to else {}))
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
