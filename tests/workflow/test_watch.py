"""Watching against a node made here: its filters are plain lists of scripts."""

import itertools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from chainlead.cli.fetch_cmd import app as fetch_app
from chainlead.cli.watch_cmd import app as watch_app
from chainlead.codecs import address_from_script
from chainlead.errors import BlockInvalidError, CodecError, NotConsentedError, OriginNotFoundError
from chainlead.ledger import (
    WireInput,
    WireOutput,
    derive_merkle_root,
    get_parameters,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.ledger.wire_block import WireHeader, parse_header, serialize_header
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.next import next_steps
from chainlead.workflow.trace import trace
from chainlead.workflow.verify import verify
from chainlead.workflow.watch import find_watched, watch

REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
GENESIS = get_parameters(Chain.BITCOIN).networks[Network.REGTEST].genesis
COIN = 10**8


def script_of(number: int) -> bytes:
    return b"\x00\x14" + bytes([number] * 20)


def address_of(number: int) -> str:
    return address_from_script(script_of(number), Chain.BITCOIN, Network.REGTEST)


OWN, OTHER = address_of(7), address_of(9)


def txid_of(raw: bytes) -> bytes:
    return parse_transaction(raw, max_units=2**60).txid


class PaperChain:
    """Blocks that pay and spend as a test says, with real proof of work at the easiest target."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.scripts: list[list[bytes]] = []

    def mine(
        self, pays: int = 1, *, spends: bytes | None = None, to: int = 9, salt: int = 0
    ) -> bytes:
        """One block; its coinbase pays `pays`; returns the coinbase's txid."""
        height = len(self.blocks) + 1
        coin = serialize_transaction(
            version=1,
            inputs=[WireInput(bytes(32), 0xFFFFFFFF, salt, b"\x03" + height.to_bytes(3, "little"))],
            outputs=[WireOutput(50 * COIN, script_of(pays))],
            locktime=0,
        )
        transactions, touched = [coin], [script_of(pays)]
        if spends is not None:
            inputs = [WireInput(spends, 0, 0xFFFFFFFD, b"\x51")]
            outputs = [WireOutput(49 * COIN, script_of(to))]
            transactions.append(
                serialize_transaction(version=2, inputs=inputs, outputs=outputs, locktime=0)
            )
            touched += [script_of(to), script_of(7)]
        previous = parse_header(self.blocks[-1][:80]).block_hash if self.blocks else GENESIS.wire
        root = derive_merkle_root([txid_of(raw) for raw in transactions])
        for nonce in itertools.count():
            fields = (4, previous, root, 1_700_000_000 + height * 600 + salt, 0x207FFFFF, nonce)
            header = serialize_header(WireHeader(b"", *fields))
            try:
                parse_header(header)
            except BlockInvalidError:
                continue
            break
        self.blocks.append(b"".join([header, serialize_count(len(transactions)), *transactions]))
        self.scripts.append(touched)
        return txid_of(coin)

    def drop(self, count: int) -> None:
        del self.blocks[-count:], self.scripts[-count:]

    def hash_at(self, height: int) -> str:
        if height == 0:
            return GENESIS.display
        return parse_header(self.blocks[height - 1][:80]).block_hash[::-1].hex()

    def answer(self, method: str, params: list) -> object:
        height = len(self.blocks)
        if method == "getblockchaininfo":
            best = self.hash_at(height)
            return {
                "chain": "regtest", "blocks": height, "headers": height, "bestblockhash": best,
                "initialblockdownload": False, "mediantime": 1_700_000_000,
            }  # fmt: skip
        if method == "getindexinfo":
            return {"basic block filter index": {"synced": True}}
        if method == "getblockhash":
            return self.hash_at(params[0])
        at = next(n for n in range(height + 1) if self.hash_at(n) == params[0])
        if method == "getblockfilter":
            listed = self.scripts[at - 1] if at else []
            return {"filter": b"".join(listed).hex(), "header": "00" * 32}
        assert method == "getblock"
        return self.blocks[at - 1].hex()


@pytest.fixture
def paper(monkeypatch) -> PaperChain:
    def listed(content, _block_hash, wanted) -> bool:
        scripts = bytes(wanted.content)
        return any(scripts[n : n + 22] in content for n in range(0, len(scripts), 22))

    monkeypatch.setattr("chainlead.workflow.fetch.may_hold", listed)
    return PaperChain()


@pytest.fixture
def server(socket_enabled, paper) -> Iterator[dict]:
    told = {"url": "", "sent": b""}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args) -> None:
            pass

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            told["sent"] += raw
            asked = json.loads(raw)
            calls = asked if isinstance(asked, list) else [asked]
            answers = [
                {"id": c["id"], "result": paper.answer(c["method"], c["params"]), "error": None}
                for c in calls
            ]
            content = json.dumps(answers if isinstance(asked, list) else answers[0]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    real = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=real.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told["url"] = f"http://127.0.0.1:{real.server_address[1]}/"
    yield told
    real.shutdown()
    real.server_close()
    thread.join(5)


@pytest.fixture
def node(server) -> NodeAddress:
    return NodeAddress(server["url"])


@pytest.fixture
def pinned(case, paper, node):
    """The case knows three blocks; the second pays the watched address."""
    grant(case, node.host, ("chain state", "blocks"), why="our own node")
    paper.mine(1)
    paper.own = paper.mine(7)
    paper.mine(2)
    fetch_blocks(case, node, 1, **REGTEST)
    return case


def moved(result) -> list[tuple]:
    return [(m.kind, m.address, m.amount_units, m.height) for m in result.movements]


def test_nothing_moved_is_said_with_what_was_looked_at(pinned, paper, node):
    paper.mine(3)
    result = watch(pinned, node, [OWN], **REGTEST)
    assert (result.first, result.last, result.movements) == (4, 4, ())
    look = pinned.entries[-1]
    assert (look.act, look.what["last"]) == ("watch.looked", 4)
    assert look.what["addresses"] == [{"address": OWN, "origin": "named"}]
    assert look.what["last_block"] == paper.hash_at(4)


def test_money_that_leaves_is_an_entry_and_the_first_step(pinned, paper, node, server):
    paper.mine(3)
    paper.mine(4, spends=paper.own)
    result = watch(pinned, node, [OWN], **REGTEST)
    assert moved(result) == [("spent", OWN, 50 * COIN, 5)]
    assert [e.act for e in pinned.entries][-2:] == ["watch.moved", "watch.looked"]
    step = next(step for step in next_steps(pinned) if step.step_id.startswith("moved:spent:"))
    assert "Money is leaving" in step.title
    assert step.urgency.word == "now"
    assert result.movements[0].txid in step.command
    assert OWN.encode() not in server["sent"]
    assert script_of(7).hex().encode() not in server["sent"]


def test_money_that_comes_is_told_and_a_movement_only_once(pinned, paper, node):
    paper.mine(7)
    assert moved(watch(pinned, node, [OWN], **REGTEST)) == [("received", OWN, 50 * COIN, 4)]
    paper.mine(3)
    again = watch(pinned, node, [OWN], **REGTEST)
    assert (again.first, again.last, again.movements) == (5, 5, ())
    assert watch(pinned, node, [OWN], **REGTEST).last == 5


def test_an_address_that_joins_later_is_looked_for_from_the_first_look_on(pinned, paper, node):
    paper.mine(9)
    watch(pinned, node, [OWN], **REGTEST)
    result = watch(pinned, node, [OWN, OTHER], **REGTEST)
    assert result.first == 4
    assert moved(result) == [("received", OTHER, 50 * COIN, 4)]


def test_a_spend_of_money_that_the_case_does_not_hold_is_not_passed_over(case, paper, node):
    grant(case, node.host, ("chain state", "blocks"), why="our own node")
    own = paper.mine(7)
    for _ in range(2):
        paper.mine(1)
    fetch_blocks(case, node, 2, **REGTEST)
    paper.mine(3, spends=own)
    result = watch(case, node, [OWN], **REGTEST)
    assert [(m.kind, m.block_hash) for m in result.movements] == [("concerned", paper.hash_at(4))]
    assert any(step.step_id.startswith("moved:concerned:") for step in next_steps(case))


def test_a_movement_whose_block_left_the_chain_is_withdrawn(pinned, paper, node):
    paper.mine(3)
    paper.mine(4, spends=paper.own)
    watch(pinned, node, [OWN], **REGTEST)
    paper.drop(1)
    for number in range(3):
        paper.mine(5, salt=number + 1)
    result = watch(pinned, node, [OWN], **REGTEST)
    assert (result.is_reorganised, result.last, result.movements) == (True, 7, ())
    assert gather_facts(pinned).movements == ()


def test_a_trace_on_blocks_that_left_the_chain_is_to_be_made_again(pinned, paper, node):
    paper.mine(4, spends=paper.own)
    fetch_blocks(pinned, node, 1, **REGTEST)
    trace(pinned, OWN)
    assert "reorganised" not in gather_facts(pinned).traces[0].predates
    paper.drop(1)
    for number in range(2):
        paper.mine(5, salt=number + 1)
    fetch_blocks(pinned, node, 1, **REGTEST)
    facts = gather_facts(pinned)
    assert "reorganised" in facts.traces[0].predates
    step = next(step for step in next_steps(pinned) if step.step_id.startswith("stale:"))
    assert "took the place" in step.why


def test_unspent_ends_of_traces_are_watched(pinned, paper, node):
    assert find_watched(pinned, Chain.BITCOIN, Network.REGTEST) == ()
    trace_id, _ = trace(pinned, OWN)
    (one,) = find_watched(pinned, Chain.BITCOIN, Network.REGTEST)
    assert (one.address, one.origin) == (OWN, f"unspent end of trace {trace_id}")
    paper.mine(4, spends=paper.own)
    assert moved(watch(pinned, node, **REGTEST)) == [("spent", OWN, 50 * COIN, 4)]


class TestTrouble:
    def test_nothing_to_watch_is_named(self, pinned, node):
        with pytest.raises(OriginNotFoundError, match="nothing to watch"):
            watch(pinned, node, **REGTEST)

    def test_an_address_of_another_network_is_named(self, pinned, node):
        with pytest.raises(CodecError):
            watch(pinned, node, ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT"], **REGTEST)

    def test_nothing_is_asked_without_consent(self, case, node):
        with pytest.raises(NotConsentedError):
            watch(case, node, [OWN], **REGTEST)


def test_the_case_is_made_again_without_the_node(pinned, paper, node):
    paper.mine(4, spends=paper.own)
    watch(pinned, node, [OWN], **REGTEST)
    folder = pinned.folder
    pinned.close()
    assert verify(folder).problems == []
    with Case.open_to_read(folder) as again:
        assert len(gather_facts(again).movements) == 1


def test_a_watch_that_sees_a_reorganisation_makes_the_trace_again(pinned, paper, node):
    paper.mine(4, spends=paper.own)
    fetch_blocks(pinned, node, 1, **REGTEST)
    before, _ = trace(pinned, OWN)
    folder = pinned.folder
    pinned.close()
    paper.drop(1)
    for number in range(2):
        paper.mine(5, salt=number + 1)
    words = [str(folder), OWN, "--node", node.url, "--network", "regtest", "--json"]
    result = CliRunner().invoke(watch_app, words)
    told = json.loads(result.stdout)
    assert told["reorganised"] is True
    (again,) = told["reruns"]
    assert (again["kind"], again["old_id"], again["state"]) == ("trace", before, "replaced")
    assert len(again["waits_for"]) == 1
    assert result.exit_code == 1
    with Case.open_to_read(folder) as case:
        assert [row["trace_id"] for row in case.store.rows("traces")] == [again["new_id"]]
    assert verify(folder).problems == []


def test_a_fetch_that_shall_not_only_marks(pinned, paper, node):
    paper.mine(4, spends=paper.own)
    fetch_blocks(pinned, node, 1, **REGTEST)
    trace(pinned, OWN)
    folder = pinned.folder
    pinned.close()
    paper.drop(1)
    for number in range(2):
        paper.mine(5, salt=number + 1)
    words = ["blocks", str(folder), "1", "--node", node.url, "--network", "regtest"]
    result = CliRunner().invoke(fetch_app, [*words, "--no-rerun", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["reruns"] == []
    with Case.open_to_read(folder) as case:
        assert any(step.command.startswith("chainlead rerun") for step in next_steps(case))
    later = CliRunner().invoke(fetch_app, words)
    assert "is replaced by" in later.stdout
