"""A real ElectrumX before a real node: histories with proofs, equal to what the node's wallets say."""

import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chainlead.codecs import address_from_script
from chainlead.errors import NodeUnfitError, WireError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network, Strength
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.fetch_electrum import fetch_histories
from chainlead.workflow.verify import verify

PROGRAM = Path(__file__).parents[2] / ".venv" / "nodes" / "electrumx" / "bin" / "electrumx_server"
COIN = 10**8
REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
BOTH = ("chain state", "address history")


def free_port() -> int:
    """A port that nothing uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Server:
    """A running ElectrumX, by its own process id."""

    process: subprocess.Popen
    port: int

    @property
    def address(self) -> NodeAddress:
        return NodeAddress(f"tcp://127.0.0.1:{self.port}")

    def ask(self, method: str, *params: Any) -> Any:
        """One question, without chainlead."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            lines = connection.makefile("rwb")
            for number, call in enumerate((("server.version", ("test", "1.4")), (method, params))):
                body = {"jsonrpc": "2.0", "id": number, "method": call[0], "params": call[1]}
                lines.write(json.dumps(body).encode() + b"\n")
                lines.flush()
                answer = json.loads(lines.readline())
            lines.close()
        return answer["result"]

    def wait_for(self, height: int) -> None:
        """Until it has taken over the node's chain."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.ask("blockchain.headers.subscribe")["height"] >= height:
                    return
            except (OSError, ValueError, LookupError):
                pass
            time.sleep(0.1)
        raise RuntimeError("ElectrumX did not follow in time")

    def stop(self) -> None:
        """End it and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


@pytest.fixture
def start_server(memory_folder) -> Iterator[Any]:
    """Start an ElectrumX before a node."""
    running: list[Server] = []

    def start(node: Any) -> Server:
        if not PROGRAM.exists():
            pytest.skip("no ElectrumX here: `make test-nodes` installs it")
        folder = memory_folder / "electrumx"
        folder.mkdir(exist_ok=True)
        port, control = free_port(), free_port()
        settings = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "COIN": node.coin.capitalize(),
            "NET": "regtest", "DB_DIRECTORY": str(folder), "DB_ENGINE": "leveldb",
            "DAEMON_URL": f"http://{node.cookie.read_text()}@{node.host}/",
            "SERVICES": f"tcp://127.0.0.1:{port},rpc://127.0.0.1:{control}",
            "PEER_DISCOVERY": "off", "PEER_ANNOUNCE": "", "ALLOW_ROOT": "1", "CACHE_MB": "50",
            "COST_SOFT_LIMIT": "0", "COST_HARD_LIMIT": "0", "REQUEST_SLEEP": "0",
            "DAEMON_POLL_INTERVAL_BLOCKS": "100", "DAEMON_POLL_INTERVAL_MEMPOOL": "100",
        }  # fmt: skip
        process = subprocess.Popen(
            [str(PROGRAM)], env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        server = Server(process, port)
        running.append(server)
        server.wait_for(node.call("getblockcount"))
        return server

    yield start
    for server in running:
        server.stop()


def lived_in(node: Any) -> list[str]:
    """Two wallets that paid each other; returns the shop's addresses."""
    node.wallet("shop")
    customer = node.wallet("customer")
    node.mine(101, customer)
    addresses = []
    for turn in range(8):
        addresses.append(node.call("getnewaddress", wallet="shop"))
        node.call("sendtoaddress", addresses[-1], f"0.{turn + 1:02}", wallet="customer")
        if turn % 3 == 2:
            node.call("sendtoaddress", addresses[-1], "0.3", wallet="customer")
            node.mine(2, customer)
    node.mine(1, customer)
    node.call("sendtoaddress", customer, "0.1", wallet="shop")
    node.mine(3, customer)
    return addresses


def paid(node: Any) -> Counter:
    rows = node.call("listtransactions", "*", 1000, wallet="shop")
    return Counter(
        (r["txid"], r["address"], round(r["amount"] * COIN), r["blockhash"])
        for r in rows
        if r["category"] == "receive"
    )


def seen(case: Any, addresses: list[str], chain: Chain = Chain.BITCOIN) -> Counter:
    return Counter(
        (t.txid.display, output.address, output.amount_units, t.block_hash.display)
        for t in CaseLedger(case.store, chain).transactions()
        for output in t.outputs
        if output.address in addresses and t.block_hash
    )


def test_histories_with_proofs_are_those_of_the_nodes_own_wallet(case, bitcoind, start_server):
    addresses = lived_in(bitcoind)
    server = start_server(bitcoind)
    grant(case, server.address.host, BOTH, why="our own server")
    result = fetch_histories(case, server.address, addresses, **REGTEST, with_previous=True)
    assert seen(case, addresses) == paid(bitcoind)
    assert result.doubts == ()
    assert {level.value: n for level, n in result.levels} == {"on best chain": result.listed}
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    placed = [t for t in ledger.transactions() if t.height is not None]
    assert {t.place_strength for t in placed} == {Strength.OBSERVED}
    assert all(t.fee_units is not None for t in placed)
    again = fetch_histories(case, server.address, addresses, **REGTEST)
    assert again.new_transactions == 0
    case.close()
    server.stop()
    assert verify(case.folder).problems == []


def test_the_cases_own_blocks_and_the_server_agree(case, bitcoind, start_server):
    from chainlead.wire import Login, Route

    addresses = lived_in(bitcoind)
    server = start_server(bitcoind)
    grant(case, server.address.host, BOTH, why="our own server")
    grant(case, bitcoind.host, ("chain state", "blocks"), why="our own node")
    user, _, password = bitcoind.cookie.read_text().partition(":")
    node = NodeAddress(bitcoind.url, Route(login=Login(user, password)))
    fetch_blocks(case, node, 100, **REGTEST)
    result = fetch_histories(case, server.address, addresses, **REGTEST)
    assert (result.new_transactions, result.doubts) == (0, ())


@pytest.mark.parametrize("is_paid_again", [False, True])
def test_a_reorganisation_is_named_and_the_payment_loses_its_proof(
    case, bitcoind, start_server, is_paid_again
):
    addresses = lived_in(bitcoind)
    server = start_server(bitcoind)
    grant(case, server.address.host, BOTH, why="our own server")
    fetch_histories(case, server.address, addresses, **REGTEST)
    height = bitcoind.call("getblockcount")
    first_lost = bitcoind.call("getblockhash", height - 4)
    lost = paid(bitcoind)
    bitcoind.call("invalidateblock", first_lost)
    to = bitcoind.call("getnewaddress", wallet="customer")
    waiting = bitcoind.call("getrawmempool") if is_paid_again else []
    bitcoind.call("generateblock", to, [])
    bitcoind.call("generateblock", to, waiting)
    for _ in range(6):
        bitcoind.call("generateblock", to, [])
    server.wait_for(height + 3)
    result = fetch_histories(case, server.address, addresses, **REGTEST)
    assert any("reorganisation" in doubt for doubt in result.doubts)
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    places = {t.txid.display: t.place_strength for t in ledger.transactions()}
    stays = {
        txid for txid, _, _, block in lost if bitcoind.call("getblock", block)["confirmations"] > 0
    }
    gone = {txid for txid, _, _, _ in lost} - stays
    assert gone
    assert {places[name] for name in gone} == {Strength.ASSERTED}
    assert {places[name] for name in stays} == {Strength.OBSERVED}


def test_what_waits_for_a_block_is_named_and_not_taken(case, bitcoind, start_server):
    addresses = lived_in(bitcoind)
    server = start_server(bitcoind)
    grant(case, server.address.host, BOTH, why="our own server")
    fresh = bitcoind.call("getnewaddress", wallet="shop")
    txid = bitcoind.call("sendtoaddress", fresh, "0.2", wallet="customer")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        result = fetch_histories(case, server.address, [fresh], **REGTEST)
        if result.waiting:
            break
        time.sleep(0.2)
    assert [waiting.display for waiting in result.waiting] == [txid]
    assert seen(case, [fresh]) == Counter()
    assert addresses


def test_litecoin_histories_are_proved_too(case, litecoind, start_server):
    addresses = lived_in(litecoind)
    server = start_server(litecoind)
    grant(case, server.address.host, BOTH, why="our own server")
    result = fetch_histories(
        case, server.address, addresses, chain=Chain.LITECOIN, network=Network.REGTEST
    )
    assert seen(case, addresses, Chain.LITECOIN) == paid(litecoind)
    assert {level.value for level, _ in result.levels} == {"on best chain"}


def test_a_litecoin_server_offered_as_bitcoin_is_named(case, litecoind, start_server):
    litecoind.mine(2, litecoind.wallet("w"))
    server = start_server(litecoind)
    grant(case, server.address.host, BOTH, why="a mistake")
    address = address_from_script(b"\x00\x14" + bytes(20), Chain.BITCOIN, Network.REGTEST)
    with pytest.raises(NodeUnfitError, match="does not serve bitcoin"):
        fetch_histories(case, server.address, [address], **REGTEST)


def test_a_server_that_died_is_named_and_the_rest_comes_later(case, bitcoind, start_server):
    addresses = lived_in(bitcoind)
    server = start_server(bitcoind)
    grant(case, server.address.host, BOTH, why="our own server")
    fetch_histories(case, server.address, addresses[:3], **REGTEST)
    server.stop()
    with pytest.raises(WireError):
        fetch_histories(case, server.address, addresses, **REGTEST)
    later = start_server(bitcoind)
    grant(case, later.address.host, BOTH, why="our own server")
    fetch_histories(case, later.address, addresses, **REGTEST)
    assert seen(case, addresses) == paid(bitcoind)
