import hashlib
from types import SimpleNamespace

import msgspec
import pytest

from chainlead.errors import SubjectNotFoundError
from chainlead.store import Blobs
from chainlead.workflow.canvas_subjects import things_of


class Traces:
    """A case as far as a subject of a picture needs it."""

    def __init__(self, folder):
        self.blobs = Blobs(folder)
        self.reads = []
        self.rows = {}
        self.store = SimpleNamespace(lookup=lambda _table, trace_id: self.rows.get(trace_id))
        get = self.blobs.get
        self.blobs.get = lambda sha256: self.reads.append(sha256) or get(sha256)

    def keep(self, trace_id, *txids):
        document = {"transactions": [{"txid": txid} for txid in txids], "rules": {}}
        sha256 = self.blobs.put(msgspec.json.encode(document))
        assert sha256 == hashlib.sha256(msgspec.json.encode(document)).hexdigest()
        self.rows[trace_id] = {"result_sha256": sha256}


@pytest.fixture
def case(tmp_path):
    return Traces(tmp_path)


def test_a_trace_is_read_once_for_many_acts(case):
    case.keep("t1", "a-once", "b-once")
    assert all(things_of(case, "t1").has_node("a-once") for _ in range(5))
    assert len(case.reads) == 1


def test_a_trace_that_was_made_anew_has_its_own_things(case):
    case.keep("t1", "a-anew")
    assert not things_of(case, "t1").has_node("c-anew")
    case.keep("t1", "c-anew")
    assert things_of(case, "t1").has_node("c-anew")
    assert not things_of(case, "t1").has_node("a-anew")


def test_a_trace_that_is_gone_has_no_things_though_they_were_kept(case):
    case.keep("t1", "a-gone")
    things_of(case, "t1")
    case.rows.clear()
    with pytest.raises(SubjectNotFoundError, match="no trace"):
        things_of(case, "t1")


def test_only_the_last_few_traces_are_kept(case):
    for number in range(6):
        case.keep(f"t{number}", f"few-{number}")
        assert things_of(case, f"t{number}").has_node(f"few-{number}")
    reads = len(case.reads)
    things_of(case, "t5")
    assert len(case.reads) == reads
    things_of(case, "t0")
    assert len(case.reads) == reads + 1
