"""Real monerod and monero-wallet-rpc on a private chain: view keys and proofs against their word."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chainlead.codecs import Secret
from chainlead.custody import SteppingClock
from chainlead.errors import ChainleadError, NodeUnfitError, NotConsentedError
from chainlead.ledger import monero
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.monero import NOT_A_BALANCE
from chainlead.workflow.monero_node import find_incoming_at_node
from chainlead.workflow.monero_proof import ProofClaim, check_at_wallet, check_here
from chainlead.workflow.verify import verify

pytestmark = [pytest.mark.enable_socket, pytest.mark.wire]

ROOT = Path(__file__).parents[2] / ".venv" / "nodes" / "monero" / "root"
LIBRARIES = ROOT / "usr/lib/x86_64-linux-gnu"
UNIT = 10**12


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Program:
    """A running monerod or monero-wallet-rpc, by its own process id."""

    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def call(self, method: str, **params: Any) -> Any:
        """One RPC call; an error is a RuntimeError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        body = json.dumps({"jsonrpc": "2.0", "id": "0", "method": method, "params": params})
        connection.request("POST", "/json_rpc", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def start(name: str, ready: str, port: int, *options: str) -> Program:
    program = ROOT / "usr/bin" / name
    if not program.exists():
        pytest.skip(f"no {name} here: `make test-nodes` installs it")
    process = subprocess.Popen(
        [
            str(LIBRARIES / "ld-linux-x86-64.so.2"), "--library-path", str(LIBRARIES),
            str(program), f"--rpc-bind-port={port}", "--rpc-bind-ip=127.0.0.1",
            "--rpc-ssl=disabled", "--non-interactive", *options,
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    running = Program(process, port)
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}")
        try:
            running.call(ready)
        except (OSError, ValueError, RuntimeError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return running
    running.stop()
    raise RuntimeError(f"{name} did not answer in time")


def start_daemon(folder: Path) -> Program:
    return start(
        "monerod", "get_info", free_port(), "--regtest", "--keep-fakechain", "--offline",
        "--fixed-difficulty=1", f"--data-dir={folder / 'chain'}", "--p2p-bind-ip=127.0.0.1",
        f"--p2p-bind-port={free_port()}", "--no-zmq", "--no-igd", "--hide-my-port",
        "--disable-dns-checkpoints", "--check-updates=disabled", f"--log-file={folder / 'd.log'}",
    )  # fmt: skip


def start_wallet(folder: Path, name: str, daemon: Program, *, opened: str = "") -> Program:
    """A wallet program; with `opened` a restricted one that has that wallet open."""
    place = folder / name
    place.mkdir(exist_ok=True)
    how = [f"--wallet-dir={place}"]
    if opened:
        how = [f"--wallet-file={place / opened}", "--password", "", "--restricted-rpc"]
    return start(
        "monero-wallet-rpc", "get_version", free_port(), *how,
        f"--daemon-address={daemon.host}", "--trusted-daemon", "--disable-rpc-login",
        "--daemon-ssl=disabled", "--no-dns", f"--shared-ringdb-dir={place / 'ring'}",
        "--allow-mismatched-daemon-version", f"--log-file={place / 'w.log'}",
    )  # fmt: skip


@dataclass
class World:
    """A private chain: Alice mines and pays Bob, Bob pays back; a view-only copy of Bob watches.

    The checker is the unit's own restricted wallet program with an empty wallet.
    """

    daemon: Program
    alice: Program
    bob: Program
    viewer: Program
    checker: Program
    address: str
    view_key: str
    to_bob: dict[str, Any] = field(default_factory=dict)
    by_bob: dict[str, Any] = field(default_factory=dict)

    def mine(self, count: int, address: str) -> None:
        self.daemon.call("generateblocks", amount_of_blocks=count, wallet_address=address)

    def refresh(self) -> None:
        for wallet in (self.alice, self.bob, self.viewer):
            wallet.call("refresh")


@pytest.fixture(scope="module")
def world():
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="chainlead-monero-", dir=shm if shm.is_dir() else None))
    programs: list[Program] = []
    try:
        programs.append(daemon := start_daemon(folder))
        wallets = [start_wallet(folder, name, daemon) for name in ("alice", "bob", "viewer")]
        programs += wallets
        alice, bob, viewer = wallets
        for wallet in (alice, bob):
            wallet.call("create_wallet", filename="w", password="", language="English")
        miner = alice.call("get_address")["address"]
        address = bob.call("get_address")["address"]
        view_key = bob.call("query_key", key_type="view_key")["key"]
        viewer.call(
            "generate_from_keys", filename="v", password="", address=address, viewkey=view_key,
            restore_height=0,
        )  # fmt: skip
        maker = start_wallet(folder, "checker", daemon)
        programs.append(maker)
        maker.call("create_wallet", filename="c", password="", language="English")
        maker.stop()
        checker = start_wallet(folder, "checker", daemon, opened="c")
        programs.append(checker)
        made = World(daemon, alice, bob, viewer, checker, address, view_key)
        _live(made, miner)
        yield made
    finally:
        for program in reversed(programs):
            program.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _live(world: World, miner: str) -> None:
    """Eighty blocks, three payments to Bob (one to two sub-addresses), one block mined by Bob."""
    world.mine(80, miner)
    world.refresh()
    first = world.bob.call("create_address", account_index=0)["address"]
    second = world.bob.call("create_account")["address"]
    paid = [(world.address, 3 * UNIT), (first, UNIT + 234_567), (second, 2 * UNIT)]
    world.to_bob = world.alice.call(
        "transfer",
        destinations=[{"address": to, "amount": amount} for to, amount in paid],
        get_tx_key=True,
    )
    integrated = world.bob.call("make_integrated_address", payment_id="00112233aabbccdd")
    world.alice.call(
        "transfer", destinations=[{"address": integrated["integrated_address"], "amount": 55}]
    )
    world.mine(1, world.address)
    world.mine(11, miner)
    world.refresh()
    world.by_bob = world.bob.call(
        "transfer", destinations=[{"address": miner, "amount": UNIT // 2}], get_tx_key=True
    )
    world.mine(12, miner)
    world.refresh()


@pytest.fixture
def case(tmp_path, world):
    from datetime import UTC, datetime

    clock = SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))
    with Case.create(tmp_path / "case", key=bytes(32), clock=clock, who="tester") as made:
        questions = ("chain state", "blocks", "transaction")
        grant(made, world.daemon.host, questions, why="the unit's own node")
        grant(made, world.checker.host, ("wallet",), why="the unit's own wallet")
        yield made


def look(case: Case, world: World, **how: Any):
    return find_incoming_at_node(
        case, world.address, Secret(bytes.fromhex(world.view_key)), NodeAddress(world.daemon.url),
        accounts=3, numbers=5, is_private_chain=True, **how,
    )  # fmt: skip


def wallet_truth(wallet: Program) -> set[tuple[str, str, int]]:
    found = set()
    for account in (0, 1):
        result = wallet.call("incoming_transfers", transfer_type="all", account_index=account)
        for one in result.get("transfers", []):
            found.add((one["tx_hash"], one["pubkey"], one["amount"]))
    return found


def test_the_view_key_finds_what_the_view_only_wallet_and_the_full_wallet_find(case, world):
    found = look(case, world)
    ours = {(o.txid, o.key, o.amount_units) for o in found.outputs}
    assert ours == wallet_truth(world.viewer) == wallet_truth(world.bob)
    places = {(o.account, o.number) for o in found.outputs}
    assert places == {(0, 0), (0, 1), (1, 0)}
    assert {o.verified for o in found.outputs} == {"in block"}
    assert sum(o.is_coinbase for o in found.outputs) == 1
    assert "00112233aabbccdd" in {o.payment_id for o in found.outputs}


def test_the_sum_is_wrong_after_a_spend_and_is_never_called_a_balance(case, world):
    found = look(case, world)
    right = sum(
        account["balance"] for account in world.bob.call("get_accounts")["subaddress_accounts"]
    )
    seen = sum(
        account["balance"] for account in world.viewer.call("get_accounts")["subaddress_accounts"]
    )
    assert found.received_units > right
    assert seen > right, "the view-only wallet's own balance is as wrong"
    kept = [entry for entry in case.entries if entry.act == "monero.incoming"]
    assert {entry.what["statement"] for entry in kept} == {NOT_A_BALANCE}


def test_nothing_of_the_view_key_is_kept_and_the_case_verifies(case, world, tmp_path):
    look(case, world)
    case.close()
    for path in (tmp_path / "case").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert world.view_key.encode() not in content
            assert bytes.fromhex(world.view_key) not in content
    assert not verify(tmp_path / "case").problems


def test_heights_that_were_looked_at_are_not_asked_for_again(case, world):
    first = look(case, world)
    before = len(case.entries)
    again = look(case, world)
    assert again.outputs == first.outputs
    asked = [e for e in case.entries[before:] if e.what.get("question") == "blocks"]
    assert asked == []


def test_nobody_is_asked_without_consent(tmp_path, clock, world):
    other = Case.create(tmp_path / "other", key=bytes(32), clock=clock)
    with other, pytest.raises(NotConsentedError):
        look(other, world)


def test_a_node_of_another_net_is_refused(case, world):
    with pytest.raises(NodeUnfitError, match="net"):
        find_incoming_at_node(
            case, world.address, Secret(bytes.fromhex(world.view_key)),
            NodeAddress(world.daemon.url), accounts=1, numbers=1,
        )  # fmt: skip


def test_the_key_of_the_payment_shows_each_amount(case, world):
    key = Secret(bytes.fromhex(world.to_bob["tx_key"]))
    claim = ProofClaim(world.to_bob["tx_hash"], world.address)
    shown = check_here(case, claim, key, NodeAddress(world.daemon.url), is_private_chain=True)
    said = world.alice.call(
        "check_tx_key", txid=claim.txid, tx_key=world.to_bob["tx_key"], address=world.address
    )
    assert shown.holds
    assert shown.received_units == said["received"] == 3 * UNIT
    assert shown.in_block
    other = Secret(bytes.fromhex(world.by_bob["tx_key"])[:32])
    assert not check_here(
        case, claim, other, NodeAddress(world.daemon.url), is_private_chain=True
    ).holds


def addresses_paid(world: World) -> list[tuple[str, int]]:
    bob = world.bob
    first = bob.call("get_address", account_index=0, address_index=[1])["addresses"][0]["address"]
    second = bob.call("get_address", account_index=1)["address"]
    return [(world.address, 3 * UNIT), (first, UNIT + 234_567), (second, 2 * UNIT)]


@pytest.mark.parametrize("maker", ["alice", "bob", "viewer"])
def test_proofs_of_payment_hold_here_and_at_the_wallet_and_forged_ones_do_not(case, world, maker):
    """Alice makes OutProofs, Bob and his view-only wallet InProofs, for each address that was paid."""
    daemon, wallet = NodeAddress(world.daemon.url), NodeAddress(world.checker.url)
    for address, amount in addresses_paid(world):
        proof = getattr(world, maker).call(
            "get_tx_proof", txid=world.to_bob["tx_hash"], address=address, message="case 7"
        )["signature"]
        assert proof.startswith("OutProofV2" if maker == "alice" else "InProofV2")
        claim = ProofClaim(world.to_bob["tx_hash"], address, "case 7")
        shown = check_here(case, claim, proof, daemon, is_private_chain=True)
        assert (shown.holds, shown.received_units) == (True, amount)
        said = check_at_wallet(case, claim, proof, wallet)
        assert (said.holds, said.received_units, said.in_block) == (True, amount, True)
        wrong = ProofClaim(claim.txid, address, "case 8")
        assert not check_here(case, wrong, proof, daemon, is_private_chain=True).holds
        assert not check_at_wallet(case, wrong, proof, wallet).holds
        forged = forge(proof)
        assert not _holds(lambda f=forged, c=claim: check_at_wallet(case, c, f, wallet))
        assert not _holds(
            lambda f=forged, c=claim: check_here(case, c, f, daemon, is_private_chain=True)
        )


def forge(proof: str) -> str:
    """Another digit in every part: a proof to sub-addresses has several, and one good one is enough."""
    text = list(proof)
    for place in range(70, len(text), 66):
        text[place] = "2" if text[place] != "2" else "3"
    return "".join(text)


def _holds(check) -> bool:
    """A forged proof does not hold, or is no proof at all any more."""
    try:
        return check().holds
    except ChainleadError:
        return False


def test_spend_and_reserve_proofs_hold_at_the_wallet_and_forged_ones_do_not(case, world):
    wallet = NodeAddress(world.checker.url)
    txid = world.by_bob["tx_hash"]
    spend = world.bob.call("get_spend_proof", txid=txid, message="m")["signature"]
    claim = ProofClaim(txid, "", "m")
    assert check_at_wallet(case, claim, spend, wallet, kind="spend").holds
    reserve = world.bob.call("get_reserve_proof", all=True, message="m")["signature"]
    has = ProofClaim("", world.address, "m")
    shown = check_at_wallet(case, has, reserve, wallet, kind="reserve")
    assert shown.holds
    right = sum(a["balance"] for a in world.bob.call("get_accounts")["subaddress_accounts"])
    assert shown.received_units - shown.spent_units == right
    for kind, good, asked in (("spend", spend, claim), ("reserve", reserve, has)):
        wrong = ProofClaim(asked.txid, asked.address, "another message")
        assert not _holds(
            lambda k=kind, g=good, w=wrong: check_at_wallet(case, w, g, wallet, kind=k)
        )
        forged = forge(good)
        assert not _holds(
            lambda k=kind, f=forged, a=asked: check_at_wallet(case, a, f, wallet, kind=k)
        )


def test_what_the_wallet_program_cannot_tell_is_no_verdict(case, world):
    """A transaction that the daemon does not have: neither good nor bad."""
    proof = world.alice.call(
        "get_tx_proof", txid=world.to_bob["tx_hash"], address=world.address, message=""
    )["signature"]
    claim = ProofClaim("ab" * 32, world.address)
    with pytest.raises(NodeUnfitError):
        check_at_wallet(case, claim, proof, NodeAddress(world.checker.url))
    with pytest.raises(NodeUnfitError, match="does not have"):
        check_here(case, claim, proof, NodeAddress(world.daemon.url), is_private_chain=True)


def test_rings_of_a_real_spend_are_one_of_sixteen_and_not_followed(world):
    daemon = monero.MoneroDaemon(_plain_ask(world.daemon))
    given = daemon.transactions([bytes.fromhex(world.by_bob["tx_hash"])])
    read = monero.parse_transaction(bytes.fromhex(given[0]["as_hex"]))
    assert read.txid.hex() == world.by_bob["tx_hash"]
    assert read.fee_units == world.by_bob["fee"]
    assert {len(ring.members) for ring in read.rings} == {16}
    assert not any(ring.is_exact for ring in read.rings)


def _plain_ask(program: Program):
    def ask(_question: str, path: str, body: bytes) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=60)
        connection.request("POST", f"/{path}", body, {"Content-Type": "application/json"})
        content = connection.getresponse().read()
        connection.close()
        return content

    return ask
