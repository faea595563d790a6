"""One person alone has every right; where `log_views` is `yes`, pages follow the verb of the commands."""

import re

import pytest
from starlette.testclient import TestClient

from chainlead.custody import Journal, SystemClock, read_entries
from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
from chainlead.workflow import concurrency
from chainlead.workflow.case import Case, set_setting

HOST = "127.0.0.1:8765"
AT = "/cases/nordlicht"


@pytest.fixture
def alone(worked_case, tmp_path, hands, secrets_of_test):
    import shutil

    shutil.copytree(worked_case, tmp_path / "cases" / "nordlicht")
    sessions = SessionKeeper(tmp_path / "sessions.json", SystemClock(), secrets_of_test, "ada")
    jobs = Jobs(tmp_path / "runs", hands, secrets_of_test)
    workbench = Workbench(tmp_path / "cases", lambda: bytes(range(32)))
    app = make_application(workbench, sessions, jobs, hosts={HOST})
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        client.get(f"/enter?token={sessions.invite()}")
        client.folder = tmp_path / "cases" / "nordlicht"
        yield client


def looks(client):
    entries = read_entries(client.folder / "journal.jsonl")
    return [(e.what["thing"], e.why, e.who) for e in entries if e.act == "personal_data.consult"]


def log_views(client):
    with Case.open_to_write(client.folder, who="ada") as case:
        set_setting(case, "log_views", "yes")


def say_why(client, page):
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    return client.post(
        f"{AT}/looks/reason",
        data={"form_token": token, "reason": "preparing the hearing", "back": f"{AT}/findings"},
        headers={"origin": f"http://{HOST}"},
    )


def test_without_the_setting_no_look_is_kept_and_nothing_is_asked(alone):
    before = (alone.folder / "journal.jsonl").read_bytes()
    assert alone.get(f"{AT}/findings").status_code == 200
    assert (alone.folder / "journal.jsonl").read_bytes() == before


def test_with_the_setting_each_look_is_an_act_with_its_reason(alone):
    log_views(alone)
    asked = alone.get(f"{AT}/findings?kind=address")
    assert asked.status_code == 428
    assert looks(alone) == []
    assert say_why(alone, asked.text).is_redirect
    assert alone.get(f"{AT}/findings?kind=address").status_code == 200
    assert alone.get(f"{AT}/leads").status_code == 200
    why = "preparing the hearing"
    assert looks(alone) == [("findings?kind=address", why, "ada"), ("leads", why, "ada")]


def test_pages_that_name_nobody_ask_nothing(alone):
    log_views(alone)
    assert alone.get(f"{AT}/overview").status_code == 200
    assert alone.get(f"{AT}/settings").status_code == 200
    assert looks(alone) == []


def test_a_look_that_cannot_be_recorded_shows_nothing(alone, monkeypatch):
    monkeypatch.setattr(concurrency, "PATIENCE_SECONDS", 0.05)
    log_views(alone)
    say_why(alone, alone.get(f"{AT}/findings").text)
    with Journal(alone.folder / "journal.jsonl", SystemClock(), "bo"):
        answer = alone.get(f"{AT}/findings")
    assert answer.status_code == 409
    assert "bo (" in answer.text
    assert "Nordlicht" not in answer.text


def test_there_are_no_roles_to_give(alone):
    page = alone.get(f"{AT}/overview").text
    assert "/people" not in page
    assert alone.get(f"{AT}/people").status_code == 404
    assert "Who looked" not in alone.get(f"{AT}/journal").text


def test_a_new_case_keeps_the_name_that_was_given(alone):
    token = re.search(r'name="form_token" value="([^"]+)"', alone.get("/").text)[1]
    made = alone.post(
        "/cases",
        data={"form_token": token, "name": "harbour"},
        headers={"origin": f"http://{HOST}"},
    )
    assert made.headers["location"] == "/cases/harbour/overview"
