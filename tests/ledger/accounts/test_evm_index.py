"""Answers of a history service and what is held against them; with real nodes: tests/nodes/evm/test_index.py."""

import json
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from chainlead.errors import AnswerRefusedError, LoginRefusedError
from chainlead.ledger import (
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    EvmIndex,
    IndexHistory,
    TransferRead,
    Verified,
    check_index,
    get_account_chain,
    read_index_history,
    read_index_log,
)
from chainlead.model import Chain, Network
from chainlead.store import Store
from chainlead.wire import Exchange, ExchangeLog

REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)
ME, YOU, TOKEN = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x99))
TXID, BLOCK = "ab" * 32, "cd" * 32


def row(height: int, number: int = 0, **more) -> dict:
    return {
        "blockNumber": str(height), "timeStamp": str(1_700_000_000 + height),
        "hash": f"0x{height:032x}{number:032x}", "from": ME, "to": YOU, "value": "7",
        "gasPrice": "1", "gasUsed": "21000", "isError": "0", "nonce": "0", **more,
    }  # fmt: skip


class Service:
    """Shows so many rows of a question, in pages."""

    def __init__(self, rows: list[dict], window: int) -> None:
        self.rows, self.window = rows, window
        self.waits: list[int] = []
        self.said: list[dict] = []
        self.exchanges: list[Exchange] = []

    def look(self, question: str, query: str) -> bytes:
        asked = dict(part.split("=") for part in query.split("&"))
        told: dict
        page, size = int(asked["page"]), int(asked["offset"])
        if self.said:
            told = self.said.pop(0)
        elif asked["action"] != "txlist":
            told = {"status": "0", "message": "No transactions found", "result": []}
        elif page * size > self.window:
            told = {"status": "0", "message": "NOTOK", "result": "Result window is too large, …"}
        else:
            span = range(int(asked["startblock"]), int(asked["endblock"]) + 1)
            found = [r for r in self.rows if int(r["blockNumber"]) in span]
            told = {
                "status": "1",
                "message": "OK",
                "result": found[(page - 1) * size : page * size],
            }
        body = json.dumps(told).encode()
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.exchanges.append(Exchange("h", "/api?" + query, question, moment, 1, b"", 200, body))
        return body

    def fetch(self, page_rows: int, **more) -> tuple[IndexHistory, bool]:
        client = EvmIndex(self.look, self.waits.append, "1", page_rows=page_rows)
        is_whole = client.fetch_history(ME, 0, 100, **more)
        (history,) = read_index_log(ExchangeLog("evm-index", tuple(self.exchanges)))
        return history, is_whole


@pytest.mark.parametrize("page_rows", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("window", [6, 12, 1000])
def test_every_row_comes_once_however_it_is_cut_into_pages(page_rows, window):
    rows = [row(height, number) for height in range(20) for number in range(1 + height % 3)]
    history, is_whole = Service(rows, max(window, page_rows)).fetch(page_rows)
    assert is_whole
    if page_rows * 2 <= window:  # else one block alone may be larger than what is shown
        assert Counter(r["hash"] for r in history.rows) == Counter(r["hash"] for r in rows)
        assert history.gaps == []


def test_two_rows_that_are_alike_are_two():
    rows = [row(1), row(2), row(2), row(3)]
    history, _ = Service(rows, 1000).fetch(2)
    assert len(history.rows) == 4


def test_a_block_with_more_rows_than_are_shown_is_a_gap():
    rows = [row(1), *(row(2, number) for number in range(9)), row(3)]
    history, _ = Service(rows, 4).fetch(2)
    assert history.gaps == [2]
    assert row(3)["hash"] in {r["hash"] for r in history.rows}


def test_a_history_that_is_too_long_is_given_up():
    history, is_whole = Service([row(height) for height in range(50)], 1000).fetch(5, most=12)
    assert not is_whole
    assert len(history.rows) == 15


BUSY = {"status": "0", "message": "NOTOK", "result": "Max rate limit reached"}
BUSY_KEY = {**BUSY, "result": "Max calls per sec rate limit reached (5/sec)"}


def test_a_busy_service_is_waited_for_longer_each_time():
    service = Service([row(1)], 1000)
    service.said = [BUSY, BUSY_KEY, BUSY]
    history, _ = service.fetch(5)
    assert service.waits == [1_000, 2_000, 4_000]
    assert len(history.rows) == 1


def test_a_day_s_limit_is_not_waited_for():
    service = Service([row(1)], 1000)
    service.said = [{**BUSY, "result": "Max daily rate limit reached. 110000 (100%)"}]
    with pytest.raises(AnswerRefusedError, match="Max daily rate limit"):
        service.fetch(5)
    assert service.waits == []


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({**BUSY, "result": "Invalid API Key (#err2)|XYZ"}, LoginRefusedError, "Invalid API Key"),
        ({**BUSY, "result": "Error! Invalid address format"}, AnswerRefusedError, "address format"),
        ({"status": "1", "result": [7]}, AnswerRefusedError, "no answer"),
        ({"status": "1", "result": [row(101)]}, AnswerRefusedError, "other blocks"),
        ({"status": "1", "result": [{"blockNumber": "x"}]}, AnswerRefusedError, "other blocks"),
    ],
)
def test_what_is_no_history_is_a_named_error(said, error, words):
    service = Service([], 1000)
    service.said = [said]
    with pytest.raises(error, match=words):
        service.fetch(5)


def test_a_question_that_is_not_offered_is_remembered():
    service = Service([row(1)], 1000)
    service.said = [{**BUSY, "result": "Error! Missing Or invalid Action name"}]
    history, _ = service.fetch(5)
    assert history.missing == ["txlist"]


@pytest.mark.real
def test_recorded_answers_of_a_real_service_are_read(shared_data):
    folder = shared_data / "eth" / "etherscan-python"
    told = json.loads((folder / "get_normal_txs_by_address.json").read_text())["res"]
    body = json.dumps({"status": "1", "message": "OK", "result": told}).encode()
    query = urlencode({"action": "txlist", "address": told[0]["to"], "startblock": 0})
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    log = ExchangeLog(
        "evm-index", (Exchange("h", f"/api?{query}", "address index", moment, 1, b"", 200, body),)
    )
    (history,) = read_index_log(log)
    reads, reasons = read_index_history(history, REQUEST)
    assert (len(reads), reasons) == (41, [])


@pytest.fixture
def store():
    """One proved transaction in block 5: a payment and a token transfer to me."""
    with Store.in_memory() as made:
        transfers = (
            TransferRead("payment", YOU, ME, 7),
            TransferRead("token", YOU, ME, 50, TOKEN),
            TransferRead("internal", TOKEN, ME, 3),
        )
        read = AccountTransactionRead(
            TXID, BLOCK, 5, 0, 1_700_000_005, is_successful=True, sees_internal=True,
            fee_payer=YOU, fee_units=1, transfers=transfers, verified=Verified.IN_BLOCK,
        )  # fmt: skip
        AccountWriter(made, REQUEST, "s").write([read])
        yield made


def checked(store, *rows: dict, missing=()) -> list[str]:
    history = IndexHistory(ME, list(rows), list(missing))
    reads, _ = read_index_history(history, REQUEST)
    check = check_index(store, "h.example", history, reads, request=REQUEST, heights=(0, 9))
    return [doubt.words for doubt in check.doubts]


PAID = row(5, hash="0x" + TXID, blockHash="0x" + BLOCK, **{"from": YOU, "to": ME})
GOT = {**PAID, "value": "50", "contractAddress": TOKEN, "tokenSymbol": "T", "tokenDecimal": "6"}
INNER = {
    "blockNumber": "5", "timeStamp": "1700000005", "hash": "0x" + TXID, "from": TOKEN, "to": ME,
    "value": "3", "type": "call", "isError": "0",
}  # fmt: skip


def test_what_is_borne_out_raises_no_doubt(store):
    assert checked(store, PAID, GOT, INNER) == []


def test_each_thing_that_is_told_differently_is_a_doubt(store):
    assert any(
        "12 units of the coin" in w for w in checked(store, {**PAID, "value": "12"}, GOT, INNER)
    )
    assert any("leaves out that in" in w for w in checked(store, PAID, INNER))
    assert any(
        "into block 6" in w for w in checked(store, {**PAID, "blockNumber": "6"}, GOT, INNER)
    )
    assert any("leaves out transaction" in w for w in checked(store))
    other = {**PAID, "hash": "0x" + "ef" * 32}
    assert any("no block of the node holds" in w for w in checked(store, PAID, GOT, INNER, other))


def test_what_the_service_does_not_offer_it_does_not_leave_out(store):
    assert checked(store, PAID, GOT, missing=["txlistinternal"]) == []
