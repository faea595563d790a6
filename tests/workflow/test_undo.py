from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from chainlead.custody import SteppingClock
from chainlead.errors import CaseError
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.findings import triage, triage_many
from chainlead.workflow.scan import scan
from chainlead.workflow.undo import redo, stacks, undo

ADDRESSES = (
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "1CounterpartyXXXXXXXXXXXXXXXUWLpVr",
)


@pytest.fixture
def judged(case, tmp_path):
    exhibit = tmp_path / "notes.txt"
    exhibit.write_text("\n".join(ADDRESSES))
    scan(case, [exhibit], workers=0)
    return case


def states(case):
    return {row["finding_id"]: (row["state"], row["why"]) for row in case.store.rows("triage")}


def ids(case):
    return sorted(row["finding_id"] for row in case.store.rows("findings"))


def test_each_decision_is_taken_back_in_turn_and_made_again(judged):
    first, second, third = ids(judged)
    seen = [states(judged)]
    triage(judged, first, "relevant", why="his")
    seen.append(states(judged))
    triage_many(judged, [first, second, third], "noise", why="no")
    seen.append(states(judged))
    triage(judged, second, "new")
    seen.append(states(judged))
    for expected in seen[-2::-1]:
        undo(judged)
        assert states(judged) == expected
    for expected in seen[1:]:
        redo(judged)
        assert states(judged) == expected


def test_nothing_is_taken_back_where_nothing_was_decided(judged):
    with pytest.raises(CaseError, match="no decision to take back"):
        undo(judged)
    with pytest.raises(CaseError, match="nothing to do again"):
        redo(judged)


def test_a_new_decision_clears_what_could_be_done_again(judged):
    first, second, _ = ids(judged)
    triage(judged, first, "noise")
    undo(judged)
    triage(judged, second, "noise")
    with pytest.raises(CaseError):
        redo(judged)


def test_undo_goes_on_after_the_case_was_closed(judged):
    first, second, _ = ids(judged)
    triage(judged, first, "noise")
    triage(judged, second, "relevant")
    undo(judged)
    folder = judged.folder
    judged.close()
    with Case.open_to_write(folder, who="another") as again:
        undo(again)
        assert states(again) == {}
        redo(again)
        redo(again)
        assert {state for state, _ in states(again).values()} == {"noise", "relevant"}


@settings(max_examples=25)
@given(acts=st.lists(st.sampled_from(["a", "b", "ab", "undo", "redo"]), max_size=12))
def test_the_journal_alone_rebuilds_what_undo_and_redo_left(acts, tmp_path_factory):
    clock = SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("case")
    exhibit = tmp_path_factory.mktemp("exhibit") / "notes.txt"
    exhibit.write_text("\n".join(ADDRESSES))
    with Case.create(folder / "c", key=bytes(32), clock=clock, who="t") as case:
        scan(case, [exhibit], workers=0)
        first, second, _ = ids(case)
        chosen = {"a": [first], "b": [second], "ab": [first, second]}
        model = [{}]
        at = 0
        for number, act in enumerate(acts):
            if act == "undo":
                if at:
                    undo(case)
                    at -= 1
            elif act == "redo":
                if at < len(model) - 1:
                    redo(case)
                    at += 1
            elif triage_many(case, chosen[act], "noise", why=str(number)):
                del model[at + 1 :]
                model.append(states(case))
                at += 1
            assert states(case) == model[at]
        done, _ = stacks(case.entries)
        assert len(done) == at
        with Store.in_memory() as store:
            for entry in case.entries:
                apply_entry(Projection(store, case.blobs, case.key), entry)
            assert store.table_digests()["triage"] == case.store.table_digests()["triage"]
