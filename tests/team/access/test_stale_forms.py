"""What a colleague decided since a page was shown is seen before it is overwritten."""

import re
import threading

import pytest

from chainlead.custody import Journal, SystemClock, read_entries
from chainlead.errors import DecidedMeanwhileError
from chainlead.workflow import concurrency
from chainlead.workflow.access_log import DUTIES
from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.concurrency import SUBJECTS, StaleError, refuse_stale, subjects_of
from chainlead.workflow.findings import triage, triage_many
from chainlead.workflow.undo import AGAIN, BACK, redo, undo

CASE = "nordlicht"
JUDGE = f"/cases/{CASE}/findings/judge"


@pytest.fixture
def two(unit):
    """The case with two people who work."""
    unit.store.add_person(
        "iris", "Iris", unit.desk.identity.passwords.hash("harbour violin seven lantern"), None,
        at=unit.desk.clock.now(),
    )  # fmt: skip
    unit.store.set_role(unit.key, "iris", "investigator", at=unit.desk.clock.now())
    return unit


def findings(unit, count):
    with Case.open_to_read(unit.folder) as case:
        return [row["finding_id"] for row in case.store.rows("findings", order_by=["finding_id"])][
            :count
        ]


def triaged(unit):
    with Case.open_to_read(unit.folder) as case:
        return {row["finding_id"]: row["state"] for row in case.store.rows("triage")}


def acts(unit, act):
    return [e for e in read_entries(unit.folder / "journal.jsonl") if e.act == act]


def test_every_act_of_chainlead_says_what_it_is_about():
    assert DUTIES.keys() - {BACK, AGAIN} == SUBJECTS.keys()


def test_a_form_that_has_not_seen_a_colleagues_decision_is_refused_and_kept(two):
    (one,) = findings(two, 1)
    seen = two.seen("ivar")
    first = two.post(
        "iris", JUDGE, {"finding": one, "state": "relevant", "why": "own", "seen": seen}
    )
    assert first.status_code == 303
    before = len(acts(two, "findings.triage_many"))
    second = two.post(
        "ivar", JUDGE, {"finding": one, "state": "noise", "why": "dust", "seen": seen}
    )
    assert second.status_code == 409
    assert "iris" in second.text
    assert "own" in second.text
    assert "<td>relevant</td>" in second.text
    assert "dust" in second.text
    assert len(acts(two, "findings.triage_many")) == before
    assert triaged(two)[one] == "relevant"
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', second.text.split("<main")[1]))
    assert (again["state"], again["why"], again["finding"]) == ("noise", "dust", one)
    assert two.at("ivar").post(JUDGE, data=again, headers={"origin": two.desk.origin}).is_redirect
    assert triaged(two)[one] == "noise"
    assert [e.who for e in acts(two, "findings.triage_many")][-2:] == ["iris", "ivar"]


def test_a_form_that_says_nothing_of_what_it_saw_has_seen_nothing(two):
    (one,) = findings(two, 1)
    assert two.post("iris", JUDGE, {"finding": one, "state": "noise"}).is_redirect
    assert two.post("ivar", JUDGE, {"finding": one, "state": "relevant"}).status_code == 409
    for odd in ("-1", "x", "", "1e9", "9" * 30):
        fields = {"finding": one, "state": "relevant", "seen": odd}
        assert two.post("ivar", JUDGE, fields).status_code == 409, odd


def test_decisions_about_different_things_do_not_meet(two):
    one, other = findings(two, 2)
    seen = two.seen("ivar")
    assert two.post("iris", JUDGE, {"finding": one, "state": "noise", "seen": seen}).is_redirect
    assert two.post("ivar", JUDGE, {"finding": other, "state": "noise", "seen": seen}).is_redirect
    assert {e.who for e in acts(two, "findings.triage_many")} >= {"iris", "ivar"}


def test_one_finding_of_many_that_a_colleague_judged_keeps_all_of_them_back(two):
    many = findings(two, 5)
    seen = two.seen("ivar")
    two.post("iris", JUDGE, {"finding": many[3], "state": "relevant", "seen": seen})
    answer = two.post("ivar", JUDGE, {"finding": many, "state": "noise", "seen": seen})
    assert answer.status_code == 409
    assert triaged(two).get(many[0]) != "noise"
    again = re.findall(r'name="finding" value="([^"]*)"', answer.text)
    assert again == many


def test_settings_are_subjects_too(two):
    seen = two.seen("olga")
    with Case.open_to_write(two.folder, who="iris") as case:
        set_setting(case, "unit", "North", why="moved")
    path = f"/cases/{CASE}/settings/change"
    assert (
        two.post("olga", path, {"name": "unit", "value": "South", "seen": seen}).status_code == 409
    )
    assert two.post("olga", path, {"name": "reference", "value": "7", "seen": seen}).is_redirect


def test_undo_asks_before_it_takes_back_what_a_colleague_decided(two):
    (one,) = findings(two, 1)
    two.post("iris", JUDGE, {"finding": one, "state": "noise", "seen": two.seen("iris")})
    asked = two.post("ivar", f"/cases/{CASE}/undo", {"seen": two.seen("ivar")})
    assert asked.status_code == 409
    assert triaged(two)[one] == "noise"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', asked.text.split("<main")[1]))
    assert "agreed" in fields
    wrong = {**fields, "agreed": str(int(fields["agreed"]) - 1)}
    path, origin = f"/cases/{CASE}/undo", {"origin": two.desk.origin}
    assert two.at("ivar").post(path, data=wrong, headers=origin).status_code == 409
    assert two.at("ivar").post(path, data=fields, headers=origin).is_redirect
    assert triaged(two).get(one) != "noise"
    back = two.post("iris", f"/cases/{CASE}/redo", {"seen": two.seen("iris")})
    assert back.status_code == 409
    assert "ivar" in back.text


def test_undo_of_an_own_decision_does_not_ask(two):
    (one,) = findings(two, 1)
    two.post("ivar", JUDGE, {"finding": one, "state": "noise", "seen": two.seen("ivar")})
    assert two.post("ivar", f"/cases/{CASE}/undo", {"seen": two.seen("ivar")}).is_redirect
    assert two.post("ivar", f"/cases/{CASE}/redo", {"seen": two.seen("ivar")}).is_redirect
    assert triaged(two)[one] == "noise"


def test_an_undo_of_a_colleague_counts_as_a_decision_about_the_same(case, two):
    (one,) = findings(two, 1)
    with Case.open_to_write(two.folder, who="iris") as opened:
        triage(opened, one, "noise")
        seen = opened.history[-1].seq
        undo(opened)
        with pytest.raises(StaleError) as refused:
            refuse_stale(opened, seen, {f"finding:{one}"}, "ivar")
        assert [each.act for each in refused.value.others] == [BACK]
        redo(opened)
        assert subjects_of(BACK, {"seq": seen}, opened.history) == {f"finding:{one}"}
        refuse_stale(opened, seen, {f"finding:{one}"}, "iris")
        refuse_stale(opened, opened.history[-1].seq, {f"finding:{one}"}, "ivar")


def test_the_refusal_is_one_of_the_named_errors():
    assert issubclass(StaleError, DecidedMeanwhileError)
    assert StaleError("x", [], 3).exit_code == 16


def test_a_short_act_waits_for_a_colleagues_short_act(two):
    (one,) = findings(two, 1)
    seen, token = two.seen("ivar"), two.token("ivar")
    held = Journal(two.folder / "journal.jsonl", SystemClock(), "iris")
    timer = threading.Timer(0.6, held.close)
    timer.start()
    answer = two.at("ivar").post(
        JUDGE,
        data={"form_token": token, "finding": one, "state": "noise", "seen": seen},
        headers={"origin": two.desk.origin},
    )
    timer.join()
    assert answer.is_redirect


def test_a_long_run_of_a_colleague_is_named(two, monkeypatch):
    monkeypatch.setattr(concurrency, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("sys.argv", ["/usr/bin/chainlead", "scan", "--", "/secret/exhibit.dd"])
    (one,) = findings(two, 1)
    seen = two.seen("ivar")
    with Journal(two.folder / "journal.jsonl", SystemClock(), "iris"):
        answer = two.post("ivar", JUDGE, {"finding": one, "state": "noise", "seen": seen})
    assert answer.status_code == 409
    assert "iris (`chainlead scan`, since 20" in answer.text
    assert "/secret" not in answer.text
    assert str(two.root) not in answer.text
    assert (two.folder / "journal.lock").read_bytes() == b""


def test_triage_of_many_names_each_of_them_as_a_subject(case, two):
    many = findings(two, 3)
    with Case.open_to_write(two.folder, who="iris") as opened:
        triage_many(opened, many, "noise")
        entry = opened.history[-1]
    assert subjects_of(entry.act, entry.what, ()) == {f"finding:{each}" for each in many}
