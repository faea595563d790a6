"""Histories from a stand-in server of the Electrum protocol: honest, lying, broken, silent.

The chain behind it is a regtest chain made here, with real proof of work at the easiest target.
"""

import hashlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from chainlead.codecs import address_from_script, sha256d
from chainlead.errors import (
    AnswerRefusedError,
    BlockInvalidError,
    NodeUnfitError,
    NotConsentedError,
    OfflineError,
    WireBudgetSpentError,
)
from chainlead.ledger import (
    CaseLedger,
    WireInput,
    WireOutput,
    derive_merkle_root,
    derive_script_hash,
    derive_status,
    parse_header,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.model import Chain, Network, Strength, Txid
from chainlead.wire import WireBudget
from chainlead.workflow import fetch_history
from chainlead.workflow import ledger as ledger_verb
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_electrum import fetch_histories
from chainlead.workflow.live_histories import HistoryFetcher
from chainlead.workflow.rerun import rerun
from chainlead.workflow.trace import trace
from chainlead.workflow.trace_live import LiveOptions, Wanted, trace_live
from chainlead.workflow.verify import verify

pytestmark = pytest.mark.wire
REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
MAX_UNITS = 21_000_000 * 10**8
START = 1_700_000_000
GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
    "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000"
)
SHOP = b"\x00\x14" + bytes(range(20))
CUSTOMER = b"\x00\x14" + bytes(range(20, 40))
SHOP_ADDRESS = address_from_script(SHOP, Chain.BITCOIN, Network.REGTEST)
BLOCKS = 12


def coinbase(height: int, script: bytes) -> bytes:
    pushed = b"\x03" + height.to_bytes(3, "little") + b"\x00"
    return serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0xFFFFFFFF, pushed)],
        outputs=[WireOutput(50 * 10**8, script)],
        locktime=0,
    )


def pay(previous: bytes, units: int, *, salt: int = 0, witness: bool = True) -> bytes:
    """The customer pays the shop from a coinbase of his, with change."""
    outputs = [WireOutput(units, SHOP), WireOutput(50 * 10**8 - units - 1000, CUSTOMER)]
    return serialize_transaction(
        version=2, inputs=[WireInput(txid_of(previous), 0, 0xFFFFFFFD, b"")], outputs=outputs,
        locktime=salt, witnesses=[[b"\x01" * 5]] if witness else (),
    )  # fmt: skip


def txid_of(raw: bytes) -> bytes:
    return parse_transaction(raw, max_units=MAX_UNITS).txid


def name_of(raw: bytes) -> str:
    return txid_of(raw)[::-1].hex()


def mine(
    previous_hash: bytes, transactions: list[bytes], when: int, bits: int = 0x207FFFFF
) -> bytes:
    head = (
        (4).to_bytes(4, "little") + previous_hash
        + derive_merkle_root([txid_of(raw) for raw in transactions])
        + when.to_bytes(4, "little") + bits.to_bytes(4, "little")
    )  # fmt: skip
    for nonce in range(100_000):
        header = head + nonce.to_bytes(4, "little")
        if sha256d(header)[31] < 0x7F:
            return header + serialize_count(len(transactions)) + b"".join(transactions)
    raise AssertionError("no nonce found")


class MadeChain:
    """Blocks on the first block of regtest; each but the first pays the shop once."""

    def __init__(self, salt: int = 0) -> None:
        self.headers = [GENESIS]
        self.blocks: list[list[bytes]] = [[]]
        self.raw_blocks: list[bytes] = []
        for height in range(1, BLOCKS + 1):
            made = [coinbase(height, CUSTOMER)]
            if height > 1:
                made.append(pay(self.blocks[height - 1][0], height * 10**6, salt=salt))
                made.append(coinbase_like(height))
            plain = [*made]  # a block without its witnesses is one too
            if height > 1:
                coins = self.blocks[height - 1][0]
                plain[1] = pay(coins, height * 10**6, salt=salt, witness=False)
            raw = mine(sha256d(self.headers[-1]), plain, START + 600 * height + salt)
            self.headers.append(raw[:80])
            self.blocks.append(made)
            self.raw_blocks.append(raw)

    def payments(self) -> list[tuple[bytes, int]]:
        return [(made[1], height) for height, made in enumerate(self.blocks) if len(made) > 1]


def coinbase_like(height: int) -> bytes:
    """Another transaction, so that the merkle trees are odd."""
    return serialize_transaction(
        version=2, inputs=[WireInput(sha256d(bytes([height])), 7, 1, b"\x51")],
        outputs=[WireOutput(1000 + height, b"\x00\x14" + bytes(20))], locktime=0,
    )  # fmt: skip


class Double(socketserver.ThreadingTCPServer):
    """The server. `lies` maps a method to what becomes of its result, given the parameters."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, chain: MadeChain) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.chain = chain
        self.lies: dict[str, Callable] = {}
        self.raw_answers: dict[str, bytes] = {}
        self.asked: list[tuple[str, list]] = []
        self.drop: set[str] = set()
        self.extra: list[dict] = []
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def finish_request(self, request, client_address) -> None:
        self._serve(request)

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    call = json.loads(line)
                    method, params = call["method"], call["params"]
                    self.asked.append((method, params))
                    if method in self.raw_answers:
                        connection.sendall(self.raw_answers[method])
                        return
                    connection.sendall(self._line(call["id"], method, params))
        except OSError:
            return

    def _line(self, number: int, method: str, params: list) -> bytes:
        try:
            result = self.answer(method, params)
            if method in self.lies:
                result = self.lies[method](result, params)
            document = {"jsonrpc": "2.0", "id": number, "result": result}
        except (LookupError, ValueError):
            document = {"jsonrpc": "2.0", "id": number, "error": {"code": 1, "message": "none"}}
        return json.dumps(document).encode() + b"\n"

    def history(self, script_hash: str) -> list[dict]:
        if script_hash != derive_script_hash(SHOP):
            return []
        rows = [{"tx_hash": name_of(raw), "height": h} for raw, h in self.chain.payments()]
        return [row for row in rows if row["tx_hash"] not in self.drop] + self.extra

    def answer(self, method: str, params: list):
        headers = self.chain.headers
        if method == "server.version":
            return ["Double 1.0", "1.4"]
        if method == "server.features":
            return {"genesis_hash": sha256d(headers[0])[::-1].hex()}
        if method == "blockchain.headers.subscribe":
            return {"height": len(headers) - 1, "hex": headers[-1].hex()}
        if method == "blockchain.scripthash.subscribe":
            text = "".join(f"{r['tx_hash']}:{r['height']}:" for r in self.history(params[0]))
            return hashlib.sha256(text.encode()).hexdigest() if text else None
        if method == "blockchain.scripthash.get_history":
            return self.history(params[0])
        every = {name_of(raw): raw for made in self.chain.blocks for raw in made}
        if method == "blockchain.transaction.get":
            return every[params[0]].hex()
        if method == "blockchain.transaction.get_merkle":
            ids = [name_of(raw) for raw in self.chain.blocks[params[1]]]
            position = ids.index(params[0])
            return {"block_height": params[1], "pos": position, "merkle": branch(ids, position)}
        if method == "blockchain.block.header":
            return headers[params[0]].hex()
        assert method == "blockchain.block.headers"
        part = headers[params[0] : params[0] + params[1]]
        return {"count": len(part), "hex": b"".join(part).hex(), "max": 2016}

    @property
    def host(self) -> str:
        return NodeAddress(self.url).host


def branch(ids: list[str], position: int) -> list[str]:
    level = [bytes.fromhex(name)[::-1] for name in ids]
    found = []
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        found.append(level[position ^ 1][::-1].hex())
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
        position //= 2
    return found


@pytest.fixture(scope="module")
def made_chain() -> MadeChain:
    return MadeChain()


@pytest.fixture
def start(socket_enabled, case) -> Iterator[Callable[[MadeChain], Double]]:
    """Start servers that the case may ask."""
    running: list[Double] = []

    def make(chain: MadeChain) -> Double:
        double = Double(chain)
        running.append(double)
        grant(case, double.host, ("chain state", "address history"), why="our own server")
        return double

    yield make
    for double in running:
        double.close()


@pytest.fixture
def server(start, made_chain) -> Double:
    return start(made_chain)


def fetch(case, double: Double, **options):
    place = NodeAddress(double.url, budget=options.pop("budget", WireBudget()))
    return fetch_histories(case, place, [SHOP_ADDRESS], **REGTEST, **options)


def received(case) -> list[int]:
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    return [output.amount_units for output in ledger.outputs_to(SHOP_ADDRESS)]


def levels(case) -> set[tuple[str, Strength]]:
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    return {(t.verified.value, t.place_strength) for t in ledger.transactions()}


ALL = [height * 10**6 for height in range(2, BLOCKS + 1)]


def test_an_honest_history_is_proved_up_to_the_best_chain(case, server):
    result = fetch(case, server)
    assert received(case) == ALL
    assert levels(case) == {("on best chain", Strength.OBSERVED)}
    assert (result.listed, result.new_transactions) == (len(ALL), len(ALL))
    assert {level.value: n for level, n in result.levels} == {"on best chain": len(ALL)}
    assert (result.doubts, result.unlinked, result.waiting) == ((), (), ())
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    raw, height = server.chain.payments()[3]
    found = ledger.lookup_transaction(Txid(txid_of(raw)))
    assert found.height == height
    assert found.block_hash.wire == sha256d(server.chain.headers[height])
    assert int(found.mined_at.timestamp()) == START + 600 * height


def test_the_case_is_made_again_without_the_server(case, server):
    fetch(case, server)
    server.close()
    case.close()
    assert verify(case.folder).problems == []


def test_headers_too_far_from_a_known_block_leave_the_place_asserted(case, server):
    result = fetch(case, server, most_headers=4)
    assert levels(case) == {
        ("on best chain", Strength.OBSERVED), ("in block", Strength.ASSERTED),
    }  # fmt: skip
    assert result.unlinked == tuple(range(5, BLOCKS + 1))


def test_an_own_block_anchors_what_lies_near_it(case, server, tmp_path):
    result = fetch(case, server, most_headers=1)
    (tmp_path / "block.dat").write_bytes(server.chain.raw_blocks[6])
    ledger_verb.add(case, [tmp_path / "block.dat"], **REGTEST)
    result = fetch(case, server, most_headers=1)
    assert result.unlinked == (2, 3, 4, 5, 9, 10, 11, 12)
    assert {level.value: n for level, n in result.levels} == {"in block": 8, "on best chain": 3}
    assert result.doubts == ()


def test_what_is_proved_is_not_asked_for_again(case, server):
    fetch(case, server)
    server.asked.clear()
    assert fetch(case, server).new_transactions == 0
    assert not [m for m, _ in server.asked if m == "blockchain.transaction.get"]


def test_spent_transactions_are_taken_because_a_proved_one_names_them(case, server):
    fetch(case, server, with_previous=True)
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    paid = [t for t in ledger.transactions() if t.height is not None]
    assert {t.inputs[0].previous.amount_units for t in paid} == {50 * 10**8}
    assert {t.fee_units for t in paid} == {1000}


def test_transactions_that_wait_for_a_block_are_named_and_not_taken(case, server):
    waiting = pay(coinbase(99, CUSTOMER), 5)
    server.extra = [{"tx_hash": name_of(waiting), "height": 0, "fee": 1}]
    result = fetch(case, server)
    assert [txid.display for txid in result.waiting] == [name_of(waiting)]
    assert received(case) == ALL


def test_a_live_trace_asks_it_for_what_it_lacks(case, server):
    fetcher = HistoryFetcher(case, NodeAddress(server.url), **REGTEST)
    options = LiveOptions(first=0)
    found = trace_live(
        case, SHOP_ADDRESS, fetcher, chain=Chain.BITCOIN, rules=["fifo"], options=options
    )
    ends = found.document["rules"]["fifo"]["frontier"]
    assert found.fetched == (SHOP_ADDRESS,)
    assert {end["reason"] for end in ends} == {"unspent"}
    assert sum(int(end["amount_units"]) for end in ends) == sum(ALL)


def test_a_history_that_the_server_refuses_ends_a_live_trace_there(case, server):
    def refuse(*_):
        raise ValueError

    server.lies = {"blockchain.scripthash.get_history": refuse}
    fetcher = HistoryFetcher(case, NodeAddress(server.url), **REGTEST)
    size = fetcher.size(Wanted(SHOP_ADDRESS, 0, BLOCKS))
    assert "does not give its history" in size.words
    (covered,) = fetcher.fetch([Wanted(SHOP_ADDRESS, 0, BLOCKS)], 10)
    assert covered.state == "too many"


def test_the_journal_names_the_address_before_the_server_learns_it(case, server):
    grant(case, server.host, ("chain state",), why="x")
    fetch(case, server)
    acts = [entry.act for entry in case.entries]
    assert acts.index("fetch_history.ask") < acts.index("ledger.add")
    asked = next(entry for entry in case.entries if entry.act == "fetch_history.ask")
    assert asked.what["scripts"] == [[derive_script_hash(SHOP), SHOP_ADDRESS]]


def test_nothing_is_asked_without_the_consent_for_histories(case, socket_enabled, made_chain):
    double = Double(made_chain)
    grant(case, double.host, ("chain state", "transaction"), why="our own server")
    with pytest.raises(NotConsentedError):
        fetch(case, double)
    assert not [m for m, _ in double.asked if m.startswith("blockchain.scripthash")]
    double.close()


def test_the_switch_wins_over_the_consent(case, server, monkeypatch):
    monkeypatch.setenv("CHAINLEAD_OFFLINE", "1")
    with pytest.raises(OfflineError):
        fetch(case, server)
    assert server.asked == []


class TestLies:
    def test_a_dropped_transaction_shows_in_the_servers_own_status(self, case, server):
        dropped = name_of(server.chain.payments()[2][0])
        server.lies["blockchain.scripthash.get_history"] = lambda rows, _params: [
            row for row in rows if row["tx_hash"] != dropped
        ]
        result = fetch(case, server)
        assert len(received(case)) == len(ALL) - 1
        assert ["status hash" in doubt and SHOP_ADDRESS in doubt for doubt in result.doubts] == [
            True
        ]

    def test_one_dropped_from_status_and_list_shows_beside_a_second_server(
        self, case, start, made_chain
    ):
        liar, honest = start(made_chain), start(made_chain)
        dropped = name_of(made_chain.payments()[2][0])
        liar.drop = {dropped}
        assert fetch(case, liar).doubts == ()  # nothing can show it yet
        doubts = fetch(case, honest).doubts
        assert len(doubts) == 1
        assert dropped in doubts[0]
        assert f"{liar.host} knows of no block with it" in doubts[0]
        assert f"{honest.host} says height 4" in doubts[0]

    def test_one_dropped_shows_beside_the_cases_own_blocks(self, case, server, tmp_path):
        raw, height = server.chain.payments()[2]
        server.drop = {name_of(raw)}
        (tmp_path / "block.dat").write_bytes(server.chain.raw_blocks[height - 1])
        ledger_verb.add(case, [tmp_path / "block.dat"], **REGTEST)
        (doubt,) = fetch(case, server).doubts
        assert name_of(raw) in doubt
        assert "leaves it out" in doubt

    def test_an_altered_transaction_has_another_id(self, case, server):
        raw, height = server.chain.payments()[0]
        richer = pay(server.chain.blocks[height - 1][0], 49 * 10**8)

        def alter(result, params):
            return richer.hex() if params[0] == name_of(raw) else result

        server.lies["blockchain.transaction.get"] = alter
        (doubt,) = fetch(case, server).doubts
        assert "it was changed" in doubt
        assert received(case) == ALL[1:]

    def test_an_invented_transaction_has_no_proof(self, case, server):
        invented = pay(coinbase(77, CUSTOMER), 30 * 10**8)
        server.extra = [{"tx_hash": name_of(invented), "height": 5}]
        real = server.chain.blocks[5]

        def give(method):
            honest = Double.answer

            def answer(m, params):
                if params and params[0] == name_of(invented):
                    if m == "blockchain.transaction.get":
                        return invented.hex()
                    ids = [name_of(raw) for raw in real]
                    return {"block_height": 5, "pos": 1, "merkle": branch(ids, 1)}
                return honest(server, m, params)

            return answer

        server.answer = give(None)
        (doubt,) = fetch(case, server).doubts
        assert name_of(invented) in doubt
        assert "merkle proof does not lead" in doubt
        assert 30 * 10**8 not in received(case)

    def test_an_invented_block_costs_work_and_is_named_without_it(self, case, server):
        weak = bytearray(server.chain.headers[5])
        while sha256d(bytes(weak))[31] < 0x80:
            weak[76] = (weak[76] + 1) % 256
        server.lies["blockchain.block.header"] = lambda result, params: (
            bytes(weak).hex() if params[0] == 5 else result
        )
        doubts = fetch(case, server).doubts
        assert any("no proof of work" in doubt for doubt in doubts)
        assert any("no sound header of height 5" in doubt for doubt in doubts)
        assert 5 * 10**6 not in received(case)

    def test_a_wrong_height_fails_at_the_header_of_that_height(self, case, server):
        raw, _ = server.chain.payments()[3]

        def move(rows, _params):
            return [{**r, "height": 9} if r["tx_hash"] == name_of(raw) else r for r in rows]

        def lie(_number, method, params, honest=server.answer):
            if method == "blockchain.transaction.get_merkle" and params[0] == name_of(raw):
                return honest(method, [params[0], 5])
            result = honest(method, params)
            return move(result, params) if method.endswith("get_history") else result

        server.answer = lambda method, params: lie(0, method, params)
        doubts = fetch(case, server).doubts
        assert any(name_of(raw) in d and "merkle proof does not lead" in d for d in doubts)
        assert 5 * 10**6 not in received(case)

    def test_a_height_moved_with_its_header_does_not_link(self, case, server):
        """The proof is good, the height is not: only the run of headers shows it."""
        raw, _ = server.chain.payments()[3]
        honest = server.answer

        def lie(method, params):
            if method == "blockchain.transaction.get_merkle" and params[0] == name_of(raw):
                return honest(method, [params[0], 5])
            if method == "blockchain.block.header" and params[0] == 9:
                return honest(method, [5])
            result = honest(method, params)
            if method.endswith("get_history"):
                return [{**r, "height": 9} if r["tx_hash"] == name_of(raw) else r for r in result]
            return result

        server.answer = lie
        fetch(case, server)
        found = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(Txid(txid_of(raw)))
        assert (found.verified.value, found.place_strength) == ("in block", Strength.ASSERTED)

    def test_another_chain_of_the_same_network_contradicts_the_own_block(
        self, case, start, made_chain, tmp_path
    ):
        (tmp_path / "block.dat").write_bytes(made_chain.raw_blocks[7])
        ledger_verb.add(case, [tmp_path / "block.dat"], **REGTEST)
        other = start(MadeChain(salt=3))
        doubts = fetch(case, other).doubts
        assert any("contradict the block that this case knows at height 8" in d for d in doubts)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        astray = [t for t in ledger.transactions() if t.height == 8 and t.block_index is None]
        assert {t.place_strength for t in astray} <= {Strength.ASSERTED}

    def test_two_servers_on_two_chains_prove_nothing_to_each_other(self, case, start, made_chain):
        fetch(case, start(made_chain))
        doubts = fetch(case, start(MadeChain(salt=3))).doubts
        assert any("part at height 1" in doubt for doubt in doubts)
        assert all(level != "on best chain" for level, _ in levels(case))

    def test_a_server_of_another_chain_is_named(self, case, server):
        server.lies["server.features"] = lambda _result, _params: {
            "genesis_hash": "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
        }
        with pytest.raises(NodeUnfitError, match="does not serve bitcoin regtest"):
            fetch(case, server)

    def test_a_best_header_of_another_network_is_named(self, case, server):
        real = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
        server.lies["blockchain.headers.subscribe"] = lambda _r, _p: {"height": 0, "hex": real}
        with pytest.raises(BlockInvalidError):
            fetch(case, server)

    def test_a_clock_in_the_future_is_named(self, case, server):
        late = mine(bytes(32), [coinbase(1, SHOP)], 2_000_000_000)[:80].hex()
        server.lies["blockchain.headers.subscribe"] = lambda _r, _p: {"height": 1, "hex": late}
        with pytest.raises(NodeUnfitError, match="future"):
            fetch(case, server)

    def test_unlinked_headers_are_no_run(self, case, server):
        def gap(result, params):
            kept = [result["hex"][at : at + 160] for at in range(0, len(result["hex"]), 160)]
            kept[2] = server.chain.headers[9].hex()
            return {**result, "hex": "".join(kept)}

        server.lies["blockchain.block.headers"] = gap
        doubts = fetch(case, server).doubts
        assert any("does not follow the one before it" in doubt for doubt in doubts)
        assert {level for level, _ in levels(case)} == {"in block"}


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("server.features", b"not json\n"),
        ("server.features", b"[1,2]\n"),
        ("server.features", b'{"id":999,"result":{}}\n'),
        ("server.features", b'{"id":1}\n'),
        ("server.features", b'{"id":1,"result":"text"}\n'),
        ("blockchain.headers.subscribe", b'{"id":2,"result":{"height":"x","hex":[]}}\n'),
        ("blockchain.headers.subscribe", b'{"id":2,"result":{"height":5,"hex":"zz"}}\n'),
        ("blockchain.scripthash.get_history", b'{"id":5,"result":{"a":1}}\n'),
        ("blockchain.scripthash.get_history", b'{"id":5,"result":[{"tx_hash":1,"height":2}]}\n'),
        ("blockchain.scripthash.get_history", b'{"id":5,"result":[{"tx_hash":"ff","height":2}]}\n'),
        ("blockchain.transaction.get", b"\xff\xfe\n"),
    ],
)  # fmt: skip
def test_answers_of_other_kinds_are_named(case, server, method, answer):
    server.raw_answers[method] = answer
    with pytest.raises(AnswerRefusedError):
        fetch(case, server)


@pytest.mark.parametrize(
    "proof",
    [None, 5, "x", [], {}, {"merkle": 1, "pos": 0}, {"merkle": ["zz"], "pos": 0},
     {"merkle": [], "pos": "0"}, {"merkle": [], "pos": True}, {"merkle": [], "pos": -1},
     {"merkle": ["00" * 32] * 60, "pos": 0}, {"merkle": ["00"], "pos": 0}, {"merkle": [None], "pos": 0}],
)  # fmt: skip
def test_proofs_of_other_kinds_prove_nothing(case, server, proof):
    server.lies["blockchain.transaction.get_merkle"] = lambda _result, _params: proof
    assert fetch(case, server).doubts
    assert received(case) == []


@pytest.mark.parametrize("result", [None, 5, [], {}, "", "zz", "00", "00" * 5000])
@pytest.mark.parametrize(
    "method", ["blockchain.transaction.get", "blockchain.block.header", "blockchain.block.headers"]
)
def test_contents_of_other_kinds_are_left_out_or_named(case, server, method, result):
    server.lies[method] = lambda _result, _params: result
    try:
        fetched = fetch(case, server)
    except AnswerRefusedError:
        assert method == "blockchain.block.headers"
    else:
        assert fetched.doubts
    assert "on best chain" not in {level for level, _ in levels(case)}


def test_an_error_of_the_server_is_named(case, server):
    def refuse(_result, _params):
        raise ValueError

    server.lies["blockchain.scripthash.get_history"] = refuse
    with pytest.raises(NodeUnfitError, match="refuses"):
        fetch(case, server)


def test_a_hub_is_counted_and_left(case, server):
    with pytest.raises(NodeUnfitError, match="11 transactions"):
        fetch(case, server, most=10)
    assert not [m for m, _ in server.asked if m == "blockchain.transaction.get"]


def test_what_came_before_the_end_is_kept_and_the_rest_comes_later(case, server):
    with pytest.raises(WireBudgetSpentError):
        fetch(case, server, budget=WireBudget(requests=20))
    first = len(received(case))
    assert 0 < first < len(ALL)
    result = fetch(case, server)
    assert received(case) == ALL
    assert (result.new_transactions, result.doubts) == (len(ALL) - first, ())


def test_a_server_that_breaks_off_is_asked_again(case, server):
    honest, broken = server._line, []

    def once(number, method, params):
        if method == "blockchain.transaction.get_merkle" and not broken:
            broken.append(number)
            raise OSError
        return honest(number, method, params)

    server._line = once
    assert fetch(case, server).doubts == ()
    assert received(case) == ALL


def test_the_status_says_how_far_and_what_speaks_against_it(case, server):
    server.drop = {name_of(server.chain.payments()[0][0])}
    server.lies["blockchain.block.header"] = lambda result, params: (
        server.chain.headers[1].hex() if params[0] == 6 else result
    )
    fetch(case, server)
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    status = derive_status(case.store, ledger.pin)
    assert {level.value: n for level, n in status.place_levels} == {"on best chain": len(ALL) - 2}
    assert any("merkle proof does not lead" in doubt for doubt in status.doubts)


def test_the_first_block_is_the_one_of_the_network():
    assert parse_header(GENESIS).block_hash[::-1].hex().startswith("0f9188f13cb7b2c7")
    assert time.gmtime(int.from_bytes(GENESIS[68:72], "little")).tm_year == 2011


class PartingChain(MadeChain):
    """The same blocks up to a height; after it other ones, of which one pays the shop again."""

    def __init__(self, before: MadeChain, height: int, *, again_at: int | None) -> None:
        self.headers = before.headers[: height + 1]
        self.blocks = [list(made) for made in before.blocks[: height + 1]]
        self.raw_blocks = before.raw_blocks[:height]
        lost = before.blocks[height + 1][1]
        for at in range(height + 1, BLOCKS + 3):
            made = [coinbase(at, CUSTOMER), *([lost] if at == again_at else [])]
            raw = mine(sha256d(self.headers[-1]), made, START + 600 * at + 7)
            self.headers.append(raw[:80])
            self.blocks.append(made)
            self.raw_blocks.append(raw)

    def payments(self) -> list[tuple[bytes, int]]:
        return [(made[1], height) for height, made in enumerate(self.blocks) if len(made) > 1]


@pytest.mark.parametrize("again_at", [None, 12])
def test_a_reorganisation_behind_the_server_is_seen_wherever_the_payment_went(
    case, server, made_chain, again_at
):
    fetch(case, server)
    lost = made_chain.blocks[11][1]
    before = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(Txid(txid_of(lost)))
    assert before.place_strength is Strength.OBSERVED
    trace(case, SHOP_ADDRESS, chain=Chain.BITCOIN)
    assert "reorganised" not in gather_facts(case).traces[0].predates
    server.chain = PartingChain(made_chain, 10, again_at=again_at)
    result = fetch(case, server)
    assert any("reorganisation" in doubt for doubt in result.doubts)
    after = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(Txid(txid_of(lost)))
    assert after.place_strength is Strength.ASSERTED
    untouched = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(
        Txid(txid_of(made_chain.blocks[5][1]))
    )
    assert untouched.place_strength is Strength.OBSERVED
    assert "reorganised" in gather_facts(case).traces[0].predates
    (again,) = rerun(case)
    assert again.kind == "trace"
    assert again.state in {"replaced", "same"}
    assert "reorganised" not in gather_facts(case).traces[0].predates
    assert rerun(case) == ()
    folder = case.folder
    case.close()
    assert verify(folder).problems == []


@pytest.mark.parametrize("with_previous", [False, True])
def test_a_long_history_is_asked_for_in_several_bursts(case, server, monkeypatch, with_previous):
    monkeypatch.setattr(fetch_history, "_ENTRIES_AT_ONCE", 4)
    fetch(case, server, with_previous=with_previous)
    assert received(case) == ALL
    asked = [params[0] for m, params in server.asked if m == "blockchain.transaction.get_merkle"]
    assert len(asked) == len(set(asked)) == len(ALL)
