"""Owners give roles; a case always keeps one; new and practice cases belong to their maker; runs too."""

import re
import threading

import pytest
from fastapi import HTTPException

from chainlead.custody import read_entries
from chainlead.errors import AccessError
from chainlead.web.authority import Right, require_act
from chainlead.web.jobs import Jobs
from chainlead.workflow.access import case_key, grant, practice_key, withdraw
from chainlead.workflow.case import Case

CASE = "nordlicht"
CHANGE = f"/cases/{CASE}/people/change"


def change(unit, who, **fields):
    return unit.post(who, CHANGE, {"seen": unit.seen(who), **fields})


def test_an_owner_lets_somebody_in_and_out_and_each_change_is_an_act(unit):
    assert unit.get("vera", f"/cases/{CASE}/overview").status_code == 404
    assert change(unit, "olga", person="vera", role="reader", why="joins the unit").is_redirect
    assert unit.get("vera", f"/cases/{CASE}/overview").status_code == 200
    assert CASE in unit.get("vera", "/").text
    assert change(unit, "olga", person="vera", role="investigator").is_redirect
    assert unit.store.role_of(unit.key, "vera") == "investigator"
    assert change(unit, "olga", person="vera", role="", why="left").is_redirect
    assert unit.get("vera", f"/cases/{CASE}/overview").status_code == 404
    assert CASE not in unit.get("vera", "/").text
    made = [e for e in read_entries(unit.folder / "journal.jsonl") if e.act.startswith("access.")]
    assert [(e.act, e.who, e.what["person"], e.what.get("role"), e.why) for e in made] == [
        ("access.grant", "olga", "vera", "reader", "joins the unit"),
        ("access.grant", "olga", "vera", "investigator", ""),
        ("access.withdraw", "olga", "vera", None, "left"),
    ]


def test_everybody_in_the_case_sees_its_people_and_only_owners_get_the_forms(unit):
    for who in ("ivar", "rea", "remo"):
        page = unit.get(who, f"/cases/{CASE}/people").text
        assert "Olga Person" in page
        assert "people/change" not in page
        assert unit.post(who, CHANGE, {"person": who, "role": "owner"}).status_code == 403
    assert "people/change" in unit.get("olga", f"/cases/{CASE}/people").text


def test_a_case_always_keeps_an_owner_who_can_log_in(unit):
    assert change(unit, "olga", person="olga", role="reader").status_code == 400
    assert change(unit, "olga", person="olga", role="").status_code == 400
    assert change(unit, "olga", person="ivar", role="owner").is_redirect
    unit.store.disable("ivar")
    assert change(unit, "olga", person="olga", role="").status_code == 400
    unit.store.enable("ivar")
    leaving = change(unit, "olga", person="olga", role="")
    assert leaving.headers["location"] == "/"
    assert unit.get("olga", f"/cases/{CASE}/overview").status_code == 404


def test_two_owners_who_remove_each_other_at_once_leave_one(unit):
    unit.store.set_role(unit.key, "ivar", "owner", at=unit.desk.clock.now())
    failed = []

    def remove(who, other):
        from chainlead.workflow.concurrency import open_patiently

        with open_patiently(unit.folder, who, seconds=20) as case:
            try:
                withdraw(case, unit.store, other)
            except AccessError:
                failed.append(who)

    pairs = (("olga", "ivar"), ("ivar", "olga"))
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1
    assert [m.role for m in unit.store.members(unit.key)].count("owner") == 1


def test_only_known_roles_and_open_accounts_are_taken(unit):
    for name, role in (("vera", "king"), ("nobody", "reader"), ("", "reader"), ("rea", "reader")):
        assert change(unit, "olga", person=name, role=role).status_code == 400, (name, role)
    unit.store.disable("vera")
    with Case.open_to_write(unit.folder, who="olga") as case, pytest.raises(AccessError):
        grant(case, unit.store, "vera", "reader")
    assert change(unit, "olga", person="nobody", role="").status_code == 400


def test_a_colleagues_change_of_the_same_person_is_seen_first(unit):
    unit.store.set_role(unit.key, "ivar", "owner", at=unit.desk.clock.now())
    seen = unit.seen("olga")
    assert change(unit, "ivar", person="rea", role="investigator").is_redirect
    answer = unit.post("olga", CHANGE, {"person": "rea", "role": "reviewer", "seen": seen})
    assert answer.status_code == 409


def test_an_administrator_sees_no_case_by_being_one(unit):
    assert CASE not in unit.get("root", "/").text
    assert unit.get("root", f"/cases/{CASE}/overview").status_code == 404
    assert unit.get("root", "/people").status_code == 200
    assert unit.get("olga", "/people").status_code == 403


def test_the_maker_of_a_case_owns_it_and_nobody_else_sees_it(unit):
    made = unit.post("ivar", "/cases", {"name": "harbour", "title": "Harbour"})
    where = made.headers["location"]
    name = re.match(r"/cases/(harbour-[0-9a-f]{10})/overview", where)[1]
    assert unit.get("ivar", where).status_code == 200
    assert unit.store.role_of(case_key(unit.root / name), "ivar") == "owner"
    entries = list(read_entries(unit.root / name / "journal.jsonl"))
    assert [(e.act, e.who) for e in entries if e.act != "case.seal"] == [
        ("case.new", "ivar"), ("access.grant", "ivar")
    ]  # fmt: skip
    for who in ("olga", "vera", "root"):
        assert unit.get(who, where).status_code == 404
        assert name not in unit.get(who, "/").text


def test_the_name_of_a_hidden_case_can_be_given_to_a_new_one_and_tells_nothing(unit):
    hidden = unit.post("vera", "/cases", {"name": CASE, "title": "T"})
    free = unit.post("vera", "/cases", {"name": "somethingelse", "title": "T"})
    assert hidden.status_code == free.status_code == 303
    pattern = r"/cases/{}-[0-9a-f]{{10}}/overview"
    assert re.fullmatch(pattern.format(CASE), hidden.headers["location"])
    assert re.fullmatch(pattern.format("somethingelse"), free.headers["location"])


def test_no_case_is_there_without_an_owner_even_if_its_making_stops(unit, monkeypatch):
    def stop(*_args, **_more):
        raise OSError("the disk is gone")

    monkeypatch.setattr("chainlead.web.reach.note_owner", stop)
    with pytest.raises(OSError, match="disk"):
        unit.post("ivar", "/cases", {"name": "harbour"})
    (name,) = [p.name for p in unit.root.iterdir() if p.name.startswith("harbour-")]
    assert unit.store.role_of(case_key(unit.root / name), "ivar") == "owner"


def test_the_practice_case_belongs_to_whoever_orders_it(unit, monkeypatch):
    started = []
    monkeypatch.setattr(Jobs, "start", lambda _self, *given: started.append(given) or "id")
    assert unit.post("rea", "/cases", {"name": "practice", "practice": "yes"}).is_redirect
    ((name, _title, arguments, who),) = started
    assert re.fullmatch(r"practice-[0-9a-f]{10}", name)
    assert (who, arguments[-1]) == ("rea", str(unit.root / name))
    assert unit.store.role_of(practice_key(name), "rea") == "owner"


def test_practice_cases_are_told_apart_though_their_keys_are_one(unit, worked_case):
    import shutil

    for name in ("practice-1", "practice-2"):
        shutil.copytree(worked_case.parent, unit.root / name)
    unit.store.set_role(practice_key("practice-1"), "vera", "owner", at=unit.desk.clock.now())
    assert unit.get("vera", "/cases/practice-1/overview").status_code == 200
    assert unit.get("vera", "/cases/practice-2/overview").status_code == 404
    assert unit.get("olga", "/cases/practice-1/overview").status_code == 404


def run(unit, case_name, who):
    return unit.desk.app.state.jobs.start(case_name, "Read E1", ["case", "show", "."], who)


def test_a_run_is_seen_and_stopped_with_the_right_on_its_case_only(unit):
    unit.get("olga", "/")
    job_id = run(unit, CASE, "ivar")
    for who in ("vera", "root"):
        hidden = unit.get(who, f"/jobs/{job_id}/progress")
        none = unit.get(who, "/jobs/20260101T000000-abcdefgh/progress")
        assert (hidden.status_code, none.status_code) == (404, 404)
        assert "There is no such run." in hidden.text
        assert unit.post(who, f"/jobs/{job_id}/cancel").status_code == 404
        assert "Read E1" not in unit.get(who, "/").text
    for who in ("rea", "remo"):
        assert unit.get(who, f"/jobs/{job_id}/progress").status_code == 200
        assert unit.post(who, f"/jobs/{job_id}/cancel").status_code == 403
    assert unit.post("ivar", f"/jobs/{job_id}/cancel").is_redirect


def test_a_run_whose_case_is_not_there_yet_belongs_to_its_starter(unit):
    job_id = run(unit, "practice-0000000000", "rea")
    assert unit.get("rea", f"/jobs/{job_id}/progress").status_code == 200
    assert unit.get("olga", f"/jobs/{job_id}/progress").status_code == 404


@pytest.mark.slow
def test_a_run_is_journalled_under_the_name_of_whoever_started_it(unit, tmp_path):
    import time

    exhibit = tmp_path / "note.txt"
    exhibit.write_text("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n")
    jobs = unit.desk.app.state.jobs
    job_id = jobs.start(
        CASE, "Read", ["scan", "--name=N1", "--", str(unit.folder), str(exhibit)], "ivar"
    )
    until = time.monotonic() + 120
    while jobs.find(job_id).state == "running" and time.monotonic() < until:
        time.sleep(0.2)
    entries = list(read_entries(unit.folder / "journal.jsonl"))
    assert {e.who for e in entries if e.act == "scan.begin" and e.what["exhibit"] == "N1"} == {
        "ivar"
    }


def test_a_reviewer_reviews_and_compares_and_does_nothing_else(unit):
    with Case.open_to_read(unit.folder) as case:
        draft_id = next(iter(case.store.rows("drafts")))["draft_id"]
        finding = next(iter(case.store.rows("findings")))["finding_id"]
    path = f"/cases/{CASE}/requests/record"

    def record(who, event):
        fields = {"draft": draft_id, "event": event, "note": "x", "seen": unit.seen(who)}
        return unit.post(who, path, fields).status_code

    for event in ("acknowledged", "complete", "receipt"):
        assert record("remo", event) in {400, 403}, event
    assert record("ivar", "reviewed") == 403
    judge = {"finding": finding, "state": "noise", "seen": unit.seen("remo")}
    assert unit.post("remo", f"/cases/{CASE}/findings/judge", judge).status_code == 403
    lead = {"lead": "x", "seen": unit.seen("remo")}
    assert unit.post("remo", f"/cases/{CASE}/leads/draft", lead).status_code == 403
    assert not [e for e in read_entries(unit.folder / "journal.jsonl") if e.who in {"remo", "ivar"}]
    assert record("remo", "reviewed") not in {403, 409}


def test_each_act_needs_its_right_whatever_page_leads_to_it():
    acts = {
        "findings.triage": (Right.WORK, {}),
        "request.draft": (Right.WORK, {}),
        "case.set": (Right.GOVERN, {}),
        "purge.order": (Right.GOVERN, {}),
        "an.act_of_tomorrow": (Right.WORK, {}),
        **{f"request_states.record {e}": (Right.WORK, {"event": e}) for e in ("sent", "complete")},
        **{
            f"request_states.record {e}": (Right.REVIEW, {"event": e})
            for e in ("reviewed", "addressee_confirmed")
        },
    }
    for name, (need, what) in acts.items():
        require_act({need}, name.partition(" ")[0], what)
        with pytest.raises(HTTPException):
            require_act(set(Right) - {need}, name.partition(" ")[0], what)


def test_a_stream_of_progress_ends_when_the_role_is_taken_away(unit, monkeypatch):
    import fcntl

    monkeypatch.setattr("chainlead.web.job_pages._ASKED_AGAIN", 1)
    monkeypatch.setattr("chainlead.web.job_pages._SECONDS", 0.05)
    job_id = run(unit, CASE, "ivar")
    jobs, folder = unit.desk.app.state.jobs, unit.desk.app.state.jobs._folder / "stays"
    folder.mkdir()
    (folder / "command.json").write_bytes((jobs._folder / job_id / "command.json").read_bytes())
    (folder / "lock").write_text("0")
    (folder / "stderr").write_bytes(b"\rreading 1 %\n")
    with (folder / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unit.at("rea")
        timer = threading.Timer(
            0.5, lambda: unit.store.set_role(unit.key, "rea", None, at=unit.desk.clock.now())
        )
        timer.start()
        answer = unit.get("rea", "/jobs/stays/progress")
        timer.join()
    assert answer.status_code == 200
    assert "reading 1 %" in answer.text
    assert "event: end" not in answer.text
