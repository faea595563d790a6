"""The door for WebSocket keeps the rules of the other ones."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from chainlead.custody import SteppingClock
from chainlead.errors import (
    AnswerRefusedError,
    NotConsentedError,
    OfflineError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.wire import (
    Consent,
    Recorder,
    Route,
    SocketDoor,
    WireBudget,
    WireLimits,
    is_socket_url,
    parse_exchange_log,
)

pytestmark = pytest.mark.wire
ACCOUNT = "account"


class SocketServer:
    """Answers each message by its command; runs on this machine, in an event loop of its own."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.seen: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.broken = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.real: Server = self._run(self._serve(context))
        self.host = f"127.0.0.1:{self.real.sockets[0].getsockname()[1]}"

    async def _serve(self, context: ssl.SSLContext | None) -> Server:
        return await serve(self._talk, "127.0.0.1", 0, ssl=context)

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _talk(self, connection: ServerConnection) -> None:
        self.headers.append(dict(connection.request.headers.raw_items()))
        async for message in connection:
            asked = json.loads(message)
            self.seen.append(asked)
            await self._answer(connection, asked)

    async def _answer(self, connection: ServerConnection, asked: dict) -> None:
        command = asked["command"]
        if command == "notices":
            for height in range(3):
                await connection.send(json.dumps({"type": "ledgerClosed", "ledger_index": height}))
        if command == "silence":
            return
        if command == "break" and not self.broken:
            self.broken += 1
            await connection.close()
            return
        if command == "nonsense":
            await connection.send("this is no JSON")
            return
        number = asked["id"] + (1 if command == "other" else 0)
        filler = "x" * 100_000 if command == "large" else ""
        told = json.dumps({"id": number, "result": {"said": command, "more": filler}})
        if command == "parts":
            await connection.ping()
            await connection.send([told[:5], told[5:9], told[9:]])
        else:
            await connection.send(told)

    async def _close(self) -> None:
        self.real.close()
        await self.real.wait_closed()

    def close(self) -> None:
        self._run(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@pytest.fixture
def socket_server(socket_enabled) -> Iterator[SocketServer]:
    server = SocketServer()
    yield server
    server.close()


@pytest.fixture
def make_socket_door(kept):
    def make(*hosts: str, is_online=True, routes=None, budget=None, **limits: int):
        return SocketDoor(
            clock=SteppingClock(datetime(2024, 3, 1, tzinfo=UTC)),
            keep=kept.keep,
            note=kept.notes.append,
            consents=[Consent(host, ACCOUNT, "an officer", "a reason") for host in hosts],
            is_online=is_online,
            limits=WireLimits(**{"pause_ms": 0, "silence_ms": 5_000, **limits}),
            routes=routes,
            budget=budget,
            sleep=kept.waits.append,
        )

    return make


def message(command: str, number: int = 1) -> bytes:
    return json.dumps({"id": number, "command": command}).encode()


def ask(door: SocketDoor, server: SocketServer, command: str, number: int = 1) -> dict:
    answer = door.ask(f"ws://{server.host}/", question=ACCOUNT, body=message(command, number))
    told: dict = json.loads(answer.body)
    return told


def test_one_message_is_one_question_on_one_connection(make_socket_door, socket_server, kept):
    with make_socket_door(socket_server.host) as door:
        assert ask(door, socket_server, "a", 1)["result"]["said"] == "a"
        assert ask(door, socket_server, "b", 2)["result"]["said"] == "b"
    assert len(socket_server.headers) == 1
    assert [note.question for note in kept.notes] == [ACCOUNT, ACCOUNT]
    assert "User-Agent" not in socket_server.headers[0]


def test_nothing_is_sent_offline_or_without_consent(make_socket_door, socket_server):
    with (
        make_socket_door(socket_server.host, is_online=False) as door,
        pytest.raises(OfflineError),
    ):
        ask(door, socket_server, "a")
    with make_socket_door("elsewhere.example") as door, pytest.raises(NotConsentedError):
        ask(door, socket_server, "a")
    assert socket_server.seen == []


def test_a_spent_budget_ends_the_talk(make_socket_door, socket_server):
    with make_socket_door(socket_server.host, budget=WireBudget(requests=1)) as door:
        ask(door, socket_server, "a")
        with pytest.raises(WireBudgetSpentError):
            ask(door, socket_server, "b")


def test_a_large_answer_is_refused(make_socket_door, socket_server):
    with make_socket_door(socket_server.host, answer_bytes=50_000) as door:
        with pytest.raises(AnswerRefusedError, match="larger than 50000"):
            ask(door, socket_server, "large")
        assert ask(door, socket_server, "a", 2)["id"] == 2


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("silence", "did not answer in time"),
        ("other", "another question"),
        ("nonsense", "is not JSON"),
    ],
)
def test_an_answer_that_is_none_is_named(make_socket_door, socket_server, command, words):
    patience = {"silence_ms": 200} if command == "silence" else {}
    with (
        make_socket_door(socket_server.host, **patience) as door,
        pytest.raises(AnswerRefusedError, match=words),
    ):
        ask(door, socket_server, command)


def test_an_answer_in_parts_is_one_answer(make_socket_door, socket_server):
    with make_socket_door(socket_server.host) as door:
        assert ask(door, socket_server, "parts")["result"]["said"] == "parts"


def test_notices_of_the_server_are_no_answers(make_socket_door, socket_server):
    with make_socket_door(socket_server.host) as door:
        assert ask(door, socket_server, "notices")["result"]["said"] == "notices"


def test_a_broken_connection_is_opened_again(make_socket_door, socket_server, kept):
    with make_socket_door(socket_server.host, repeats=2) as door:
        assert ask(door, socket_server, "break")["result"]["said"] == "break"
    assert (len(socket_server.headers), len(kept.waits)) == (2, 1)


def test_exchanges_are_kept_like_all_others(make_socket_door, socket_server):
    with make_socket_door(socket_server.host) as door:
        recorder = Recorder(door)
        recorder.ask(f"ws://{socket_server.host}/", question=ACCOUNT, body=message("a"))
    log = recorder.take("xrp-rpc")
    (exchange,) = parse_exchange_log(log.to_bytes()).exchanges
    assert json.loads(exchange.request) == {"id": 1, "command": "a"}
    assert json.loads(exchange.body)["result"]["said"] == "a"


@pytest.mark.parametrize("url", ["ws://", "http://h/", "ws://user:word@h:1/", "wss://h:0/"])
def test_an_address_that_is_none_is_refused(make_socket_door, url):
    with make_socket_door("h") as door, pytest.raises(WireError):
        door.ask(url, question=ACCOUNT, body=message("a"))


def test_the_scheme_tells_which_door_it_is():
    assert is_socket_url("ws://h:1/")
    assert is_socket_url("wss://h/")
    assert not is_socket_url("http://h/")


def test_a_server_that_speaks_http_only_is_named(make_socket_door, serve):
    server = serve()
    with (
        make_socket_door(server.host) as door,
        pytest.raises(AnswerRefusedError, match="speaks no WebSocket here"),
    ):
        door.ask(f"ws://{server.host}/nothing", question=ACCOUNT, body=message("a"))


def test_nobody_there_is_named(make_socket_door, socket_enabled):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with make_socket_door(host) as door, pytest.raises(WireError, match="could not be reached"):
        door.ask(f"ws://{host}/", question=ACCOUNT, body=message("a"))


def test_only_the_pinned_certificate_is_taken(make_socket_door, certificate, socket_enabled):
    own, other, context = certificate
    server = SocketServer(context)
    url = f"wss://{server.host}/"
    routes = {server.host: Route(certificate_pem=own)}
    with make_socket_door(server.host, routes=routes) as door:
        answer = door.ask(url, question=ACCOUNT, body=message("a"))
    assert dict(answer.tls)["version"].startswith("TLS")
    for pem in (other, ""):
        routes = {server.host: Route(certificate_pem=pem)}
        with (
            make_socket_door(server.host, routes=routes) as door,
            pytest.raises(WireError, match="certificate"),
        ):
            door.ask(url, question=ACCOUNT, body=message("a"))
    assert [asked["command"] for asked in server.seen] == ["a"]
    server.close()


def test_an_environment_s_proxy_is_never_used(make_socket_door, socket_server, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with make_socket_door(socket_server.host) as door:
        assert ask(door, socket_server, "a")["result"]["said"] == "a"
