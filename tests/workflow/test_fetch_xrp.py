"""XRP histories from a stand-in server that gives really signed transactions.

No XRP server is packaged for tests, so this one is ours: it answers in rippled's shapes over HTTP and over WebSocket, and the
transactions in it are signed and hashed by xrpl-py.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from websockets.sync.server import serve
from xrpl.core.addresscodec import classic_address_to_xaddress
from xrpl.core.binarycodec import encode
from xrpl.models.transactions import Payment
from xrpl.transaction import sign
from xrpl.wallet import Wallet

from chainlead.errors import (
    AnswerRefusedError,
    NodeUnfitError,
    NotConsentedError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.ledger import CaseAccounts, derive_account_status
from chainlead.ledger.accounts.xrp_hashes import ledger_hash, transaction_id, transaction_tree_root
from chainlead.model import Chain
from chainlead.wire import WireBudget
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_xrp import fetch_histories, fetch_ledgers
from chainlead.workflow.verify import verify

SHOP = Wallet.from_seed("snoPBrXtMeMyMHUVTgbuqAfg1SUTb")
SERVICE = "rPPbi1iNXmvY9HmJ9sH9g4gxvgVEfN4NaZ"
FIRST = 32_570


def account_node(account: str, before: int, after: int) -> dict:
    return {
        "ModifiedNode": {
            "LedgerEntryType": "AccountRoot",
            "LedgerIndex": "AB" * 32,
            "FinalFields": {"Account": account, "Balance": str(after)},
            "PreviousFields": {"Balance": str(before)},
        }
    }


def signed(number: int) -> dict:
    """A payment of `number` XRP with a tag, signed by the shop, with its metadata."""
    payment = Payment(
        account=SHOP.address, destination=SERVICE, destination_tag=number, fee="12",
        sequence=number, amount=str(number * 1_000_000), last_ledger_sequence=90_000,
    )  # fmt: skip
    fields = sign(payment, SHOP).to_xrpl()
    units = number * 1_000_000
    meta = {
        "TransactionResult": "tesSUCCESS", "TransactionIndex": 0,
        "AffectedNodes": [
            account_node(SHOP.address, 10**12, 10**12 - units - 12),
            account_node(SERVICE, 500, 500 + units),
        ],
    }  # fmt: skip
    named = transaction_id(bytes.fromhex(encode(fields)))
    return {**fields, "hash": named, "metaData": meta}


class Ledger:
    """Ten ledgers with one payment each."""

    def __init__(self) -> None:
        self.ledgers: dict[int, dict] = {}
        parent = "00" * 32
        for number in range(1, 11):
            told = signed(number)
            leaf = (
                bytes.fromhex(
                    encode({k: v for k, v in told.items() if k not in {"hash", "metaData"}})
                ),
                bytes.fromhex(encode(told["metaData"])),
            )
            header = {
                "ledger_index": FIRST + number, "total_coins": "99999999999996310",
                "parent_hash": parent, "transaction_hash": transaction_tree_root([leaf]),
                "account_hash": "AA" * 32, "parent_close_time": 100 * number,
                "close_time": 100 * number + 100, "close_time_resolution": 10, "close_flags": 0,
            }  # fmt: skip
            parent = ledger_hash(header)
            self.ledgers[FIRST + number] = {**header, "ledger_hash": parent, "transactions": [told]}

    def history(self) -> list[dict]:
        return [
            {
                "tx": {k: v for k, v in told.items() if k != "metaData"} | {"ledger_index": index, "date": 7},
                "meta": told["metaData"], "validated": True,
            }
            for index, ledger in sorted(self.ledgers.items())
            for told in ledger["transactions"]
        ]  # fmt: skip


def forked(told: dict) -> dict:
    """A ledger that is right in itself and follows another one."""
    header = {**told, "parent_hash": "77" * 32}
    return {**header, "ledger_hash": ledger_hash(header)}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(params=["http", "ws"])
def server(request, socket_enabled, ledger) -> Iterator[dict]:
    told = {"network_id": 0, "page": 3, "lie": "", "url": "", "asked": [], "from": [], "info": {}}

    def answer(method: str, params: dict) -> dict:
        if method == "server_info":
            info = {
                "network_id": told["network_id"], "server_state": "full",
                "complete_ledgers": f"{FIRST + 1}-{FIRST + 10}", **told["info"],
            }  # fmt: skip
            return {"info": info, "status": "success"}
        if method == "ledger" and told["lie"] == "fork" and params["ledger_index"] > FIRST + 5:
            return {"ledger": forked(ledger.ledgers[params["ledger_index"]]), "status": "success"}
        if method == "ledger":
            return {"ledger": ledger.ledgers[params["ledger_index"]], "status": "success"}
        start = params.get("marker", {}).get("at", 0)
        told["from"].append(params["ledger_index_min"])
        rows = [
            r for r in ledger.history() if r["tx"]["ledger_index"] >= params["ledger_index_min"]
        ]
        if told["lie"] == "alter":
            rows[4]["tx"]["DestinationTag"] = 666
        page = rows[start : start + told["page"]]
        result = {"account": params["account"], "transactions": page, "status": "success"}
        if told["lie"] == "circle":
            result["marker"] = {"at": 0}
        elif start + told["page"] < len(rows):
            result["marker"] = {"at": start + told["page"]}
        return result

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told["asked"].append(body["method"])
            content = json.dumps({"result": answer(body["method"], body["params"][0])}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def talk(connection) -> None:
        for message in connection:
            asked = json.loads(message)
            told["asked"].append(asked["command"])
            connection.send(json.dumps({"type": "ledgerClosed", "ledger_index": FIRST}))
            result = answer(asked["command"], asked)
            status = {"id": asked["id"], "type": "response", "status": result.pop("status")}
            connection.send(json.dumps({**status, "result": result}))

    if request.param == "ws":
        real = serve(talk, "127.0.0.1", 0)
        port = real.socket.getsockname()[1]
    else:
        real = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = real.server_address[1]
    thread = threading.Thread(target=real.serve_forever, daemon=True)
    thread.start()
    told["url"] = f"{request.param}://127.0.0.1:{port}/"
    yield told
    real.shutdown()
    if request.param == "http":
        real.server_close()
    thread.join(5)


@pytest.fixture
def agreed(case, server):
    host = NodeAddress(server["url"]).host
    grant(case, host, ("chain state", "blocks", "account"), why="our own server")
    return case


def payments(case) -> list[tuple[int, str | None, str]]:
    entries = CaseAccounts(case.store, Chain.XRP).transfers_of(SERVICE)
    return [(e.amount_units, e.memo, e.verified) for e in entries]


def test_a_history_comes_over_all_its_pages_with_tags(agreed, server):
    result = fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    assert result.new_transactions == 10
    assert payments(agreed) == [(n * 10**6, str(n), "re-hashed") for n in range(1, 11)]
    assert server["asked"].count("account_tx") == 4


def test_an_account_may_be_written_with_its_tag(agreed, server):
    tagged = classic_address_to_xaddress(SERVICE, 3, is_test_network=False)
    fetch_histories(agreed, NodeAddress(server["url"]), [tagged])
    assert len(payments(agreed)) == 10
    assert all(tagged not in str(entry.what) for entry in agreed.entries)


def test_a_history_that_broke_off_goes_on_where_it_was(agreed, server):
    poor = NodeAddress(server["url"], budget=WireBudget(requests=3))
    with pytest.raises(WireBudgetSpentError):
        fetch_histories(agreed, poor, [SERVICE])
    assert len(payments(agreed)) == 6
    server["from"].clear()
    result = fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    assert set(server["from"]) == {FIRST + 6}
    assert (result.new_transactions, len(payments(agreed))) == (4, 10)
    server["from"].clear()
    fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    assert set(server["from"]) == {-1}
    agreed.close()
    assert verify(agreed.folder).problems == []


def test_whole_ledgers_prove_what_was_delivered(agreed, server):
    result = fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1)
    assert (result.new_ledgers, result.new_transactions) == (10, 10)
    assert {level for _, _, level in payments(agreed)} == {"in block"}
    assert (result.pin.height, result.pin.unbroken_from) == (FIRST + 10, FIRST + 1)


def test_ledgers_that_do_not_follow_one_another_are_told(agreed, server):
    fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1)
    assert derive_account_status(agreed.store, Chain.XRP).doubts == ()
    agreed.store.delete("account_blocks", chain="xrp", height=FIRST + 6)
    server["lie"] = "fork"
    fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1)
    (doubt, other) = derive_account_status(agreed.store, Chain.XRP).doubts
    assert f"at height {FIRST + 6} does not follow" in doubt
    assert f"at height {FIRST + 7} does not follow" in other


def test_ledgers_that_the_case_has_are_not_asked_for_again(agreed, server):
    fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1, FIRST + 4)
    server["asked"].clear()
    fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1)
    assert server["asked"].count("ledger") == 6


def test_a_history_is_proved_by_the_ledgers_that_come_later(agreed, server):
    fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    fetch_ledgers(agreed, NodeAddress(server["url"]), FIRST + 1)
    assert [level for _, _, level in payments(agreed)] == ["in block"] * 10


def test_an_altered_tag_is_caught(agreed, server):
    server["lie"] = "alter"
    fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    assert "666" not in {tag for _, tag, _ in payments(agreed)}
    (source,) = agreed.store.rows("ledger_sources")
    assert "do not give its id" in source["summary"]["skipped"][0]["reason"]


def test_pages_in_a_circle_end(agreed, server):
    server["lie"] = "circle"
    with pytest.raises(AnswerRefusedError, match="never end"):
        fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])


def test_a_server_of_another_network_is_named(agreed, server):
    server["network_id"] = 1
    with pytest.raises(NodeUnfitError, match="network 1"):
        fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"server_state": "connected"}, r"not in step \(connected\)"),
        ({"validated_ledger": {"age": 4000}}, "4000 seconds old"),
        ({"complete_ledgers": "empty"}, "keeps no ledgers"),
        ({"complete_ledgers": "5-x"}, "keeps no ledgers"),
        ({"time": "2001-May-30 12:00:00.000000 UTC"}, "clock"),
        ({"network_id": "main"}, "network main"),
    ],
)
def test_a_server_that_is_not_fit_is_named(agreed, server, info, words):
    server["info"] = info
    with pytest.raises(NodeUnfitError, match=words):
        fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    assert "account_tx" not in server["asked"]


def test_a_server_behind_is_taken_if_a_person_says_so(agreed, server):
    server["info"] = {"server_state": "syncing", "time": "no time"}
    fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE], may_be_behind=True)
    assert len(payments(agreed)) == 10


def test_ledgers_that_the_server_threw_away_are_named(agreed, server):
    with pytest.raises(NodeUnfitError, match=f"from {FIRST + 1} on only"):
        fetch_ledgers(agreed, NodeAddress(server["url"]), 100)


def test_a_server_that_died_is_a_named_error(agreed, server):
    gone = NodeAddress(server["url"].rsplit(":", 1)[0] + ":9/")
    grant(agreed, gone.host, ("chain state", "account"), why="our own server")
    with pytest.raises(WireError, match="could not be reached"):
        fetch_histories(agreed, gone, [SERVICE])


def test_an_account_is_not_asked_about_without_its_own_consent(case, server):
    grant(case, NodeAddress(server["url"]).host, ("chain state",), why="our own server")
    with pytest.raises(NotConsentedError):
        fetch_histories(case, NodeAddress(server["url"]), [SERVICE])


def test_the_case_is_made_again_without_the_server(agreed, server):
    fetch_histories(agreed, NodeAddress(server["url"]), [SERVICE])
    agreed.close()
    assert verify(agreed.folder).problems == []
