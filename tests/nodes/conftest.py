"""Real nodes on private chains on this machine. `make test-nodes` installs what they need."""

import base64
import http.client
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NODES = Path(__file__).parents[2] / ".venv" / "nodes" / "root"
LIBRARIES = NODES / "usr/lib/x86_64-linux-gnu"
MOCK_TIME = 1_700_000_000
PROGRAMS = {"bitcoin": "usr/bin/bitcoind", "litecoin": "usr/lib/litecoin/litecoind"}
SHORT = frozenset(
    {
        "test_bitcoind.py::test_the_transfers_are_those_of_the_nodes_own_wallet",
        "test_bitcoind.py::test_a_reorganisation_moves_the_pin_and_drops_the_payment",
        "test_bitcoind.py::test_the_block_files_that_the_node_wrote_are_read",
        "test_litecoind.py::test_a_peg_in_and_the_hogex_are_never_ordinary_payments",
        "test_anvil.py::test_every_balance_is_what_the_node_says",
        "test_anvil.py::test_electroneum_is_read_by_its_chain_id",
        "test_contracts.py::test_proxies_are_recognised_with_the_code_that_they_run",
        "test_index.py::test_an_honest_service_leads_to_all_that_the_node_knows",
        "test_live.py::test_by_every_block_the_node_learns_no_account",
        "test_live.py::test_the_answer_is_that_of_a_case_that_holds_every_block",
        "test_monero.py::test_the_view_key_finds_what_the_view_only_wallet_and_the_full_wallet_find",
        "test_monero.py::test_the_sum_is_wrong_after_a_spend_and_is_never_called_a_balance",
        "test_monero.py::test_rings_of_a_real_spend_are_one_of_sixteen_and_not_followed",
        "test_electrumx.py::test_a_reorganisation_is_named_and_the_payment_loses_its_proof",
        "test_watch.py::test_money_that_leaves_is_seen_and_its_return_to_nowhere_too",
    }
)
"""A look at each kind of real node: `make test-nodes-short`."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that `make test-nodes-short` chooses by."""
    config.addinivalue_line("markers", "short: a quick look at each kind of real node")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the short ones; a name that is gone is an error, or the short form would shrink unseen."""
    found = {}
    for item in items:
        name = f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
        if item.path.is_relative_to(Path(__file__).parent) and name in SHORT:
            found[name] = item
            item.add_marker(pytest.mark.short)
    if config.option.markexpr == "short" and SHORT - found.keys():
        raise pytest.UsageError(f"no such tests any more: {sorted(SHORT - found.keys())}")


def free_port() -> int:
    """A port that nothing uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Node:
    """A running node, by its own process id."""

    coin: str
    folder: Path
    process: subprocess.Popen
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    @property
    def cookie(self) -> Path:
        return self.folder / "regtest" / ".cookie"

    def call(self, method: str, *params: Any, wallet: str = "") -> Any:
        """One RPC call; an error is a RuntimeError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        secret = base64.b64encode(self.cookie.read_bytes()).decode()
        path = f"/wallet/{wallet}" if wallet else "/"
        body = json.dumps({"id": 1, "method": method, "params": params})
        connection.request("POST", path, body, {"Authorization": f"Basic {secret}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if answer["error"]:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wallet(self, name: str) -> str:
        """Make a wallet and give it an address."""
        self.call("createwallet", name)
        address: str = self.call("getnewaddress", wallet=name)
        return address

    def mine(self, count: int, address: str) -> list[str]:
        """Mine blocks, ten minutes apart."""
        made: list[str] = []
        for _ in range(count):
            tip = self.call("getblockheader", self.call("getbestblockhash"))
            self.call("setmocktime", max(tip["time"] + 600, MOCK_TIME))
            made += self.call("generatetoaddress", 1, address)
        return made

    def stop(self) -> None:
        """End it and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def start_node(coin: str, folder: Path, *options: str) -> Node:
    """Start bitcoind or litecoind on a private chain and wait until it answers."""
    program = NODES / PROGRAMS[coin]
    if not program.exists():
        pytest.skip(f"no {program.name} here: `make test-nodes` installs it")
    folder.mkdir(parents=True, exist_ok=True)
    port, peers = free_port(), free_port()
    (folder / "node.conf").write_text(
        "regtest=1\nserver=1\ntxindex=1\nfallbackfee=0.0002\ndnsseed=0\ndiscover=0\nupnp=0\n"
        f"addresstype=bech32\n[regtest]\nrpcport={port}\nrpcbind=127.0.0.1\n"
        f"rpcallowip=127.0.0.1\nport={peers}\nbind=127.0.0.1:{peers}\n",
        "utf-8",
    )
    process = subprocess.Popen(
        [
            str(LIBRARIES / "ld-linux-x86-64.so.2"), "--library-path", str(LIBRARIES),
            str(program), f"-datadir={folder}", f"-conf={folder / 'node.conf'}",
            f"-mocktime={MOCK_TIME}", *options,
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    node = Node(coin, folder, process, port)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{coin} ended with {process.returncode}")
        try:
            node.call("getblockchaininfo")
        except (OSError, ValueError, RuntimeError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return node
    node.stop()
    raise RuntimeError(f"{coin} did not answer in time")


@pytest.fixture
def node_starter():
    """For a test that wants a node with other options."""
    return start_node


@pytest.fixture
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is one: a node's fsyncs cost nothing there."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="chainlead-node-", dir=shm if shm.is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bitcoind(socket_enabled, memory_folder) -> Iterator[Node]:
    """A bitcoind with all indexes."""
    node = start_node("bitcoin", memory_folder, "-blockfilterindex=1")
    yield node
    node.stop()


@pytest.fixture
def litecoind(socket_enabled, memory_folder) -> Iterator[Node]:
    """A litecoind; it keeps no block filters."""
    node = start_node("litecoin", memory_folder)
    yield node
    node.stop()
