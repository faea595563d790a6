"""Histories from stand-in Esplora and Blockbook servers: honest, lying, broken, without proofs.

The chain behind them is a regtest chain made here, with real proof of work at the easiest target.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from shutil import copytree

import pytest
from typer.testing import CliRunner

from chainlead.cli.fetch_cmd import app
from chainlead.codecs import address_from_script, sha256d
from chainlead.errors import (
    AnswerRefusedError,
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
    derive_status,
    parse_header,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.model import Chain, Network, Strength, Txid
from chainlead.wire import WireBudget
from chainlead.workflow import ledger as ledger_verb
from chainlead.workflow.case import Case
from chainlead.workflow.case_place import place_of
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_explorer import fetch_blockbook, fetch_esplora
from chainlead.workflow.fetch_history import HistoryOptions
from chainlead.workflow.live_histories import HistoryFetcher
from chainlead.workflow.trace_live import LiveOptions, trace_live
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
CUSTOMER_ADDRESS = address_from_script(CUSTOMER, Chain.BITCOIN, Network.REGTEST)
BLOCKS = 30
FIRST_PAID = 2
ALL = [height * 10**6 for height in range(FIRST_PAID, BLOCKS + 1)]


def parsed(raw: bytes):
    return parse_transaction(raw, max_units=MAX_UNITS)


def name_of(raw: bytes) -> str:
    return parsed(raw).txid[::-1].hex()


def paying(outputs: list[WireOutput], previous: bytes, index: int, *, locktime: int = 0) -> bytes:
    return serialize_transaction(
        version=2, inputs=[WireInput(previous, index, 0xFFFFFFFD, b"")], outputs=outputs,
        locktime=locktime,
    )  # fmt: skip


def coinbase(height: int) -> bytes:
    return serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0xFFFFFFFF, b"\x03" + height.to_bytes(3, "little"))],
        outputs=[WireOutput(50 * 10**8, CUSTOMER)], locktime=0,
    )  # fmt: skip


def pay(coins: bytes, units: int, *, salt: int = 0) -> bytes:
    """The customer pays the shop from a coinbase of his, with change."""
    outputs = [WireOutput(units, SHOP), WireOutput(50 * 10**8 - units - 1000, CUSTOMER)]
    return paying(outputs, parsed(coins).txid, 0, locktime=salt)


def other(height: int) -> bytes:
    """Another transaction, so that the merkle trees are odd."""
    return paying([WireOutput(1000 + height, b"\x00\x14" + bytes(20))], sha256d(bytes([height])), 7)


def mine(previous_hash: bytes, transactions: list[bytes], when: int) -> bytes:
    head = (
        (4).to_bytes(4, "little") + previous_hash
        + derive_merkle_root([parsed(raw).txid for raw in transactions])
        + when.to_bytes(4, "little") + (0x207FFFFF).to_bytes(4, "little")
    )  # fmt: skip
    nonce = next(n for n in range(10_000) if sha256d(head + n.to_bytes(4, "little"))[31] < 0x7F)
    body = serialize_count(len(transactions)) + b"".join(transactions)
    return head + nonce.to_bytes(4, "little") + body


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


class MadeChain:
    """Blocks on the first block of regtest; each but the first pays the shop once."""

    def __init__(self, salt: int = 0) -> None:
        self.headers = [GENESIS]
        self.blocks: list[list[bytes]] = [[]]
        self.raw_blocks: list[bytes] = [GENESIS]
        for height in range(1, BLOCKS + 1):
            made = [coinbase(height)]
            if height >= FIRST_PAID:
                coins = self.blocks[height - 1][0]
                made += [pay(coins, height * 10**6, salt=salt), other(height)]
            raw = mine(sha256d(self.headers[-1]), made, START + 600 * height + salt)
            self.headers.append(raw[:80])
            self.blocks.append(made)
            self.raw_blocks.append(raw)

    def payments(self) -> list[tuple[bytes, int]]:
        """Newest first."""
        found = [(made[1], height) for height, made in enumerate(self.blocks) if len(made) > 1]
        return found[::-1]

    def hash_at(self, height: int) -> str:
        return sha256d(self.headers[height])[::-1].hex()

    def every(self) -> dict[str, bytes]:
        return {name_of(raw): raw for made in self.blocks for raw in made}


class RefusedError(Exception):
    """What the double answers with an error status."""


class Double:
    """The server. `lies` maps the start of a path to what becomes of its answer."""

    def __init__(self, chain: MadeChain) -> None:
        self.chain = chain
        self.lies: dict[str, Callable] = {}
        self.refused: set[str] = set()
        self.asked: list[str] = []
        self.drop: set[str] = set()
        self.extra: list[tuple[bytes, int]] = []
        self.raw_answers: dict[str, bytes] = {}
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = double.respond(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.listener.daemon_threads = True
        threading.Thread(target=self.listener.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def place(self) -> str:
        return f"http://127.0.0.1:{self.listener.server_address[1]}{self.root}"

    def respond(self, path: str) -> tuple[int, bytes]:
        path = path.removeprefix(self.root).removeprefix("/")
        self.asked.append(path)
        for start, raw in self.raw_answers.items():
            if path.startswith(start):
                return 200, raw
        if any(one in path for one in self.refused):
            return 404, b"not found"
        try:
            answer = self.answer(path)
        except (RefusedError, LookupError, ValueError, StopIteration):
            return 404, b"not found"
        for start, lie in self.lies.items():
            if path.startswith(start):
                answer = lie(answer, path)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return 200, text.encode()

    def payments(self) -> list[tuple[bytes, int]]:
        return self.extra + [p for p in self.chain.payments() if name_of(p[0]) not in self.drop]

    def rows(self, address: str) -> list[tuple[bytes, int]]:
        """Transactions of an address, newest first."""
        if address == SHOP_ADDRESS:
            return self.payments()
        if address != CUSTOMER_ADDRESS:
            return []
        made = [(raw, height) for height, made in enumerate(self.chain.blocks) for raw in made[:2]]
        return made[::-1]

    def sum(self, address: str) -> int:
        script = SHOP if address == SHOP_ADDRESS else CUSTOMER
        every = [parsed(raw) for raw, _ in self.rows(address)]
        paid = sum(o.amount_units for t in every for o in t.outputs if o.script == script)
        spends = 0 if address == SHOP_ADDRESS else sum(not t.is_coinbase for t in every)
        return paid - spends * 50 * 10**8


class Esplora(Double):
    root = "/api"

    def answer(self, path: str):
        parts = path.split("/")
        chain = self.chain
        if path == "blocks/tip/height":
            return str(len(chain.headers) - 1)
        if parts[0] == "block-height":
            return chain.hash_at(int(parts[1]))
        if parts[0] == "block" and parts[2:] == ["header"]:
            hashes = [chain.hash_at(height) for height in range(len(chain.headers))]
            return chain.headers[hashes.index(parts[1])].hex()
        if parts[0] == "blocks":
            top = int(parts[1])
            return [self.block(height) for height in range(top, max(top - 10, -1), -1)]
        if parts[0] == "address":
            return self.address(parts[1], "/".join(parts[2:]))
        if parts[0] == "tx" and len(parts) == 2:
            every = self.payments() + self.rows(CUSTOMER_ADDRESS)
            raw, height = next(p for p in every if name_of(p[0]) == parts[1])
            return self.item(raw, height)
        if parts[2:] == ["hex"]:
            every = {**chain.every(), **{name_of(raw): raw for raw, _ in self.extra}}
            return every[parts[1]].hex()
        if parts[2:] == ["merkle-proof"]:
            for height, made in enumerate(chain.blocks):
                ids = [name_of(raw) for raw in made]
                if parts[1] in ids:
                    position = ids.index(parts[1])
                    return {
                        "block_height": height, "pos": position, "merkle": branch(ids, position),
                    }  # fmt: skip
        raise RefusedError

    def block(self, height: int) -> dict:
        header = parse_header(self.chain.headers[height])
        return {
            "id": self.chain.hash_at(height), "height": height, "version": header.version,
            "timestamp": header.mined_at_unix, "bits": header.target_bits, "nonce": header.nonce,
            "merkle_root": header.merkle_root[::-1].hex(), "tx_count": 3,
            "previousblockhash": header.previous_hash[::-1].hex() if height else None,
        }  # fmt: skip

    def address(self, address: str, rest: str):
        rows = self.rows(address)
        if not rest:
            counts = {
                "tx_count": len(rows), "funded_txo_count": len(rows),
                "funded_txo_sum": self.sum(address),
                "spent_txo_count": 0, "spent_txo_sum": 0,
            }  # fmt: skip
            return {"address": address, "chain_stats": counts, "mempool_stats": {"tx_count": 0}}
        if rest == "txs/mempool":
            return []
        last = rest.removeprefix("txs/chain").strip("/")
        names = [name_of(raw) for raw, _ in rows]
        start = names.index(last) + 1 if last else 0
        return [self.item(raw, height) for raw, height in rows[start : start + 25]]

    def item(self, raw: bytes, height: int) -> dict:
        read = parsed(raw)
        spent = read.inputs[0]
        header = parse_header(self.chain.headers[height])
        return {
            "txid": name_of(raw), "version": read.version, "locktime": read.locktime,
            "vin": [{
                "txid": spent.previous_txid[::-1].hex(), "vout": spent.previous_index,
                "sequence": spent.sequence, "scriptsig": "", "is_coinbase": False,
                "prevout": None if read.is_coinbase else {
                    "scriptpubkey": CUSTOMER.hex(), "value": 50 * 10**8,
                },
            }],
            "vout": [
                {"scriptpubkey": o.script.hex(), "value": o.amount_units,
                 "scriptpubkey_address": address_from_script(o.script, *REGTEST.values())}
                for o in read.outputs
            ],
            "status": {
                "confirmed": True, "block_height": height,
                "block_hash": self.chain.hash_at(height), "block_time": header.mined_at_unix,
            },
        }  # fmt: skip


class Blockbook(Double):
    root = ""

    def answer(self, path: str):
        chain = self.chain
        if path == "api/status":
            state = {"coin": "Regtest", "inSync": True, "bestHeight": len(chain.headers) - 1}
            return {"blockbook": state, "backend": {"chain": "regtest"}}
        if path.startswith("api/v2/block-index/"):
            return {"blockHash": chain.hash_at(int(path.rpartition("/")[2]))}
        if path.startswith("api/v2/rawblock/"):
            return {"hex": chain.raw_blocks[int(path.rpartition("/")[2])].hex()}
        if path.startswith("api/v2/tx-specific/"):
            named = path.rpartition("/")[2]
            return {"txid": named, "hex": chain.every()[named].hex()}
        if path.startswith("api/v2/tx/"):
            named = path.rpartition("/")[2]
            every = self.payments() + self.rows(CUSTOMER_ADDRESS)
            raw, height = next(p for p in every if name_of(p[0]) == named)
            return self.item(raw, height)
        address, _, query = path.removeprefix("api/v2/address/").partition("?")
        rows = self.rows(address)
        short = {"address": address, "balance": str(self.sum(address)), "txs": len(rows)}
        asked = dict(pair.split("=") for pair in query.split("&"))
        if asked["details"] == "basic":
            return short
        size, number = 10, int(asked["page"])  # smaller than asked for, as a server may
        pages = -(-len(rows) // size)
        part = rows[(number - 1) * size : number * size]
        listed = [self.item(raw, height) for raw, height in part]
        return {**short, "page": number, "totalPages": pages, "transactions": listed}

    def item(self, raw: bytes, height: int) -> dict:
        read = parsed(raw)
        sides = [address_from_script(o.script, *REGTEST.values()) for o in read.outputs]
        return {
            "txid": name_of(raw), "version": read.version, "hex": raw.hex(),
            "vin": [{} if read.is_coinbase else {"addresses": [CUSTOMER_ADDRESS], "value": "5000000000"}],
            "vout": [
                {"addresses": [side], "value": str(o.amount_units), "hex": o.script.hex()}
                for side, o in zip(sides, read.outputs, strict=True)
            ],
            "blockHash": self.chain.hash_at(height), "blockHeight": height,
            "blockTime": parse_header(self.chain.headers[height]).mined_at_unix,
        }  # fmt: skip


@pytest.fixture(scope="module")
def made_chain() -> MadeChain:
    return MadeChain()


@pytest.fixture
def start(socket_enabled, case) -> Iterator[Callable]:
    """Start servers that the case may ask."""
    running: list[Double] = []

    def make(kind: type[Double], chain: MadeChain) -> Double:
        double = kind(chain)
        running.append(double)
        host = NodeAddress(double.place).host
        grant(case, host, ("chain state", "address history"), why="our own server")
        return double

    yield make
    for double in running:
        double.listener.shutdown()
        double.listener.server_close()


@pytest.fixture
def esplora(start, made_chain) -> Esplora:
    return start(Esplora, made_chain)


@pytest.fixture
def blockbook(start, made_chain) -> Blockbook:
    return start(Blockbook, made_chain)


def fetch(case, double: Double, *, budget=None, with_blocks=False, **options):
    place = NodeAddress(double.place, budget=budget or WireBudget())
    given = {"options": HistoryOptions(**options), **REGTEST}
    if isinstance(double, Esplora):
        return fetch_esplora(case, place, [SHOP_ADDRESS], **given)
    return fetch_blockbook(case, place, [SHOP_ADDRESS], with_blocks=with_blocks, **given)


def received(case) -> list[int]:
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    return [output.amount_units for output in ledger.outputs_to(SHOP_ADDRESS)]


def levels(case) -> set[tuple[str, Strength]]:
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    return {(t.verified.value, t.place_strength) for t in ledger.transactions() if t.height}


def doubts(case) -> tuple[str, ...]:
    return derive_status(case.store, CaseLedger(case.store, Chain.BITCOIN).pin).doubts


def third(double: Double) -> tuple[str, bytes, int]:
    raw, height = double.chain.payments()[3]
    return name_of(raw), raw, height


class TestEsplora:
    def test_an_honest_history_is_proved_up_to_the_best_chain(self, case, esplora):
        result = fetch(case, esplora)
        assert received(case) == ALL
        assert levels(case) == {("on best chain", Strength.OBSERVED)}
        assert (result.listed, result.new_transactions) == (len(ALL), len(ALL))
        assert (result.doubts, result.unlinked, result.waiting) == ((), (), ())
        named, _, height = third(esplora)
        found = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(Txid.from_display(named))
        assert (found.height, found.block_hash.display) == (height, esplora.chain.hash_at(height))

    def test_who_paid_is_the_servers_word_until_the_spent_transaction_is_known(self, case, esplora):
        fetch(case, esplora)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        spent = {s.previous.strength for t in ledger.transactions() for s in t.inputs}
        assert spent == {Strength.ASSERTED}

    def test_spent_transactions_are_taken_on_request(self, case, esplora):
        fetch(case, esplora, with_previous=True)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        paid = [t for t in ledger.transactions() if t.height is not None]
        assert {s.previous.strength for t in paid for s in t.inputs} == {Strength.OBSERVED}
        assert {t.fee_units for t in paid} == {1000}

    def test_any_way_to_write_an_address_will_do(self, case, esplora):
        place = NodeAddress(esplora.place)
        result = fetch_esplora(case, place, [SHOP_ADDRESS.upper()], **REGTEST)
        assert (result.listed, result.doubts) == (len(ALL), ())
        assert received(case) == ALL

    def test_the_case_is_made_again_without_the_server(self, case, esplora):
        fetch(case, esplora)
        case.close()
        assert verify(case.folder).problems == []

    def test_what_is_proved_is_not_asked_for_again(self, case, esplora):
        fetch(case, esplora)
        esplora.asked.clear()
        assert fetch(case, esplora).new_transactions == 0
        assert not [path for path in esplora.asked if path.startswith("tx/")]

    def test_without_proofs_the_place_is_one_servers_word(self, case, esplora):
        esplora.refused = {"merkle-proof"}
        result = fetch(case, esplora)
        assert received(case) == ALL
        assert levels(case) == {("single source", Strength.ASSERTED)}
        assert [d for d in result.doubts if "gives no merkle proofs" in d] == list(result.doubts)

    def test_one_server_asked_twice_stays_a_single_source(self, case, esplora):
        esplora.refused = {"merkle-proof"}
        fetch(case, esplora)
        fetch(case, esplora)
        assert levels(case) == {("single source", Strength.ASSERTED)}

    def test_two_servers_that_agree_are_two_sources(self, case, esplora, blockbook):
        esplora.refused = {"merkle-proof"}
        fetch(case, esplora)
        fetch(case, blockbook)
        assert levels(case) == {("two sources agree", Strength.ASSERTED)}

    def test_headers_too_far_from_a_known_block_leave_the_place_asserted(self, case, esplora):
        result = fetch(case, esplora, most_headers=4)
        assert levels(case) == {
            ("on best chain", Strength.OBSERVED), ("in block", Strength.ASSERTED),
        }  # fmt: skip
        assert result.unlinked == tuple(range(5, BLOCKS + 1))

    def test_a_hub_is_counted_and_left(self, case, esplora):
        with pytest.raises(NodeUnfitError, match=f"{len(ALL)} transactions: more than the 10"):
            fetch(case, esplora, most=10)
        assert not [path for path in esplora.asked if "/txs" in path]

    def test_a_server_that_lists_without_end_is_left_too(self, case, esplora):
        fresh = iter(range(10_000))

        def endless(page, _path):
            return [{**page[0], "txid": f"{next(fresh):064x}"}] if page else page

        esplora.lies = {f"address/{SHOP_ADDRESS}/txs/chain": endless}
        esplora.lies[f"address/{SHOP_ADDRESS}/txs/chain/"] = lambda _page, _path: [
            {**esplora.item(*esplora.chain.payments()[0]), "txid": f"{next(fresh):064x}"}
        ]
        esplora.answer = _always(esplora.answer)
        with pytest.raises(NodeUnfitError, match="more than the 50"):
            fetch(case, esplora, most=50)

    def test_the_budget_ends_it_and_the_rest_comes_later(self, case, esplora):
        with pytest.raises(WireBudgetSpentError):
            fetch(case, esplora, budget=WireBudget(requests=50))
        assert 0 < len(received(case)) < len(ALL)
        fetch(case, esplora)
        assert received(case) == ALL

    def test_parts_after_the_first_stand_by_themselves(self, case, esplora, monkeypatch):
        monkeypatch.setattr(
            "chainlead.workflow.fetch_explorer.EsploraFetch.part_exchanges", 12, raising=False
        )
        fetch(case, esplora)
        assert len(list(case.store.rows("ledger_sources"))) > 5
        assert levels(case) == {("on best chain", Strength.OBSERVED)}
        assert doubts(case) == ()

    def test_killed_in_the_middle_it_goes_on_where_it_was(
        self, case, esplora, tmp_path, monkeypatch
    ):
        kind = "chainlead.workflow.fetch_explorer.EsploraFetch.part_exchanges"
        monkeypatch.setattr(kind, 12, raising=False)
        copy = tmp_path / "as-it-was-when-killed"

        def kill(done: int, _total: int) -> None:
            if done == 20:
                copytree(case.folder, copy)

        fetch(case, esplora, progress=kill)
        case.close()
        if (copy / "case.store").exists():  # a folder's copy holds no tables of a server
            place_of(copy).remove()
        with Case.open_to_write(copy) as again:
            kept = len(received(again))
            assert 12 <= kept < len(ALL)
            esplora.asked.clear()
            fetch(again, esplora)
            assert received(again) == ALL
            asked = [path for path in esplora.asked if path.endswith("/hex")]
            assert len(asked) == len(ALL) - kept
            assert levels(again) == {("on best chain", Strength.OBSERVED)}
        assert verify(copy).problems == []

    def test_interrupted_by_a_person_what_came_is_kept(self, case, esplora):
        def interrupt(done: int, _total: int) -> None:
            if done == 5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fetch(case, esplora, progress=interrupt)
        assert len(received(case)) == 5

    def test_nothing_is_asked_without_the_consent(self, case, socket_enabled, made_chain):
        double = Esplora(made_chain)
        try:
            grant(case, NodeAddress(double.place).host, ("chain state",), why="x")
            with pytest.raises(NotConsentedError, match="address history"):
                fetch(case, double)
            assert not [path for path in double.asked if SHOP_ADDRESS in path]
        finally:
            double.listener.shutdown()
            double.listener.server_close()

    def test_the_switch_wins_over_the_consent(self, case, esplora, monkeypatch):
        monkeypatch.setenv("CHAINLEAD_OFFLINE", "1")
        with pytest.raises(OfflineError):
            fetch(case, esplora)
        assert esplora.asked == []

    def test_a_server_of_another_chain_is_named(self, case, esplora):
        esplora.lies = {"block-height/0": lambda _h, _p: "0" * 64}
        with pytest.raises(NodeUnfitError, match="does not serve bitcoin regtest"):
            fetch(case, esplora)


class TestEsploraLies:
    def test_a_dropped_transaction_does_not_fit_the_servers_own_summary(self, case, esplora):
        named, _, _ = third(esplora)
        page = f"address/{SHOP_ADDRESS}/txs/chain"
        esplora.lies = {page: lambda rows, _p: [r for r in rows if r["txid"] != named]}
        result = fetch(case, esplora)
        assert ["summary" in doubt and SHOP_ADDRESS in doubt for doubt in result.doubts] == [True]

    def test_a_consistent_omission_shows_beside_another_server(self, case, start, made_chain):
        liar, honest = start(Esplora, made_chain), start(Blockbook, made_chain)
        named, _, _ = third(liar)
        liar.drop = {named}
        assert fetch(case, liar).doubts == ()
        result = fetch(case, honest)
        assert [d for d in result.doubts if "Servers disagree" in d and named in d]

    def test_a_consistent_omission_shows_beside_an_own_block(self, case, esplora, tmp_path):
        named, _, height = third(esplora)
        esplora.drop = {named}
        (tmp_path / "block.dat").write_bytes(esplora.chain.raw_blocks[height])
        fetch(case, esplora)
        ledger_verb.add(case, [tmp_path / "block.dat"], **REGTEST)
        assert [d for d in doubts(case) if "leaves it out" in d and named in d]

    def test_changed_bytes_are_left_out(self, case, esplora):
        named, raw, _ = third(esplora)
        forged = pay(esplora.chain.blocks[5][0], 77).hex()
        esplora.lies = {f"tx/{named}/hex": lambda _hex, _p: forged}
        result = fetch(case, esplora)
        assert parsed(raw).outputs[0].amount_units not in received(case)
        assert [d for d in result.doubts if named in d and "it was changed" in d]

    def test_a_changed_amount_in_the_list_is_told(self, case, esplora):
        named, _, _ = third(esplora)

        def more(rows, _path):
            for row in rows:
                if row["txid"] == named:
                    row["vout"][0]["value"] += 1
            return rows

        esplora.lies = {f"address/{SHOP_ADDRESS}/txs/chain": more}
        result = fetch(case, esplora)
        assert received(case) == ALL  # the bytes decide
        assert [d for d in result.doubts if named in d and "it was changed" in d]

    def test_a_changed_sender_shows_once_the_spent_transaction_is_known(self, case, esplora):
        named, _, _ = third(esplora)

        def richer(rows, _path):
            for row in rows:
                if row["txid"] == named:
                    row["vin"][0]["prevout"]["value"] = 51 * 10**8
            return rows

        esplora.lies = {f"address/{SHOP_ADDRESS}/txs/chain": richer}
        result = fetch(case, esplora, with_previous=True)
        assert [d for d in result.doubts if "pays 5100000000 base units; by the" in d]

    def test_an_invented_transaction_has_no_proof_and_is_told(self, case, esplora):
        invented = pay(esplora.chain.blocks[9][0], 42)
        esplora.extra = [(invented, 9)]
        result = fetch(case, esplora)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        found = ledger.lookup_transaction(Txid(parsed(invented).txid))
        assert found.verified.value == "single source"
        assert found.place_strength is Strength.ASSERTED
        assert [d for d in result.doubts if name_of(invented) in d and "merkle-proof" in d]

    def test_an_invented_transaction_with_a_stolen_proof_is_left_out(self, case, esplora):
        invented = pay(esplora.chain.blocks[9][0], 42)
        stolen = esplora.answer(f"tx/{name_of(esplora.chain.blocks[9][1])}/merkle-proof")
        esplora.extra = [(invented, 9)]
        esplora.answer = _instead(esplora.answer, f"tx/{name_of(invented)}/merkle-proof", stolen)
        result = fetch(case, esplora)
        assert received(case) == ALL
        assert [d for d in result.doubts if name_of(invented) in d and "does not lead" in d]

    def test_a_header_without_work_proves_nothing(self, case, esplora):
        named, raw, height = third(esplora)
        esplora.lies = {
            f"block/{esplora.chain.hash_at(height)}/header": lambda head, _p: head[:-8] + "00000000"
        }
        result = fetch(case, esplora)
        assert parsed(raw).outputs[0].amount_units not in received(case)
        assert [d for d in result.doubts if named in d and "no sound header" in d]

    def test_a_place_that_the_servers_chain_denies_is_left_out(self, case, esplora):
        named, raw, _ = third(esplora)

        def elsewhere(rows, _path):
            for row in rows:
                if row["txid"] == named:
                    row["status"]["block_hash"] = "ab" * 32
            return rows

        esplora.lies = {f"address/{SHOP_ADDRESS}/txs/chain": elsewhere}
        result = fetch(case, esplora)
        assert parsed(raw).outputs[0].amount_units not in received(case)
        assert [d for d in result.doubts if named in d and "another block" in d]

    def test_no_word_of_a_server_steers_a_terminal(self, case, esplora):
        esplora.raw_answers = {
            "blocks/20": b'[{"id":"\x1b[2J","height":20,"version":1,"timestamp":1,"bits":1,'
            b'"nonce":1,"merkle_root":"' + b"ab" * 32 + b'"}]',
        }  # fmt: skip
        esplora.refused = set()
        esplora.raw_answers["tx/"] = b"\x1b[31m"
        result = fetch(case, esplora)
        assert result.doubts
        assert all(doubt.isprintable() for doubt in result.doubts)

    def test_another_chain_above_a_known_block_is_told(self, case, start, made_chain):
        first, second = start(Esplora, made_chain), start(Esplora, MadeChain(salt=1))
        fetch(case, first)
        result = fetch(case, second)
        assert [d for d in result.doubts if "part at height" in d or "disagree" in d]

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            ("blocks/tip/height", b"-1"),
            ("blocks/tip/height", b"<html>busy</html> x"),
            (f"address/{SHOP_ADDRESS}/txs/chain", b"{}"),
            (f"address/{SHOP_ADDRESS}/txs/chain", b'[{"txid":"zz","status":{"confirmed":true}}]'),
            (f"address/{SHOP_ADDRESS}/txs/mempool", b"\xff"),
            (f"address/{SHOP_ADDRESS}", b"[]"),
        ],
    )
    def test_answers_of_other_kinds_are_named(self, case, esplora, path, answer):
        esplora.raw_answers = {path: answer}
        with pytest.raises((AnswerRefusedError, NodeUnfitError)):
            fetch(case, esplora)

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            ("tx/", b"\xff\xfe"),
            ("tx/", b"{}"),
            ("tx/", b""),
            ("blocks/20", b'[{"id":"x","height":29}]'),
            ("blocks/20", b'[{"height":29},{"height":28}]'),
        ],
    )
    def test_contents_of_other_kinds_are_left_out_or_named(self, case, esplora, path, answer):
        esplora.raw_answers = {path: answer}
        with contextlib.suppress(AnswerRefusedError):
            assert fetch(case, esplora).doubts
        case.close()
        assert verify(case.folder).problems == []


class TestBlockbook:
    def test_a_history_is_rehashed_and_its_places_are_one_servers_word(self, case, blockbook):
        result = fetch(case, blockbook)
        assert received(case) == ALL
        assert levels(case) == {("single source", Strength.ASSERTED)}
        assert (result.listed, result.new_transactions, result.doubts) == (len(ALL), len(ALL), ())
        assert not [path for path in blockbook.asked if "tx-specific" in path]

    def test_whole_blocks_prove_the_places(self, case, blockbook):
        result = fetch(case, blockbook, with_blocks=True)
        assert received(case) == ALL
        levels_now = {level.value for level, _ in result.levels}
        assert levels_now <= {"in block", "on best chain"}
        assert result.doubts == ()

    def test_spent_transactions_are_taken_on_request(self, case, blockbook):
        fetch(case, blockbook, with_previous=True)
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        paid = [t for t in ledger.transactions() if t.height is not None]
        assert {t.fee_units for t in paid} == {1000}

    def test_the_case_is_made_again_without_the_server(self, case, blockbook):
        fetch(case, blockbook, with_blocks=True, with_previous=True)
        case.close()
        assert verify(case.folder).problems == []

    def test_a_hub_is_counted_and_left(self, case, blockbook):
        with pytest.raises(NodeUnfitError, match="more than the 10"):
            fetch(case, blockbook, most=10)
        assert not [path for path in blockbook.asked if "details=txs" in path]

    def test_raw_bytes_are_asked_for_where_the_list_has_none(self, case, blockbook):
        def bare(page, _path):
            for row in page.get("transactions", ()):
                del row["hex"]
            return page

        blockbook.lies = {"api/v2/address/": bare}
        fetch(case, blockbook)
        assert received(case) == ALL

    def test_a_server_of_another_chain_is_named(self, case, blockbook):
        blockbook.lies = {"api/v2/block-index/0": lambda _a, _p: {"blockHash": "ab" * 32}}
        with pytest.raises(NodeUnfitError, match="does not serve bitcoin regtest"):
            fetch(case, blockbook)

    def test_a_server_out_of_step_is_named(self, case, blockbook):
        blockbook.lies = {
            "api/status": lambda _a, _p: {"blockbook": {"inSync": False, "bestHeight": 3}}
        }
        with pytest.raises(NodeUnfitError, match="not in step"):
            fetch(case, blockbook)

    def test_a_dropped_transaction_does_not_fit_the_balance(self, case, blockbook):
        named, _, _ = third(blockbook)

        def without(page, _path):
            rows = page.get("transactions", ())
            return {**page, "transactions": [row for row in rows if row["txid"] != named]}

        blockbook.lies = {"api/v2/address/": without}
        assert [d for d in fetch(case, blockbook).doubts if "summary" in d]

    def test_an_invented_transaction_is_caught_by_the_servers_own_block(self, case, blockbook):
        invented = pay(blockbook.chain.blocks[9][0], 42)
        blockbook.extra = [(invented, 9)]
        result = fetch(case, blockbook, with_blocks=True)
        assert received(case) == ALL
        assert [d for d in result.doubts if "own block of height 9 does not hold it" in d]

    def test_changed_bytes_are_left_out(self, case, blockbook):
        named, raw, _ = third(blockbook)

        def forged(page, _path):
            for row in page.get("transactions", ()):
                if row["txid"] == named:
                    row["hex"] = pay(blockbook.chain.blocks[5][0], 77).hex()
            return page

        blockbook.lies = {"api/v2/address/": forged}
        result = fetch(case, blockbook)
        assert parsed(raw).outputs[0].amount_units not in received(case)
        assert [d for d in result.doubts if named in d and "it was changed" in d]

    @pytest.mark.parametrize(
        "change",
        [
            {"blockHeight": 2**40}, {"blockTime": -1}, {"blockTime": 2**33}, {"blockHash": "zz"},
            {"hex": "00"},
        ],
    )  # fmt: skip
    def test_fields_that_cannot_be_are_told(self, case, blockbook, change):
        def changed(page, _path):
            for row in page.get("transactions", ()):
                row.update(change)
            return page

        blockbook.lies = {"api/v2/address/": changed}
        result = fetch(case, blockbook)
        assert result.doubts
        assert received(case) == []

    def test_an_amount_that_is_none_is_told_and_the_bytes_decide(self, case, blockbook):
        wrong = {"vout": [{"addresses": [SHOP_ADDRESS], "value": "1.5"}]}

        def changed(page, _path):
            for row in page.get("transactions", ()):
                row.update(wrong)
            return page

        blockbook.lies = {"api/v2/address/": changed}
        assert [d for d in fetch(case, blockbook).doubts if "an amount that is none" in d]
        assert received(case) == ALL


class TestTransactions:
    @pytest.fixture
    def agreed(self, case, made_chain, socket_enabled):
        """Servers that may be asked about single transactions, and about nothing else of the case."""
        running = []

        def make(kind: type[Double]) -> Double:
            double = kind(made_chain)
            running.append(double)
            host = NodeAddress(double.place).host
            grant(case, host, ("chain state", "transaction"), why="our own server")
            return double

        yield make
        for double in running:
            double.listener.shutdown()
            double.listener.server_close()

    def fetch(self, case, double: Double, *txids: str, **given):
        place = NodeAddress(double.place)
        work = fetch_esplora if isinstance(double, Esplora) else fetch_blockbook
        return work(case, place, txids, **REGTEST, **given)

    def test_one_transaction_comes_with_its_proof(self, case, agreed):
        double = agreed(Esplora)
        named, _, height = third(double)
        result = self.fetch(case, double, named.upper())
        assert (result.listed, result.new_transactions, result.doubts) == (1, 1, ())
        found = CaseLedger(case.store, Chain.BITCOIN).lookup_transaction(Txid.from_display(named))
        assert (found.height, found.verified.value) == (height, "on best chain")
        assert not [path for path in double.asked if SHOP_ADDRESS in path]
        case.close()
        assert verify(case.folder).problems == []

    @pytest.mark.parametrize(
        ("with_blocks", "level"), [(False, "single source"), (True, "in block")]
    )
    def test_blockbook_proves_it_by_its_block(self, case, agreed, with_blocks, level):
        double = agreed(Blockbook)
        named, _, _ = third(double)
        result = self.fetch(case, double, named, with_blocks=with_blocks)
        assert [found.value for found, _ in result.levels] == [level]
        assert result.doubts == ()

    @pytest.mark.parametrize("kind", [Esplora, Blockbook])
    def test_an_unknown_one_is_named(self, case, agreed, kind):
        with pytest.raises(NodeUnfitError, match="does not know transaction"):
            self.fetch(case, agreed(kind), "ab" * 32)

    @pytest.mark.parametrize("kind", [Esplora, Blockbook])
    def test_an_answer_about_another_one_is_named(self, case, agreed, kind):
        double = agreed(kind)
        named, _, _ = third(double)
        other_item = double.item(*double.chain.payments()[4])
        double.lies = {f"{'tx' if kind is Esplora else 'api/v2/tx'}/{named}": lambda *_: other_item}
        with pytest.raises(AnswerRefusedError, match="another transaction"):
            self.fetch(case, double, named)

    def test_histories_want_their_own_consent(self, case, agreed):
        with pytest.raises(NotConsentedError, match="address history"):
            self.fetch(case, agreed(Esplora), SHOP_ADDRESS)


class TestLiveTraces:
    """A trace that fetches what it lacks from such a server."""

    @pytest.fixture
    def agreed(self, case, start, made_chain):
        def make(kind: type[Double]) -> Double:
            double = start(kind, made_chain)
            host = NodeAddress(double.place).host
            grant(case, host, ("transaction",), why="our own server")
            return double

        return make

    def trace(self, case, double: Double, origin: str, **options):
        prefix = "esplora+" if isinstance(double, Esplora) else "blockbook+"
        place = NodeAddress(prefix + double.place)
        fetcher = HistoryFetcher(case, place, **REGTEST)
        return trace_live(
            case,
            origin,
            fetcher,
            chain=Chain.BITCOIN,
            rules=["fifo"],
            options=LiveOptions(**options),
        )

    def reasons(self, found) -> set[str]:
        return {node["reason"] for node in found.document["rules"]["fifo"]["frontier"]}

    @pytest.mark.parametrize("kind", [Esplora, Blockbook])
    def test_money_is_followed_from_a_transaction_that_the_case_did_not_have(
        self, case, agreed, kind
    ):
        double = agreed(kind)
        origin = name_of(double.chain.blocks[8][0])  # a reward, paid to the shop in block 9
        found = self.trace(case, double, origin)
        assert SHOP_ADDRESS in found.fetched
        assert CUSTOMER_ADDRESS in found.fetched
        reasons = self.reasons(found)
        assert "not fetched" not in reasons
        assert "unspent" in reasons
        case.close()
        assert verify(case.folder).problems == []

    def test_a_hub_is_left_and_fetched_when_a_person_says_so(self, case, agreed):
        double = agreed(Esplora)
        origin = name_of(double.chain.blocks[8][0])
        found = self.trace(case, double, origin, most=20)
        assert CUSTOMER_ADDRESS in found.too_many
        assert not [path for path in double.asked if f"{CUSTOMER_ADDRESS}/txs" in path]
        again = self.trace(case, double, origin, most=20, allowed=frozenset([CUSTOMER_ADDRESS]))
        assert CUSTOMER_ADDRESS in again.fetched


class TestCommands:
    def run(self, case, *arguments: str):
        case.close()
        given = [
            arguments[0],
            str(case.folder),
            SHOP_ADDRESS,
            *arguments[1:],
            "--network",
            "regtest",
        ]
        return CliRunner().invoke(app, given)

    def test_esplora_prints_how_far_each_place_is_checked(self, case, esplora):
        shown = self.run(case, "esplora", "--node", esplora.place)
        assert shown.exit_code == 0, shown.output
        assert f"checked as far as 'on best chain': {len(ALL)}." in shown.output
        assert "no proof of that exists" in shown.output

    def test_blockbook_as_json_with_blocks(self, case, blockbook):
        shown = self.run(case, "blockbook", "--node", blockbook.place, "--blocks", "--json")
        assert shown.exit_code == 0, shown.output
        document = json.loads(shown.stdout)
        assert (document["listed"], document["doubts"]) == (len(ALL), [])
        assert "single source" not in document["verified"]

    def test_doubts_end_with_a_warning(self, case, esplora):
        esplora.refused = {"merkle-proof"}
        shown = self.run(case, "esplora", "--node", esplora.place)
        assert shown.exit_code == 1
        assert "gives no merkle proofs" in shown.output

    def test_a_hub_ends_with_a_named_error(self, case, blockbook):
        shown = self.run(case, "blockbook", "--node", blockbook.place, "--most", "3")
        assert isinstance(shown.exception, NodeUnfitError)


def _instead(answer: Callable, path: str, other_answer: object) -> Callable:
    return lambda asked: other_answer if asked == path else answer(asked)


def _always(answer: Callable) -> Callable:
    def asked(path: str):
        try:
            return answer(path)
        except (RefusedError, LookupError, ValueError):
            return []

    return asked
