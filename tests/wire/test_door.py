from datetime import UTC, datetime

import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import AnswerRefusedError, NotConsentedError, OfflineError, WireError
from chainlead.wire import Asked, Consent, Door

TRANSACTION = "transaction"


def test_the_door_is_closed_unless_it_is_opened(kept):
    consent = Consent("node.example", TRANSACTION, "an officer", "a reason")
    door = Door(
        clock=SteppingClock(datetime(2024, 3, 1, tzinfo=UTC)),
        keep=kept.keep,
        note=kept.notes.append,
        consents=[consent],
    )
    with door, pytest.raises(OfflineError) as refused:
        door.ask("https://node.example/tx/1", question=TRANSACTION)
    assert refused.value.exit_code == 96
    assert (kept.blobs, kept.notes) == ({}, [])


@pytest.mark.parametrize(
    ("url", "question"),
    [
        ("https://other.example/tx/1", TRANSACTION),
        ("https://node.example/address/1", "address history"),
        ("https://node.example:8443/tx/1", TRANSACTION),
        ("https://node.example.evil.example/", TRANSACTION),
        ("https://sub.node.example/", TRANSACTION),
    ],
)
def test_what_nobody_agreed_to_is_not_sent(make_door, kept, url, question):
    with make_door("node.example") as door, pytest.raises(NotConsentedError) as refused:
        door.ask(url, question=question)
    assert refused.value.exit_code == 97
    assert (kept.blobs, kept.notes) == ({}, [])


@pytest.mark.parametrize(
    "url", ["", "node.example/tx", "ftp://node.example/", "file:///etc/passwd", "http://", "http://[::1", "http://a:99999/", "\udc80"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused(make_door, url):
    with make_door("node.example") as door, pytest.raises(WireError):
        door.ask(url, question=TRANSACTION)


def test_a_password_in_the_address_is_refused_and_not_repeated(make_door):
    with make_door("node.example") as door, pytest.raises(WireError) as refused:
        door.ask("http://user:hunter2@node.example/", question=TRANSACTION)
    assert "hunter2" not in " ".join(refused.value.sentences())


@pytest.mark.wire
@pytest.mark.enable_socket
class TestWithAServer:
    def test_an_answer_comes_with_its_raw_bytes_kept(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host) as door:
            answer = door.ask(server.url("/plain?q=%C3%A5#part"), question=TRANSACTION)
        assert (answer.host, answer.path, answer.status) == (server.host, "/plain?q=%C3%A5", 200)
        assert answer.asked_at == datetime(2024, 3, 1, tzinfo=UTC)
        assert kept.blobs[answer.body_sha256] == answer.body == b'{"txid": 1}'
        assert b"200\r\n" in kept.blobs[answer.head_sha256]
        assert b"Content-Type: application/json\r\n" in kept.blobs[answer.head_sha256]
        assert kept.blobs[answer.asked.request_sha256].startswith(b"GET /plain?q=%C3%A5 HTTP/1.1")
        assert "txid" not in repr(answer)
        assert answer.to_document()["size_bytes"] == 11

    def test_the_question_is_noted_before_it_is_sent(self, make_door, kept, serve):
        server = serve()
        seen_when_noted = []
        with make_door(server.host) as door:
            door._note = lambda asked: seen_when_noted.append((asked.path, len(server.seen)))
            door.ask(server.url("/plain"), question=TRANSACTION)
        assert seen_when_noted == [("/plain", 0)]
        assert len(server.seen) == 1

    def test_a_note_that_fails_stops_the_question(self, make_door, serve):
        server = serve()

        def refuse(_asked: Asked) -> None:
            raise WireError("the journal is full")

        with make_door(server.host) as door:
            door._note = refuse
            with pytest.raises(WireError, match="journal"):
                door.ask(server.url("/plain"), question=TRANSACTION)
        assert server.seen == []

    def test_the_request_says_no_more_than_the_question(self, make_door, serve):
        server = serve()
        with make_door(server.host) as door:
            door.ask(server.url("/cookie"), question=TRANSACTION)
            door.ask(server.url("/plain"), question=TRANSACTION)
        for _, headers in server.seen:
            assert set(headers) == {"Host", "Accept", "Accept-Encoding"}

    def test_not_found_is_an_answer(self, make_door, serve):
        server = serve()
        with make_door(server.host) as door:
            answer = door.ask(server.url("/none"), question=TRANSACTION)
        assert (answer.status, answer.body) == (404, b"no such thing")

    def test_a_redirect_within_the_host_is_followed_and_noted(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host) as door:
            answer = door.ask(server.url("/moved"), question=TRANSACTION)
        assert (answer.path, answer.status) == ("/plain?x=1", 200)
        assert [asked.path for asked in kept.notes] == ["/moved", "/plain?x=1"]

    @pytest.mark.parametrize("path", ["/away", "/away-twice"])
    def test_a_redirect_to_another_host_is_refused(self, make_door, serve, path):
        server, other = serve(), serve()
        server.elsewhere = other.url("/plain")
        with (
            make_door(server.host, other.host) as door,
            pytest.raises(AnswerRefusedError, match="nobody agreed") as refused,
        ):
            door.ask(server.url(path), question=TRANSACTION)
        assert refused.value.exit_code == 98
        assert other.seen == []

    @pytest.mark.parametrize("path", ["/circle", "/file", "/odd"])
    def test_a_redirect_to_nowhere_is_refused(self, make_door, serve, path):
        server = serve()
        with make_door(server.host) as door, pytest.raises(AnswerRefusedError):
            door.ask(server.url(path), question=TRANSACTION)
        assert len(server.seen) <= 4

    @pytest.mark.parametrize("path", ["/large", "/endless"])
    def test_an_answer_over_the_limit_is_refused_while_it_arrives(
        self, make_door, kept, serve, path
    ):
        server = serve()
        with (
            make_door(server.host, answer_bytes=100_000) as door,
            pytest.raises(AnswerRefusedError, match="larger than 100000"),
        ):
            door.ask(server.url(path), question=TRANSACTION)
        assert sum(map(len, kept.blobs.values())) < 1_000

    def test_half_an_answer_is_no_answer(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host) as door, pytest.raises(AnswerRefusedError, match="broke off"):
            door.ask(server.url("/half"), question=TRANSACTION)
        assert b"only this" not in kept.blobs.values()

    def test_what_is_not_http_is_refused(self, make_door, serve):
        server = serve()
        with make_door(server.host) as door, pytest.raises(AnswerRefusedError):
            door.ask(server.url("/nonsense"), question=TRANSACTION)

    def test_a_compressed_answer_is_refused(self, make_door, serve):
        server = serve()
        with make_door(server.host) as door, pytest.raises(AnswerRefusedError, match="compressed"):
            door.ask(server.url("/squeezed"), question=TRANSACTION)

    def test_a_silent_server_is_given_up(self, make_door, serve):
        server = serve()
        with (
            make_door(server.host, silence_ms=200) as door,
            pytest.raises(AnswerRefusedError, match="in time"),
        ):
            door.ask(server.url("/silent"), question=TRANSACTION)

    def test_a_dripping_server_is_given_up(self, make_door, serve):
        server = serve()
        with (
            make_door(server.host, answer_ms=300) as door,
            pytest.raises(AnswerRefusedError, match="in time"),
        ):
            door.ask(server.url("/drip"), question=TRANSACTION)

    def test_a_host_that_is_not_there_is_named(self, make_door, serve):
        server = serve()
        with make_door("127.0.0.1:1") as door, pytest.raises(WireError, match="reached") as refused:
            door.ask("http://127.0.0.1:1/", question=TRANSACTION)
        assert type(refused.value) is WireError
        assert server.seen == []

    def test_questions_to_one_host_keep_their_distance(self, make_door, kept, serve):
        server, other = serve(), serve()
        with make_door(server.host, other.host, pause_ms=60_000) as door:
            door.ask(server.url("/plain"), question=TRANSACTION)
            door.ask(other.url("/plain"), question=TRANSACTION)
            assert kept.waits == []
            door.ask(server.url("/plain"), question=TRANSACTION)
        assert len(kept.waits) == 1
        assert 50 < kept.waits[0] <= 60

    def test_a_proxy_of_the_environment_is_not_used(self, make_door, serve, monkeypatch):
        server, proxy = serve(), serve()
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        with make_door(server.host) as door:
            assert door.ask(server.url("/plain"), question=TRANSACTION).status == 200
        assert proxy.seen == []
