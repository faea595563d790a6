"""Repeats, budgets and the question that has a body."""

import hashlib

import pytest

from chainlead.errors import AnswerRefusedError, WireBudgetSpentError, WireError
from chainlead.wire import WireBudget

TRANSACTION = "transaction"


@pytest.mark.wire
class TestBody:
    def test_a_body_is_sent_and_kept_with_the_question(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host) as door:
            answer = door.ask(server.url("/plain"), question=TRANSACTION, body=b'{"method": "x"}')
        assert answer.status == 200
        assert server.bodies == [b'{"method": "x"}']
        sent = kept.blobs[answer.asked.request_sha256]
        assert sent.startswith(b"POST /plain HTTP/1.1\r\n")
        assert sent.endswith(b'\r\n\r\n{"method": "x"}')


@pytest.mark.wire
class TestRepeats:
    def test_a_busy_server_is_asked_again_after_the_time_that_it_names(
        self, make_door, kept, serve
    ):
        server = serve()
        with make_door(server.host, repeats=3) as door:
            answer = door.ask(server.url("/busy"), question=TRANSACTION)
        assert answer.body == b"now"
        assert [note.attempt for note in kept.notes] == [1, 2, 3]
        assert kept.waits == [7.0, 7.0]

    def test_the_wait_that_a_server_may_ask_for_has_an_end(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host, repeats=2, longest_repeat_ms=900) as door:
            door.ask(server.url("/busy"), question=TRANSACTION)
        assert kept.waits == [0.9, 1.0]

    def test_a_broken_connection_is_tried_again_and_each_try_is_noted(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host, repeats=1) as door:
            answer = door.ask(server.url("/broken-once"), question=TRANSACTION)
        assert answer.body == b"whole"
        assert kept.waits == [0.5]
        assert len(kept.notes) == 2

    def test_the_last_busy_answer_is_the_answer(self, make_door, serve):
        server = serve()
        with make_door(server.host, repeats=1) as door:
            assert door.ask(server.url("/busy"), question=TRANSACTION).status == 503

    def test_a_refused_answer_is_not_asked_for_again(self, make_door, kept, serve):
        server = serve()
        with (
            make_door(server.host, repeats=3, answer_bytes=10) as door,
            pytest.raises(AnswerRefusedError),
        ):
            door.ask(server.url("/large"), question=TRANSACTION)
        assert len(kept.notes) == 1

    def test_a_host_that_is_not_there_is_named_after_the_last_try(self, make_door, kept, serve):
        server = serve()
        server.port = 1
        with make_door(server.host, repeats=2) as door, pytest.raises(WireError, match="reached"):
            door.ask(server.url("/plain"), question=TRANSACTION)
        assert kept.waits == [0.5, 1.0]


@pytest.mark.wire
class TestBudget:
    def test_requests_end_with_the_budget_and_the_rest_is_kept(self, make_door, kept, serve):
        server = serve()
        with make_door(server.host, budget=WireBudget(requests=2)) as door:
            for _ in range(2):
                door.ask(server.url("/plain"), question=TRANSACTION)
            with pytest.raises(WireBudgetSpentError, match="2 requests"):
                door.ask(server.url("/plain"), question=TRANSACTION)
            assert door.spending.requests == 2
            assert door.spending.answer_bytes == 2 * len(b'{"txid": 1}')
        assert len(server.seen) == 2
        assert hashlib.sha256(b'{"txid": 1}').hexdigest() in kept.blobs

    def test_bytes_end_with_the_budget(self, make_door, serve):
        server = serve()
        with make_door(server.host, budget=WireBudget(answer_bytes=1)) as door:
            door.ask(server.url("/plain"), question=TRANSACTION)
            with pytest.raises(WireBudgetSpentError, match="1 bytes"):
                door.ask(server.url("/plain"), question=TRANSACTION)
