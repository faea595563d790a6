"""The door for lines keeps the rules of the other one."""

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self

import pytest

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
    LineDoor,
    Recorder,
    Route,
    WireBudget,
    WireLimits,
    is_line_url,
    parse_exchange_log,
)

pytestmark = pytest.mark.wire
HISTORY = "address history"
GREETING = b'{"id":0,"method":"hello"}'


class LineServer(socketserver.ThreadingTCPServer):
    """Answers each line by its method; runs on this machine."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.context = context
        self.lines: list[bytes] = []
        self.connections = 0
        self.held = b""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request, client_address) -> None:
        self._serve(request)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self.lines.append(line)
                    self._answer(connection, json.loads(line))
        except (OSError, ValueError):
            pass

    def _answer(self, connection: socket.socket, asked: dict) -> None:
        number = asked["id"]
        whole = json.dumps({"id": number, "result": asked["method"]}).encode() + b"\n"
        if asked["method"] == "endless":
            while True:
                connection.sendall(b"x" * 65536)
        elif asked["method"] == "half":
            connection.sendall(whole[:10])
            raise OSError
        elif asked["method"] == "half_once" and self.connections < 2:
            raise OSError
        elif asked["method"] == "drip":
            for byte in whole:
                connection.sendall(bytes([byte]))
                time.sleep(0.05)
        elif asked["method"] == "silent":
            connection.settimeout(60)
            connection.recv(1)  # until the other side gives up
        elif asked["method"] == "noticed":
            notice = json.dumps({"method": "new", "params": []}).encode() + b"\n"
            connection.sendall(notice + notice + whole)
        elif asked["method"] == "later":  # answered after the next question
            self.held = whole
        elif asked["method"] == "stranger":
            connection.sendall(json.dumps({"id": 99, "result": 0}).encode() + b"\n")
        elif asked["method"] == "chatter":
            while True:
                connection.sendall(json.dumps({"method": "new", "params": []}).encode() + b"\n")
        else:
            connection.sendall(whole + self.held)
            self.held = b""

    def close(self) -> None:
        self.shutdown()
        self.server_close()


@pytest.fixture
def line_server(socket_enabled) -> Iterator[LineServer]:
    server = LineServer()
    yield server
    server.close()


@pytest.fixture
def make_line_door(kept):
    def make(*hosts: str, is_online=True, routes=None, budget=None, greeting=b"", **limits: int):
        return LineDoor(
            clock=SteppingClock(datetime(2024, 3, 1, tzinfo=UTC)),
            keep=kept.keep,
            note=kept.notes.append,
            consents=[Consent(host, HISTORY, "an officer", "a reason") for host in hosts],
            is_online=is_online,
            limits=WireLimits(**{"pause_ms": 0, "silence_ms": 5_000, **limits}),
            routes=routes,
            budget=budget,
            greeting=greeting,
            sleep=kept.waits.append,
        )

    return make


def line(method: str, number: int = 1) -> bytes:
    return json.dumps({"id": number, "method": method}).encode()


def ask(door: LineDoor, server: LineServer, method: str, number: int = 1) -> bytes:
    return door.ask(f"tcp://{server.host}", question=HISTORY, body=line(method, number)).body


def test_one_line_is_one_question_on_one_connection(make_line_door, line_server, kept):
    with make_line_door(line_server.host) as door:
        answers = [json.loads(ask(door, line_server, name, n)) for n, name in enumerate("abc")]
    assert [a["result"] for a in answers] == ["a", "b", "c"]
    assert line_server.connections == 1
    assert [note.host for note in kept.notes] == [line_server.host] * 3
    assert door.spending.requests == 3


def test_nothing_is_sent_offline_or_without_consent(make_line_door, line_server):
    with make_line_door(line_server.host, is_online=False) as door, pytest.raises(OfflineError):
        ask(door, line_server, "a")
    with make_line_door("other.example:50001") as door, pytest.raises(NotConsentedError):
        ask(door, line_server, "a")
    with make_line_door(line_server.host) as door, pytest.raises(NotConsentedError):
        door.ask(f"tcp://{line_server.host}", question="chain state", body=line("a"))
    assert (line_server.lines, line_server.connections) == ([], 0)


def test_a_spent_budget_ends_the_talk(make_line_door, line_server):
    with make_line_door(line_server.host, budget=WireBudget(requests=1)) as door:
        ask(door, line_server, "a")
        with pytest.raises(WireBudgetSpentError):
            ask(door, line_server, "b")
    assert len(line_server.lines) == 1


def test_an_endless_line_is_cut_off(make_line_door, line_server):
    with (
        make_line_door(line_server.host, answer_bytes=200_000) as door,
        pytest.raises(AnswerRefusedError, match="larger"),
    ):
        ask(door, line_server, "endless")


def test_endless_notices_are_cut_off(make_line_door, line_server):
    with (
        make_line_door(line_server.host, answer_bytes=200_000) as door,
        pytest.raises(AnswerRefusedError, match="larger"),
    ):
        ask(door, line_server, "chatter")


@pytest.mark.parametrize(
    ("method", "words"), [("half", "broke off"), ("silent", "in time"), ("drip", "in time")]
)
def test_a_server_that_does_not_finish_is_named(make_line_door, line_server, method, words):
    patience = {} if method == "half" else {"silence_ms": 200, "answer_ms": 300}
    with (
        make_line_door(line_server.host, **patience) as door,
        pytest.raises(AnswerRefusedError, match=words),
    ):
        ask(door, line_server, method)


def test_a_late_answer_is_never_taken_for_the_next(make_line_door, line_server):
    with make_line_door(line_server.host, silence_ms=1_000) as door:
        with pytest.raises(AnswerRefusedError):
            ask(door, line_server, "silent", 1)
        assert json.loads(ask(door, line_server, "next", 2)) == {"id": 2, "result": "next"}
    assert line_server.connections == 2


def test_a_broken_connection_is_opened_again_with_its_greeting(make_line_door, line_server, kept):
    with make_line_door(line_server.host, greeting=GREETING, repeats=2) as door:
        answer = json.loads(ask(door, line_server, "half_once"))
    assert answer["result"] == "half_once"
    assert [json.loads(sent)["method"] for sent in line_server.lines] == [
        "hello", "half_once", "hello", "half_once",
    ]  # fmt: skip
    assert [note.attempt for note in kept.notes] == [1, 2]


def test_notices_stand_before_the_answer_in_the_record(make_line_door, line_server):
    with make_line_door(line_server.host) as door:
        recorder = Recorder(door)
        recorder.ask(f"tcp://{line_server.host}", question=HISTORY, body=line("noticed"))
    log = recorder.take("electrum-rpc")
    (exchange,) = parse_exchange_log(log.to_bytes()).exchanges
    lines = exchange.body.split(b"\n")
    assert len(lines) == 3
    assert json.loads(lines[-1])["result"] == "noticed"
    assert exchange.request == line("noticed")


def ahead(door: LineDoor, server: LineServer, *methods: str) -> dict:
    """Many questions at once; what came, by number, with the failure if there was one."""
    bodies = [line(method, number) for number, method in enumerate(methods, start=1)]
    found: dict = {}
    failure = None
    try:
        door.ask_ahead(f"tcp://{server.host}", question=HISTORY, bodies=bodies, answers=found)
    except WireError as error:
        failure = error
    came = {n: found[b].body for n, b in enumerate(bodies, start=1) if b in found}
    return {"came": came, "failure": failure}


def test_many_questions_are_under_way_at_once_and_each_gets_its_answer(
    make_line_door, line_server, kept
):
    with make_line_door(line_server.host) as door:
        came = ahead(door, line_server, "later", *["m"] * 250)["came"]
    assert {n: json.loads(body)["id"] for n, body in came.items()} == {n: n for n in range(1, 252)}
    assert line_server.connections == 1
    assert len(kept.notes) == 251  # each is a question of its own


def test_an_answer_to_a_question_that_was_not_asked_is_refused(make_line_door, line_server):
    with make_line_door(line_server.host) as door:
        result = ahead(door, line_server, "a", "stranger", "b")
    assert isinstance(result["failure"], AnswerRefusedError)
    assert "was not asked" in result["failure"].message


def test_what_broke_off_among_many_is_asked_again_and_the_rest_is_not(make_line_door, line_server):
    with make_line_door(line_server.host, repeats=2) as door:
        result = ahead(door, line_server, "a", "half_once", "b")
    assert (sorted(result["came"]), result["failure"]) == ([1, 2, 3], None)
    asked = [json.loads(sent)["method"] for sent in line_server.lines]
    assert asked.count("a") == 1
    assert asked.count("half_once") == 2


def test_a_budget_that_ends_among_many_lets_the_first_ones_through(make_line_door, line_server):
    with make_line_door(line_server.host, budget=WireBudget(requests=2)) as door:
        result = ahead(door, line_server, "a", "b", "c")
    assert sorted(result["came"]) == [1, 2]
    assert isinstance(result["failure"], WireBudgetSpentError)
    assert len(line_server.lines) == 2


def test_a_host_that_wants_pauses_is_asked_one_by_one(make_line_door, line_server, kept):
    with make_line_door(line_server.host, pause_ms=50) as door:
        result = ahead(door, line_server, "a", "b", "c")
    assert sorted(result["came"]) == [1, 2, 3]
    assert len(kept.waits) == 2


def test_many_questions_need_consent_and_are_single_lines(make_line_door, line_server):
    with make_line_door() as door:
        assert isinstance(ahead(door, line_server, "a")["failure"], NotConsentedError)
    url = f"tcp://{line_server.host}"
    with make_line_door(line_server.host) as door, pytest.raises(WireError, match="one line"):
        door.ask_ahead(url, question=HISTORY, bodies=[b"{}\n{}"], answers={})
    assert line_server.lines == []


def test_the_recorder_remembers_what_was_asked_ahead_when_it_is_asked_for(
    make_line_door, line_server
):
    with make_line_door(line_server.host) as door:
        recorder = Recorder(door)
        url = f"tcp://{line_server.host}"
        bodies = [line("a", 1), line("b", 2)]
        came = recorder.ask_ahead(url, question=HISTORY, bodies=bodies)
        assert sorted(came) == sorted(bodies)
        assert recorder.take("k").exchanges == ()
        recorder.ask(url, question=HISTORY, body=bodies[1])
        (only,) = recorder.take("k").exchanges
    assert only.request == bodies[1]
    assert len(line_server.lines) == 2


@pytest.mark.parametrize(
    "url",
    ["tcp://host.example", "tcp://a:b@host.example:1", "http://host.example:1", "tcp://h:1/x", "x",
     "tcp://h:99999"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(make_line_door, url):
    with make_line_door("host.example:1") as door, pytest.raises(WireError):
        door.ask(url, question=HISTORY, body=line("a"))


def test_two_lines_are_no_question(make_line_door, line_server):
    with make_line_door(line_server.host) as door, pytest.raises(WireError, match="one line"):
        door.ask(f"tcp://{line_server.host}", question=HISTORY, body=b"{}\n{}")


def test_the_scheme_tells_which_door_it_is():
    assert is_line_url("tcp://h:1")
    assert is_line_url("tls://h:1")
    assert not is_line_url("http://h:1/")


def test_only_the_pinned_certificate_is_taken(make_line_door, certificate, socket_enabled):
    own, other, context = certificate
    server = LineServer(context)
    url = f"tls://{server.host}"
    routes = {server.host: Route(certificate_pem=own)}
    with make_line_door(server.host, routes=routes) as door:
        answer = door.ask(url, question=HISTORY, body=line("a"))
    assert dict(answer.tls)["version"].startswith("TLS")
    assert len(dict(answer.tls)["certificate_sha256"]) == 64
    for pem in (other, ""):
        routes = {server.host: Route(certificate_pem=pem)}
        with (
            make_line_door(server.host, routes=routes, repeats=2) as door,
            pytest.raises(WireError, match="certificate"),
        ):
            door.ask(url, question=HISTORY, body=line("a"))
    assert [json.loads(sent)["method"] for sent in server.lines] == ["a"]
    server.close()


class SocksProxy:
    """A SOCKS5 proxy that leads every name to one server."""

    def __init__(self, target: str, *, code: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"socks5h://127.0.0.1:{self.listener.getsockname()[1]}"
        self.target, self.code, self.names = target, code, []
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.thread.join(10)
        self.listener.close()

    def _serve(self) -> None:
        try:
            with self.listener:
                connection, _ = self.listener.accept()
            with connection:
                assert connection.recv(3) == b"\x05\x01\x00"
                connection.sendall(b"\x05\x00")
                head = connection.recv(5)
                self.names.append(connection.recv(head[4] + 2)[:-2])
                connection.sendall(bytes([5, self.code, 0, 1]) + bytes(6))
                host, _, port = self.target.partition(":")
                with socket.create_connection((host, int(port))) as beyond:
                    beyond.sendall(connection.recv(65536))
                    connection.sendall(beyond.recv(65536))
        except OSError:
            return


def test_the_name_is_looked_up_behind_the_proxy(make_line_door, line_server):
    name = "unitserver.onion:50001"
    with (
        SocksProxy(line_server.host) as proxy,
        make_line_door(name, routes={name: Route(proxy=proxy.url)}) as door,
    ):
        body = door.ask(f"tcp://{name}", question=HISTORY, body=line("a")).body
    assert json.loads(body)["result"] == "a"
    assert proxy.names == [b"unitserver.onion"]


def test_a_proxy_that_refuses_is_named(make_line_door, line_server):
    with SocksProxy(line_server.host, code=5) as proxy:
        routes = {line_server.host: Route(proxy=proxy.url)}
        with (
            make_line_door(line_server.host, routes=routes) as door,
            pytest.raises(WireError, match="code 5"),
        ):
            ask(door, line_server, "a")
    routes = {line_server.host: Route(proxy="http://127.0.0.1:8080")}
    with (
        make_line_door(line_server.host, routes=routes) as door,
        pytest.raises(WireError, match="proxy"),
    ):
        ask(door, line_server, "a")
