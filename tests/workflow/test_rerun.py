"""A chain made here forks: what rested on the blocks that left is worked out again, once, in order."""

import itertools
import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.attribution import OwnTag
from chainlead.cli.ledger_cmd import app as ledger_app
from chainlead.cli.rerun_cmd import app as rerun_app
from chainlead.codecs import address_from_script
from chainlead.custody import SteppingClock
from chainlead.errors import BlockInvalidError
from chainlead.ledger import (
    WireInput,
    WireOutput,
    derive_merkle_root,
    get_parameters,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.ledger.wire_block import WireHeader, parse_header, serialize_header
from chainlead.model import Chain, Network
from chainlead.report.story import story
from chainlead.workflow import ledger
from chainlead.workflow.case import Case
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.leads import get_lead, list_leads
from chainlead.workflow.match import Search, match
from chainlead.workflow.next import next_steps
from chainlead.workflow.old_results import old_result
from chainlead.workflow.own_tags import add_case_tag
from chainlead.workflow.report import build_report, export_report
from chainlead.workflow.request import draft
from chainlead.workflow.rerun import is_due, list_reruns, rerun
from chainlead.workflow.trace import get_trace, trace
from chainlead.workflow.verify import verify

GENESIS = get_parameters(Chain.BITCOIN).networks[Network.REGTEST].genesis
COIN = 10**8
SEARCH = Search(prices=("49.0 BTC",))


def script_of(number: int) -> bytes:
    return b"\x00\x14" + bytes([number] * 20)


def address_of(number: int) -> str:
    return address_from_script(script_of(number), Chain.BITCOIN, Network.REGTEST)


OWN, SHOP, STRANGER = address_of(7), address_of(9), address_of(11)


def txid_of(raw: bytes) -> bytes:
    return parse_transaction(raw, max_units=2**60).txid


def coinbase(height: int, salt: int, to: int = 1) -> bytes:
    pushed = b"\x03" + height.to_bytes(3, "little")
    return serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, salt, pushed)],
        outputs=[WireOutput(50 * COIN, script_of(to))],
        locktime=0,
    )


def payment(spends: bytes, to: int) -> bytes:
    return serialize_transaction(
        version=2,
        inputs=[WireInput(txid_of(spends), 0, 0xFFFFFFFD, b"\x51")],
        outputs=[WireOutput(49 * COIN, script_of(to))],
        locktime=0,
    )


def block(previous: bytes, height: int, transactions: list[bytes], salt: int) -> bytes:
    root = derive_merkle_root([txid_of(raw) for raw in transactions])
    for nonce in itertools.count():
        fields = (4, previous, root, 1_700_000_000 + height * 600 + salt, 0x207FFFFF, nonce)
        header = serialize_header(WireHeader(b"", *fields))
        try:
            parse_header(header)
        except BlockInvalidError:
            continue
        return b"".join([header, serialize_count(len(transactions)), *transactions])
    raise AssertionError


def hash_of(raw: bytes) -> bytes:
    return parse_header(raw[:80]).block_hash


COIN_OF_OWN = coinbase(1, 0, to=7)
PAID = payment(COIN_OF_OWN, to=9)
FIRST = block(GENESIS.wire, 1, [COIN_OF_OWN], 0)
PAYING = block(hash_of(FIRST), 2, [coinbase(2, 0), PAID], 0)


def branch(*payments: list[bytes], salt: int = 1) -> list[bytes]:
    """Blocks beside the one that pays: one for each list of payments."""
    made, previous = [], hash_of(FIRST)
    for height, given in enumerate(payments, start=2):
        made.append(block(previous, height, [coinbase(height, salt), *given], salt))
        previous = hash_of(made[-1])
    return made


class Making:
    """A case and the blocks that it is given."""

    def __init__(self, case: Case, folder: Path, given: int = 0) -> None:
        self.case = case
        self.folder = folder
        self.given = given

    def give(self, *blocks: bytes) -> None:
        paths = []
        for raw in blocks:
            self.given += 1
            paths.append(self.folder / f"block-{self.given:02}.bin")
            paths[-1].write_bytes(raw)
        ledger.add(self.case, paths, network=Network.REGTEST)


def made_case(folder: Path, clock) -> Making:
    """A case with two blocks, a trace to a service, a search, and a draft."""
    given = folder / "given"
    given.mkdir(parents=True)
    case = Case.create(folder / "a case", key=bytes(range(32)), clock=clock, who="a")
    making = Making(case, given)
    making.give(FIRST, PAYING)
    said = OwnTag(
        SHOP, Chain.BITCOIN, "Northwind", "a statement", "2024-01-01", category="exchange"
    )
    add_case_tag(case, said)
    trace(case, OWN)
    match(case, SEARCH)
    (lead,) = list_leads(case)
    assert lead.service == "Northwind"
    draft(case, lead.lead_id, dated=date(2024, 5, 6))
    case.close()
    return making


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rerun") / "one"
    made_case(folder, SteppingClock(datetime(2024, 5, 6, tzinfo=UTC)))
    return folder


@pytest.fixture
def followed(ready: Path, tmp_path: Path):
    """The made case, to be changed."""
    folder = Path(shutil.copytree(ready, tmp_path / "one"))
    later = SteppingClock(datetime(2024, 5, 7, tzinfo=UTC))
    with Case.open_to_write(folder / "a case", clock=later, who="a") as case:
        making = Making(case, folder / "given", given=2)
        (making.trace_id,) = ids(case, "traces", "trace_id")
        (making.match_id,) = ids(case, "payment_matches", "match_id")
        (row,) = case.store.rows("drafts")
        making.draft_id, making.lead_id = row["draft_id"], row["lead_id"]
        yield making


def ids(case: Case, table: str, key: str) -> list[str]:
    return [row[key] for row in case.store.rows(table, order_by=("journal_seq",))]


def cause_of(case: Case) -> int:
    """The act that brought the block by which the first one left."""
    (left,) = case.store.rows("displaced_blocks")
    return case.store.lookup("ledger_sources", sha256=left["source_sha256"])["journal_seq"]


def states(found) -> dict[str, str]:
    return {one.kind: one.state for one in found}


def test_nothing_is_done_where_nothing_left(followed):
    before = len(followed.case.entries)
    assert rerun(followed.case) == ()
    assert len(followed.case.entries) == before


def test_a_payment_that_moved_to_another_block_takes_everything_along(followed):
    case = followed.case
    followed.give(*branch([], [PAID]))
    cause = cause_of(case)
    assert is_due(case) == 2  # the draft follows when the trace is made
    done: list[tuple[int, int]] = []
    found = rerun(case, progress=lambda *at: done.append(at))
    assert [(one.kind, one.state) for one in found] == [
        ("trace", "replaced"), ("match", "replaced"), ("draft", "replaced"),
    ]  # fmt: skip
    assert done == [(1, 2), (2, 2), (3, 3)]
    assert {one.cause_seq for one in found} == {cause}
    assert all(not one.waits_for for one in found)
    (trace_id,) = ids(case, "traces", "trace_id")
    assert trace_id != followed.trace_id
    assert get_trace(case, trace_id)["pinned"]["height"] == 3
    (lead,) = [one for one in list_leads(case) if one.track == "service"]
    (row,) = case.store.rows("drafts")
    assert (row["lead_id"], row["trace_id"]) == (lead.lead_id, trace_id)
    assert (case.folder / "requests" / row["draft_id"] / "officer.md").is_file()
    assert rerun(case) == ()


def test_the_journal_says_what_caused_each_act_and_keeps_the_question(followed):
    case = followed.case
    before = next(entry for entry in case.entries if entry.act == "trace.run")
    followed.give(*branch([], [PAID]))
    cause = cause_of(case)
    rerun(case)
    again = [entry for entry in case.entries if "rerun" in entry.what]
    assert [entry.act for entry in again] == ["trace.run", "match.run", "request.draft"]
    for entry in again:
        assert entry.what["rerun"]["cause_seq"] == cause
        assert entry.what["rerun"]["because"]
    for name in ("origin", "chain", "direction", "rules", "limits"):
        assert again[0].what[name] == before.what[name]


def test_the_old_results_stay_readable(followed):
    case = followed.case
    was = get_trace(case, followed.trace_id)
    followed.give(*branch([], [PAID]))
    rerun(case)
    assert get_trace(case, followed.trace_id) == was
    assert old_result(case, followed.trace_id) == was
    assert old_result(case, followed.match_id)["match_id"] == followed.match_id
    assert old_result(case, followed.draft_id)["draft_id"] == followed.draft_id
    assert get_lead(case.store, case.blobs, followed.lead_id).trace_id == followed.trace_id
    assert (case.folder / "requests" / followed.draft_id / "officer.md").is_file()


def test_a_payment_without_a_block_waits_and_is_taken_up_by_the_next_blocks(followed):
    case = followed.case
    empty = branch([], [])
    followed.give(*empty)
    found = rerun(case)
    lost = txid_of(PAID)[::-1].hex()
    assert next(one for one in found if one.kind == "trace").waits_for == (lost,)
    assert states(found)["draft"] == "waiting"
    (new_id,) = ids(case, "traces", "trace_id")
    step = next(s for s in next_steps(case) if s.step_id == f"reorganised:{new_id}")
    assert lost in step.command
    assert rerun(case) == ()
    followed.give(block(hash_of(empty[-1]), 4, [coinbase(4, 1), PAID], 1))
    again = rerun(case)
    assert states(again) == {"trace": "replaced", "match": "replaced", "draft": "replaced"}
    assert not any(one.waits_for for one in again)
    assert not [s for s in next_steps(case) if s.step_id.startswith("reorganised:")]


def test_money_that_went_elsewhere_takes_the_ground_from_a_draft(followed):
    case = followed.case
    followed.give(*branch([], [payment(COIN_OF_OWN, to=11)]))
    found = rerun(case)
    assert states(found) == {"trace": "replaced", "match": "replaced", "draft": "no ground"}
    assert ids(case, "drafts", "draft_id") == [followed.draft_id]
    step = next(s for s in next_steps(case) if s.step_id == f"reorganised:{followed.draft_id}")
    assert "Do not send" in step.title
    assert rerun(case) == ()


def test_a_request_that_was_sent_is_never_changed_and_says_so(followed, monkeypatch):
    case = followed.case
    case.act("request_states.record", what={
        "draft_id": followed.draft_id, "event": "sent", "at": "2024-05-06T10:00:00+00:00",
        "person": "", "note": "", "reference": "", "channel": "x", "until": None,
        "content_sha256": "", "detail": {},
    })  # fmt: skip
    files = {p.name: p.read_bytes() for p in (case.folder / "requests").rglob("*.*")}
    followed.give(*branch([], [PAID]))
    found = rerun(case)
    assert states(found)["draft"] == "sent"
    assert ids(case, "drafts", "draft_id") == [followed.draft_id]
    assert {p.name: p.read_bytes() for p in (case.folder / "requests").rglob("*.*")} == files
    step = next(s for s in next_steps(case) if s.step_id == f"reorganised:{followed.draft_id}")
    assert step.urgency.word == "now"
    assert "Northwind" in step.title


@pytest.mark.parametrize("acts", [0, 1, 2])
def test_a_run_that_is_killed_is_finished_by_the_next_one(followed, monkeypatch, acts):
    case = followed.case
    followed.give(*branch([], [PAID]))
    real, left = Case.act, [acts]

    def killed(self, act, **rest):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(self, act, **rest)

    monkeypatch.setattr(Case, "act", killed)
    with pytest.raises(KeyboardInterrupt):
        rerun(case)
    monkeypatch.setattr(Case, "act", real)
    assert is_due(case) > 0
    steps = next_steps(case)
    assert any("chainlead rerun" in step.command for step in steps)
    rerun(case)
    assert is_due(case) == 0
    assert sorted(one.kind for one in list_reruns(case.store)) == ["draft", "match", "trace"]
    assert "reorganised" not in gather_facts(case).traces[0].predates


DIES = """
import os, signal, sys
from pathlib import Path
from chainlead.workflow.case import Case
from chainlead.workflow.rerun import rerun
after = int(sys.argv[2])
with Case.open_to_write(Path(sys.argv[1]), who="a") as case:
    rerun(case, progress=lambda done, _: done == after and os.kill(os.getpid(), signal.SIGKILL))
"""


def run_and_die(folder: Path, after: int) -> None:
    """Work out again in a process of its own that kills itself after so many results."""
    made = subprocess.run(
        [sys.executable, "-c", DIES, str(folder), str(after)], check=False, timeout=120
    )
    assert made.returncode == -signal.SIGKILL


def test_kill_9_in_between_ends_as_a_run_that_nobody_stopped(followed, tmp_path):
    case = followed.case
    followed.give(*branch([], [PAID]))
    folder = case.folder
    case.close()
    ends = []
    for after in (0, 1):
        copy = Path(shutil.copytree(folder, tmp_path / f"copy {after}"))
        if after:
            run_and_die(copy, after)
        with Case.open_to_write(copy, who="a") as again:
            rerun(again)
            told = [(one.kind, one.old_id, one.new_id) for one in list_reruns(again.store)]
            ends.append((told, ids(again, "traces", "trace_id"), ids(again, "drafts", "draft_id")))
        assert verify(copy).problems == []
    assert ends[0][0]
    assert ends[1] == ends[0]


def test_a_draft_whose_files_a_kill_left_out_gets_them(followed):
    case = followed.case
    followed.give(*branch([], [PAID]))
    rerun(case)
    (draft_id,) = ids(case, "drafts", "draft_id")
    shutil.rmtree(case.folder / "requests" / draft_id)
    rerun(case)
    assert (case.folder / "requests" / draft_id / "draft.json").is_file()


def test_a_chain_that_comes_back_brings_its_result_back(followed):
    case = followed.case
    one = branch([], [PAID])
    followed.give(*one)
    rerun(case)
    back = block(hash_of(PAYING), 3, [coinbase(3, 0)], 0)
    followed.give(back, block(hash_of(back), 4, [coinbase(4, 0)], 0))
    found = rerun(case)
    assert states(found) == {"trace": "replaced", "match": "replaced", "draft": "replaced"}
    (row,) = case.store.rows("traces")
    assert get_trace(case, row["trace_id"])["pinned"]["height"] == 4


def test_the_case_is_made_again_to_the_same_bytes(followed):
    case = followed.case
    followed.give(*branch([], [PAID]))
    rerun(case)
    export_report(case)
    folder = case.folder
    case.close()
    done = verify(folder)
    assert done.problems == []
    assert done.reperformed


def test_the_report_says_what_replaced_what_and_why(followed):
    case = followed.case
    followed.give(*branch([], []))
    cause = cause_of(case)
    rerun(case)
    made = build_report(
        case.projection, case.entries, {"chainlead": "x", "python": "x", "typst": "x"}
    )
    told = json.loads(made["report.json"])["reruns"]
    assert [(one["kind"], one["state"]) for one in told] == [
        ("trace", "replaced"), ("match", "replaced"), ("draft", "waiting"),
    ]  # fmt: skip
    assert {one["cause_entry"] for one in told} == {cause}
    assert told[0]["old_id"] == followed.trace_id
    page = json.dumps(story(json.loads(made["report.json"])))
    assert "Results that were worked out again" in page
    assert followed.trace_id in page
    assert txid_of(PAID)[::-1].hex() in page
    assert "in no block that the case knows" in page


def test_a_draft_of_an_old_trace_is_found_under_its_old_lead_only(followed):
    case = followed.case
    followed.give(*branch([], [PAID]))
    rerun(case)
    assert followed.lead_id not in {lead.lead_id for lead in list_leads(case)}


@pytest.mark.parametrize("words", [["rerun"], ["rerun", "--json"], ["rerun", "--list"]])
def test_the_command_tells_each_result_and_its_cause(followed, words):
    case = followed.case
    followed.give(*branch([], [PAID]))
    if "--list" in words:
        rerun(case)
    case.close()
    result = CliRunner().invoke(rerun_app, [str(case.folder), *words[1:]])
    assert result.exit_code == 0, result.output
    assert followed.trace_id in result.output
    assert followed.draft_id in result.output
    shown = CliRunner().invoke(rerun_app, [str(case.folder), "--show", followed.trace_id])
    assert json.loads(shown.output)["trace_id"] == followed.trace_id


@pytest.mark.parametrize("is_put_off", [False, True])
def test_ledger_data_on_disk_do_it_too_unless_it_is_put_off(followed, is_put_off):
    case, folder = followed.case, followed.folder
    case.close()
    for number, raw in enumerate(branch([], [PAID])):
        (folder / f"fork-{number}.bin").write_bytes(raw)
    given = [str(folder / f"fork-{number}.bin") for number in range(2)]
    words = ["add", str(case.folder), *given, "--network", "regtest", "--json"]
    result = CliRunner().invoke(ledger_app, [*words, *(["--no-rerun"] if is_put_off else [])])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["reruns"]
    assert [one["kind"] for one in told] == ([] if is_put_off else ["trace", "match", "draft"])
    with Case.open_to_read(case.folder) as again:
        assert bool(is_due(again)) is is_put_off
