"""A key that a service wants in each question: sent, and nowhere else."""

import logging

import pytest

from chainlead.errors import AnswerRefusedError
from chainlead.wire import AccessKey, Recorder, Route

KEY = "K3Y-of-the-unit-0123456789"
INDEX = "transaction"


def test_it_is_sent_and_not_in_any_record(serve, make_door, kept, caplog):
    server = serve()
    caplog.set_level(logging.DEBUG)
    routes = {server.host: Route(key=AccessKey("apikey", KEY))}
    with make_door(server.host, routes=routes) as door:
        recorder = Recorder(door)
        answer = recorder.ask(server.url("/plain?address=a"), question=INDEX)
    assert answer.body == b'{"txid": 1}'
    (path, _), *_ = server.seen
    assert f"apikey={KEY}" in path
    assert "address=a" in path
    told = [recorder.take("k").to_bytes(), repr(kept.notes).encode(), repr(routes).encode()]
    told += kept.blobs.values()
    assert not any(KEY.encode() in part for part in told)
    assert KEY not in caplog.text


def test_a_redirect_that_repeats_it_is_refused(serve, make_door):
    server = serve()
    server.elsewhere = f"/plain?apikey={KEY}"
    routes = {server.host: Route(key=AccessKey("apikey", KEY))}
    with (
        make_door(server.host, routes=routes) as door,
        pytest.raises(AnswerRefusedError, match="repeats the access key"),
    ):
        door.ask(server.url("/away"), question=INDEX)
