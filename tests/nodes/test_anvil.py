"""Blocks from a real Ethereum node: the case's ledger says what the node's own balances say."""

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
from typer.testing import CliRunner

from chainlead.cli import fetch_cmd
from chainlead.codecs import keccak256
from chainlead.errors import (
    NodeUnfitError,
    NotConsentedError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.ledger import CaseAccounts
from chainlead.ledger.accounts.evm_contracts import (
    _SLOTS,
    BEACON_1967,
    BEACON_SLOT,
    DELEGATED,
    MINIMAL,
    PLAIN,
    SLOT_1967,
)
from chainlead.model import Chain, Network
from chainlead.wire import Route, WireBudget
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_evm import EvmFetch, fetch_evm_addresses, fetch_evm_blocks
from chainlead.workflow.trace_accounts import trace_accounts
from chainlead.workflow.verify import verify

MODULES = Path(__file__).parents[2] / ".venv" / "nodes" / "npm" / "node_modules"
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


def start(port: int, chain_id: int, *options: str) -> Anvil:
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
    stop(node)
    raise RuntimeError("anvil did not answer in time")


def stop(node: Anvil) -> None:
    if node.process.poll() is None:
        node.process.send_signal(signal.SIGTERM)
        try:
            node.process.wait(20)
        except subprocess.TimeoutExpired:
            node.process.kill()
            node.process.wait(10)


@pytest.fixture
def free_port_number(socket_enabled) -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def anvil(free_port_number):
    node = start(free_port_number, 1)
    yield node
    stop(node)


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


def deploy(node: Anvil, sender: str, code: bytes, *arguments: bytes, value: int = 0) -> str:
    receipt = node.send(sender, data=code + b"".join(arguments), value=value)
    address: str = receipt["contractAddress"]
    return address


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
    token = deploy(anvil, alice, made, token_arguments("CASH", 6, 0))
    taxed = deploy(anvil, alice, made, token_arguments("TAX", 9, 2))
    fake = deploy(anvil, dave, made, token_arguments("USDT", 6, 0))
    till = deploy(anvil, carol, contracts["Till"], value=2 * ETHER)
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


def balance_of(view: CaseAccounts, account: str) -> int:
    """What an account's transfers and fees add up to."""
    total = 0
    for entry in view.transfers_of(account):
        total += entry.amount_units if entry.receiver == account else 0
        total -= entry.amount_units if entry.sender == account else 0
        total -= entry.fee_units if entry.fee_payer == account else 0
    return total


def kinds(view: CaseAccounts, receipt) -> list[tuple]:
    found = view.transfers_in(receipt["transactionHash"][2:])
    return [(entry.kind, entry.sender, entry.receiver, entry.amount_units) for entry in found]


def test_every_balance_is_what_the_node_says(agreed, anvil, town):
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.sees_internal
    assert result.pin.height == int(anvil.call("eth_blockNumber"), 16)
    coin = CaseAccounts(agreed.store, Chain.ETHEREUM)
    for one in town.people:
        assert balance_of(coin, one) == anvil.balance(one) - town.before[one]
    assert balance_of(coin, town.till) == anvil.balance(town.till) == 0
    for contract in (town.token, town.taxed, town.fake):
        view = CaseAccounts(agreed.store, Chain.ETHEREUM, contract)
        for one in town.people:
            assert balance_of(view, one) == anvil.tokens(contract, one)


@pytest.mark.parametrize("fork", ["istanbul", "berlin", "london", "shanghai", "cancun"])
def test_blocks_of_older_rules_are_proved_and_add_up(case, contracts, free_port_number, fork):
    node = start(free_port_number, 1, "--hardfork", fork)
    try:
        grant(case, node.host, ("chain state", "blocks"), why="our own node")
        node.price = {"gasPrice": hex(3 * 10**9)} if fork in {"istanbul", "berlin"} else {}
        town = build_town(node, contracts, has_lists=fork != "istanbul")
        fetch_evm_blocks(case, node.address, 0)
        rows = list(case.store.rows("account_transactions"))
        assert {row["verified"] for row in rows} == {"in block"}
        assert {row["verified"] for row in case.store.rows("account_blocks")} == {"re-hashed"}
        coin = CaseAccounts(case.store, Chain.ETHEREUM)
        for one in town.people:
            assert balance_of(coin, one) == node.balance(one) - town.before[one]
        (row,) = case.store.rows("account_contracts", account=town.till)
        assert row["kind"] == ("contract" if fork == "cancun" else PLAIN)
    finally:
        stop(node)


def test_everything_but_the_traces_is_proved_by_the_blocks(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    rows = list(agreed.store.rows("account_transactions"))
    assert {row["verified"] for row in rows} == {"in block"}
    assert all(row["sees_internal"] for row in rows)
    assert {row["verified"] for row in agreed.store.rows("account_blocks")} == {"re-hashed"}
    told = {row["kind"] for row in agreed.store.rows("account_transfers") if "word" in row["note"]}
    assert told == {"internal", "contract creation", "self-destruct"}


def test_the_owner_pays_not_who_asked(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, _, carol, dave = town.people[:4]
    receipt = town.receipts["for"]
    tokens = CaseAccounts(agreed.store, Chain.ETHEREUM, town.token)
    assert kinds(tokens, receipt) == [("token", alice, dave, 800)]
    coin = CaseAccounts(agreed.store, Chain.ETHEREUM)
    (fee,) = coin.transfers_in(receipt["transactionHash"][2:])
    used = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    assert (fee.fee_payer, fee.fee_units, fee.amount_units) == (carol, used, 0)


def test_a_token_that_takes_its_part_is_counted_as_it_arrived(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, bob, carol = town.people[:3]
    view = CaseAccounts(agreed.store, Chain.ETHEREUM, town.taxed)
    assert kinds(view, town.receipts["taxed again"]) == [
        ("token", bob, carol, 490), ("token", bob, alice, 10)
    ]  # fmt: skip
    where = {"txid": town.receipts["taxed again"]["transactionHash"][2:], "receiver": carol}
    (row,) = agreed.store.rows("account_transfers", **where)
    assert row["asked_units"] == "500"


def test_a_token_with_a_borrowed_symbol_is_warned_about(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    assets = {row["contract"]: row for row in agreed.store.rows("account_assets")}
    assert (assets[town.fake]["symbol"], assets[town.fake]["decimals"]) == ("USDT", 6)
    assert "another contract with the same symbol" in assets[town.fake]["note"]
    assert (assets[town.token]["symbol"], assets[town.token]["note"]) == ("CASH", "")


def test_payments_inside_contracts_are_seen_and_failed_ones_are_not(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, bob, _, dave = town.people[:4]
    view = CaseAccounts(agreed.store, Chain.ETHEREUM)
    assert kinds(view, town.receipts["split"]) == [
        ("payment", alice, town.till, 4 * ETHER),
        ("internal", town.till, bob, 2 * ETHER),
        ("internal", town.till, dave, ETHER),
    ]
    assert kinds(view, town.receipts["tried"])[1:] == [("internal", town.till, dave, ETHER // 4)]
    assert kinds(view, town.receipts["failed"]) == [("fee", bob, None, 0)]
    spawned = kinds(view, town.receipts["spawn"])[1]
    assert spawned[:2] == ("contract creation", town.till)
    (gone,) = kinds(view, town.receipts["destroy"])
    assert (gone[0], gone[2]) == ("self-destruct", town.people[5])
    assert anvil.balance(town.people[5]) - town.before[town.people[5]] == gone[3]


def test_an_address_is_found_without_telling_the_node(agreed, anvil, town):
    heir = town.people[5]
    result = fetch_evm_addresses(agreed, anvil.address, [heir], 0)
    assert result.new_blocks < int(anvil.call("eth_blockNumber"), 16)
    view = CaseAccounts(agreed.store, Chain.ETHEREUM)
    assert balance_of(view, heir) == anvil.balance(heir) - town.before[heir]
    with pytest.raises(NotConsentedError):
        fetch_evm_addresses(agreed, anvil.address, [heir], 0, by_logs=True)


def test_token_payments_are_found_by_logs_where_that_is_agreed(agreed, anvil, town):
    grant(agreed, anvil.host, ("address history",), why="our own node")
    dave = town.people[3]
    fetch_evm_addresses(agreed, anvil.address, [dave], 0, by_logs=True)
    view = CaseAccounts(agreed.store, Chain.ETHEREUM, town.token)
    assert balance_of(view, dave) == anvil.tokens(town.token, dave) == 800


def test_what_the_case_has_is_not_asked_for_again(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0, 5)
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.new_blocks == int(anvil.call("eth_blockNumber"), 16) - 5
    assert fetch_evm_blocks(agreed, anvil.address, 0).new_blocks == 0


def test_a_spent_budget_loses_nothing_and_the_next_run_goes_on(agreed, anvil, town):
    poor = NodeAddress(anvil.address.url, Route(), WireBudget(requests=6))
    with pytest.raises(WireBudgetSpentError):
        fetch_evm_blocks(agreed, poor, 0)
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.pin.height == int(anvil.call("eth_blockNumber"), 16)


def test_the_case_is_made_again_without_the_node(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    stop(anvil)
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_a_block_that_left_the_chain_is_fetched_anew(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    height = int(anvil.call("eth_blockNumber"), 16)
    anvil.call("anvil_reorg", 2, [])
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.replaced == (height - 1, height)


def test_the_command_says_what_came(agreed, anvil, town):
    folder = str(agreed.folder)
    agreed.close()
    asked = ["evm", folder, "--from", "0", "--node", anvil.address.url, "--json"]
    shown = CliRunner().invoke(fetch_cmd.app, asked)
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    assert document["new_blocks"] == document["height"] + 1
    assert (document["sees_internal"], document["refused"]) == (True, [])


def test_a_node_of_another_chain_is_named(agreed, anvil):
    with pytest.raises(NodeUnfitError, match="of chain 1, not 52014"):
        fetch_evm_blocks(agreed, anvil.address, 0, chain=Chain.ELECTRONEUM_SMART_CHAIN)
    with pytest.raises(NodeUnfitError, match="of chain 1, not 11155111"):
        fetch_evm_blocks(agreed, anvil.address, 0, network=Network.TEST)


def test_electroneum_is_read_by_its_chain_id(case, free_port_number):
    node = start(free_port_number, 52014)
    try:
        grant(case, node.host, ("chain state", "blocks"), why="our own node")
        one, two = node.call("eth_accounts")[:2]
        node.send(one, two, value=5 * ETHER)
        fetch_evm_blocks(case, node.address, 0, chain=Chain.ELECTRONEUM_SMART_CHAIN)
        view = CaseAccounts(case.store, Chain.ELECTRONEUM_SMART_CHAIN)
        (entry,) = view.transfers_of(two.lower())
        assert (entry.amount_units, entry.verified) == (5 * ETHER, "in block")
    finally:
        stop(node)


def test_a_node_that_died_is_a_named_error(agreed, anvil):
    stop(anvil)
    with pytest.raises(WireError, match=r"127\.0\.0\.1"):
        fetch_evm_blocks(agreed, anvil.address, 0)


@dataclass
class Proxies:
    """Contracts that run another's code, by what they are."""

    logic: str
    other: str
    beacon: str
    made: dict[str, str]


def padded(text: str) -> bytes:
    return bytes.fromhex(text[2:])


@pytest.fixture
def proxies(anvil, contracts) -> Proxies:
    alice, bob = (one.lower() for one in anvil.call("eth_accounts")[:2])
    logic, other = (deploy(anvil, alice, contracts["Logic"]) for _ in range(2))
    beacon = deploy(anvil, alice, contracts["LogicBeacon"], word(logic))
    copier = deploy(anvil, alice, contracts["Copier"])
    made = {"contract": logic}
    for kind, slot in (*_SLOTS.items(), (BEACON_1967, BEACON_SLOT)):
        target = beacon if kind == BEACON_1967 else logic
        made[kind] = deploy(anvil, alice, contracts["SlotProxy"], padded(slot), word(target))
    receipt = anvil.send(alice, copier, called("copy(address)", logic))
    made[MINIMAL] = "0x" + receipt["logs"][0]["data"][-40:]
    made[PLAIN] = bob
    return Proxies(logic, other, beacon, made)


def test_proxies_are_recognised_with_the_code_that_they_run(agreed, anvil, proxies):
    accounts = sorted({*proxies.made.values(), proxies.beacon})
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts(accounts, run.require_fit(may_be_behind=False).height)
    rows = {row["account"]: row for row in agreed.store.rows("account_contracts")}
    assert {account: rows[account]["kind"] for account in proxies.made.values()} == {
        account: kind for kind, account in proxies.made.items()
    }
    for kind, account in proxies.made.items():
        behind = None if kind in {PLAIN, "contract"} else proxies.logic
        assert rows[account]["implementation"] == behind
    assert rows[proxies.made[BEACON_1967]]["beacon"] == proxies.beacon


def test_a_changed_implementation_is_told_at_its_height(agreed, anvil, contracts, proxies):
    alice = anvil.call("eth_accounts")[0]
    proxy = proxies.made[SLOT_1967]
    told = []
    for target in (proxies.logic, proxies.other):
        slot = padded(_SLOTS[SLOT_1967])
        data = keccak256(b"change(bytes32,address)")[:4] + slot + word(target)
        anvil.send(alice, proxy, data)
        with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
            run.fetch_contracts([proxy], run.require_fit(may_be_behind=False).height)
        (row,) = agreed.store.rows("account_contracts", account=proxy)
        told.append((row["implementation"], row["height"]))
    assert [implementation for implementation, _ in told] == [proxies.logic, proxies.other]
    assert told[0][1] < told[1][1] == int(anvil.call("eth_blockNumber"), 16)


def test_an_account_that_borrows_code_is_no_contract(agreed, anvil, proxies):
    bob = proxies.made[PLAIN]
    anvil.call("anvil_setCode", bob, "0xef0100" + proxies.logic[2:])
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts([bob], run.require_fit(may_be_behind=False).height)
    (row,) = agreed.store.rows("account_contracts", account=bob)
    assert (row["kind"], row["implementation"]) == (DELEGATED, proxies.logic)


def test_contracts_of_fetched_blocks_are_told_and_shown_in_a_trace(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    kinds_of = {row["account"]: row["kind"] for row in agreed.store.rows("account_contracts")}
    assert kinds_of[town.token] == kinds_of[town.fake] == "contract"
    assert kinds_of[town.till] == "contract"  # since Cancun self-destruction takes no code away
    _, document = trace_accounts(agreed, town.people[1], chain=Chain.ETHEREUM, contract=town.fake)
    assert any("another contract with the same symbol" in note for note in document["notes"])
