"""A trace that fetches as it goes, over a stand-in XRP server that gives really signed transactions.

No XRP server is packaged for tests. The same over real nodes: tests/nodes/test_live.py (Bitcoin) and
tests/nodes/evm/test_live.py (Ethereum).
"""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner
from xrpl.core.binarycodec import encode
from xrpl.models.transactions import EscrowCreate, EscrowFinish, Payment
from xrpl.transaction import sign
from xrpl.wallet import Wallet

from chainlead.cli import trace_cmd
from chainlead.errors import NotConsentedError, OriginNotFoundError
from chainlead.ledger.accounts.xrp_hashes import transaction_id
from chainlead.model import Chain
from chainlead.trace import Direction
from chainlead.wire import Spending, WireBudget
from chainlead.workflow.case import Case
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.coverage import Coverage, Covered, write_covered
from chainlead.workflow.live_xrp import XrpFetcher
from chainlead.workflow.next import next_steps
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace_live import LiveOptions, trace_live
from chainlead.workflow.verify import verify

FIRST, TIP = 40_000, 40_100
THIEF, MULE, FRIEND, CLERK, SHOP = (Wallet.create() for _ in range(5))
ESCROW = "E5" * 32
XRP = 10**6


class World:
    """Transactions one after the other, each in a ledger of its own, with metadata that adds up."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = {}
        self.rows: list[dict] = []
        self.touched: list[set[str]] = []
        self.asked: list[dict] = []
        for wallet in (THIEF, MULE, FRIEND, CLERK, SHOP):
            self.balances[wallet.address] = 20 * XRP

    def _root(self, account: str, before: int) -> dict:
        return {"ModifiedNode": {
            "LedgerEntryType": "AccountRoot", "LedgerIndex": "AB" * 32,
            "FinalFields": {"Account": account, "Balance": str(self.balances[account])},
            "PreviousFields": {"Balance": str(before)},
        }}  # fmt: skip

    def add(self, made, wallet: Wallet, changes: dict[str, int], *nodes: dict, also=()) -> str:
        fields = sign(made, wallet).to_xrpl()
        before = dict(self.balances)
        self.balances[wallet.address] -= 12
        for account, units in changes.items():
            self.balances[account] += units
        touched = {account for account in before if before[account] != self.balances[account]}
        roots = [self._root(account, before[account]) for account in sorted(touched)]
        meta = {"TransactionResult": "tesSUCCESS", "TransactionIndex": 0,
                "AffectedNodes": [*roots, *nodes]}  # fmt: skip
        named = transaction_id(bytes.fromhex(encode(fields)))
        self.rows.append({
            "tx": {**fields, "hash": named, "ledger_index": FIRST + 5 * len(self.rows), "date": 900},
            "meta": meta, "validated": True,
        })  # fmt: skip
        self.touched.append(touched | set(also))
        return named

    def pay(self, sender: Wallet, receiver: str, units: int, **more) -> str:
        made = Payment(
            account=sender.address, destination=receiver, amount=str(units), fee="12",
            sequence=len(self.rows) + 1, last_ledger_sequence=90_000, **more,
        )  # fmt: skip
        return self.add(made, sender, {sender.address: -units, receiver: units})

    def answer(self, method: str, params: dict) -> dict:
        self.asked.append({"method": method, **params})
        if method == "server_info":
            info = {"network_id": 0, "server_state": "full", "complete_ledgers": f"{FIRST}-{TIP}"}
            return {"info": info}
        if method == "tx":
            found = [row for row in self.rows if row["tx"]["hash"] == params["transaction"]]
            if not found:
                return {"status": "error", "error": "txnNotFound"}
            return {**found[0]["tx"], "meta": found[0]["meta"]}
        rows = [
            row for row, touched in zip(self.rows, self.touched, strict=True)
            if params["account"] in touched
            and params["ledger_index_min"] <= row["tx"]["ledger_index"]
            and (params["ledger_index_max"] < 0
                 or row["tx"]["ledger_index"] <= params["ledger_index_max"])
        ]  # fmt: skip
        start = params.get("marker", 0)
        result = {"account": params["account"], "transactions": rows[start : start + 2]}
        return result | ({"marker": start + 2} if start + 2 < len(rows) else {})


@pytest.fixture
def world() -> World:
    """A theft goes over a mule and an escrow to a friend and a shop; a busy clerk gets a little."""
    made = World()
    made.theft = made.pay(SHOP, THIEF.address, 10 * XRP)
    made.pay(THIEF, MULE.address, 6 * XRP)
    held = {"Account": MULE.address, "Destination": FRIEND.address, "Amount": str(4 * XRP)}
    node = {"LedgerEntryType": "Escrow", "LedgerIndex": ESCROW}
    create = EscrowCreate(
        account=MULE.address, destination=FRIEND.address, amount=str(4 * XRP), fee="12",
        sequence=3, finish_after=1000, last_ledger_sequence=90_000,
    )  # fmt: skip
    made.add(create, MULE, {MULE.address: -4 * XRP},
             {"CreatedNode": {**node, "NewFields": held}}, also=[FRIEND.address])  # fmt: skip
    finish = EscrowFinish(
        account=CLERK.address, owner=MULE.address, offer_sequence=3, fee="12", sequence=4,
        last_ledger_sequence=90_000,
    )  # fmt: skip
    made.add(finish, CLERK, {FRIEND.address: 4 * XRP},
             {"DeletedNode": {**node, "FinalFields": held}}, also=[MULE.address])  # fmt: skip
    made.pay(FRIEND, SHOP.address, 3 * XRP, destination_tag=4711)
    for number in range(8):
        made.pay(CLERK, SHOP.address, 1000 + number)
    made.pay(THIEF, CLERK.address, XRP)
    return made


@pytest.fixture
def node(world, socket_enabled) -> Iterator[NodeAddress]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args) -> None:
            """Stay silent."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = {
                "result": {"status": "success", **world.answer(body["method"], body["params"][0])}
            }
            content = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    real = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=real.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield NodeAddress(f"http://127.0.0.1:{real.server_address[1]}/")
    real.shutdown()
    real.server_close()
    thread.join(5)


@pytest.fixture
def agreed(case, node):
    grant(case, node.host, ("chain state", "account", "transaction"), why="our own server")
    return case


def live(case, node, origin, **more):
    return trace_live(
        case, origin, XrpFetcher(case, node), chain=Chain.XRP, rules=["poison", "lifo"], **more
    )


def ends(found, rule="lifo"):
    return {
        (n["account"], n["traced_units"], n["reason"])
        for n in found.document["rules"][rule]["frontier"]
    }


def test_money_is_followed_through_an_escrow_to_where_it_stays(agreed, node, world):
    found = live(agreed, node, world.theft)
    assert (SHOP.address, str(3 * XRP), "unspent") in ends(found)
    assert any(t["receiver"] == f"escrow-{ESCROW}" for t in found.document["transfers"])
    assert f"escrow-{ESCROW}" not in found.fetched
    asked = {one["account"] for one in world.asked if one["method"] == "account_tx"}
    assert asked == {w.address for w in (THIEF, MULE, FRIEND, CLERK, SHOP)}


def test_accounts_are_fetched_nearest_first_and_from_when_the_money_came(agreed, node, world):
    live(agreed, node, world.theft)
    asked = [one for one in world.asked if one["method"] == "account_tx"]
    first = {}
    for one in asked:
        first.setdefault(one["account"], one["ledger_index_min"])
    order = list(first)
    assert order[0] == THIEF.address
    assert order.index(MULE.address) < order.index(FRIEND.address) < order.index(SHOP.address)
    assert first[MULE.address] == FIRST + 5


def test_a_tagged_service_is_never_fetched(agreed, node, world, tmp_path):
    pack = {"title": "T", "creator": "C", "label": "Shop", "source": "https://shop.example",
            "category": "exchange", "confidence": "service_data", "lastmod": "2024-01-01",
            "currency": "XRP", "tags": [{"address": SHOP.address}]}  # fmt: skip
    path = tmp_path / "pack.yaml"
    path.write_text(json.dumps(pack))
    assert list(import_tags(agreed, [path]))
    found = live(agreed, node, world.theft)
    assert (SHOP.address, str(3 * XRP), "service") in ends(found)
    assert SHOP.address not in {one.get("account") for one in world.asked}


def test_a_large_history_is_left_and_fetched_when_a_person_says_so(agreed, node, world):
    found = live(agreed, node, world.theft, options=LiveOptions(most=5))
    assert found.too_many == (SHOP.address,)
    assert (SHOP.address, str(3 * XRP), "not fetched") in ends(found)
    note = next(
        n["note"] for n in found.document["rules"]["lifo"]["frontier"]
        if n["account"] == SHOP.address and n["reason"] == "not fetched"
    )  # fmt: skip
    assert note == "not fetched: it has more than 5 transactions"
    world.asked.clear()
    again = live(agreed, node, world.theft, options=LiveOptions(most=5))
    assert again.document == found.document
    assert not any(one["method"] == "account_tx" for one in world.asked)
    hubs = frozenset({SHOP.address})
    final = live(agreed, node, world.theft, options=LiveOptions(most=5, allowed=hubs))
    assert not any(end[2] == "not fetched" for end in ends(final))


def test_a_spent_budget_is_no_end_and_the_next_run_says_what_one_run_says(
    agreed, node, world, tmp_path
):
    with Case.create(tmp_path / "other", key=bytes(32)) as other:
        grant(other, node.host, ("chain state", "account", "transaction"), why="our own server")
        whole = live(other, node, world.theft)
    for _ in range(10):
        spending = Spending(WireBudget(requests=4), time.monotonic)
        found = live(agreed, NodeAddress(node.url, spending=spending), world.theft)
        if not found.is_spent:
            break
        assert any(end[2] == "not fetched" for end in ends(found))
    assert found.document == whole.document


def test_looking_back_finds_who_paid(agreed, node, world):
    found = live(
        agreed, node, MULE.address, direction=Direction.BACKWARD, options=LiveOptions(first=FIRST)
    )
    assert SHOP.address in {end[0] for end in ends(found, "poison")}


def test_an_account_that_the_case_does_not_know_needs_a_ledger_to_begin_at(agreed, node, world):
    with pytest.raises(OriginNotFoundError, match="from which block on"):
        live(agreed, node, THIEF.address)
    found = live(agreed, node, THIEF.address, options=LiveOptions(first=FIRST))
    assert MULE.address in found.fetched


def test_without_consent_nothing_is_asked(case, node, world):
    grant(case, node.host, ("chain state",), why="our own server")
    with pytest.raises(NotConsentedError):
        live(case, node, THIEF.address, options=LiveOptions(first=FIRST))


def test_what_was_not_fetched_is_a_next_step(agreed, node, world):
    live(agreed, node, world.theft, options=LiveOptions(most=5))
    assert gather_facts(agreed).traces
    assert any("been looked at" in step.title for step in next_steps(agreed))


def test_a_live_trace_is_made_again_without_the_server(agreed, node, world):
    live(agreed, node, world.theft, options=LiveOptions(most=5))
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_the_command_tells_what_it_left(agreed, node, world):
    folder = str(agreed.folder)
    agreed.close()
    asked = [folder, world.theft, "--chain", "xrp", "--fetch", node.url, "--most", "5"]
    shown = CliRunner().invoke(trace_cmd.app, asked)
    assert shown.exit_code == 1, shown.output
    assert "not fetched" in shown.stdout
    assert f"Left because its history is large: {SHOP.address}" in shown.stderr


class TestCoverage:
    def cover(self, store, *parts: Covered) -> Coverage:
        for part in parts:
            write_covered(store, "xrp", [part.to_document()])
        return Coverage(store, Chain.XRP)

    def test_parts_that_touch_are_one(self, case):
        known = self.cover(case.store, Covered("r", 10, 20), Covered("r", 21, 30))
        assert known.missing_from("r", 10, 30) is None
        assert known.missing_from("r", 5, 30) == 5
        assert known.missing_from("r", 15, 40) == 31

    def test_a_gap_stays_a_gap(self, case):
        known = self.cover(case.store, Covered("r", 10, 20), Covered("r", 40, 50))
        assert known.missing_from("r", 10, 50) == 10

    def test_what_is_known_is_not_lost_because_more_is_too_large(self, case):
        known = self.cover(
            case.store, Covered("r", 10, 20), Covered("r", 21, 30, 9, "too many", "large")
        )
        assert known.missing_from("r", 10, 20) is None
