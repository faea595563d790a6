import re

import pytest
from starlette.testclient import TestClient

from chainlead.custody import SystemClock
from chainlead.web import SessionKeeper
from chainlead.web.guard import MOST_BODY_BYTES, POLICY

HOST = "127.0.0.1:8765"
OPEN = {"/enter"}


def routes(desk, method):
    """Every path of the application that takes this method, with something in each gap."""
    for path, methods in desk.app.openapi()["paths"].items():
        if method.lower() in methods:
            yield re.sub(r"{\w+}", "x", path.replace("{case_name}", "practice"))


@pytest.fixture
def stranger(desk):
    return TestClient(desk.app, base_url=f"http://{HOST}")


def test_the_route_table_is_not_empty(desk):
    assert len(set(routes(desk, "GET"))) >= 10
    assert len(set(routes(desk, "POST"))) >= 8


def test_without_a_session_no_route_answers(desk, stranger):
    for method in ("GET", "POST"):
        for path in routes(desk, method):
            if path in OPEN:
                continue
            answer = stranger.request(method, path, headers={"origin": f"http://{HOST}"})
            assert answer.status_code == 401, (method, path)
            assert "Nordlicht" not in answer.text


def test_a_cookie_that_was_made_up_opens_nothing(desk, stranger):
    stranger.cookies.set("chainlead_session", "made-up")
    assert stranger.get("/").status_code == 401


def test_no_route_takes_a_form_without_its_token(desk):
    for path in routes(desk, "POST"):
        answer = desk.client.post(path, data={"a": "b"}, headers={"origin": f"http://{HOST}"})
        is_no_run = path.startswith("/jobs/")  # there is none with that id, for anybody
        assert answer.status_code == (404 if is_no_run else 403), path


def test_no_route_takes_a_form_from_another_page(desk):
    for origin in ("http://evil.example", "null", "", f"http://{HOST}.evil.example"):
        for path in routes(desk, "POST"):
            headers = {"origin": origin} if origin else {}
            answer = desk.client.post(path, data={"form_token": desk.token}, headers=headers)
            assert answer.status_code == 403, (path, origin)


def test_a_form_that_a_browser_calls_cross_site_is_refused(desk):
    headers = {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}
    answer = desk.client.post("/leave", data={"form_token": desk.token}, headers=headers)
    assert answer.status_code == 403


def test_another_name_for_this_machine_is_refused(desk):
    for host in ("evil.example", "evil.example:8765", "127.0.0.1:1", ""):
        answer = desk.client.get("/", headers={"host": host})
        assert answer.status_code == 421, host


def test_a_body_larger_than_any_form_is_refused(desk):
    big = b"a=" + b"x" * MOST_BODY_BYTES
    headers = {"origin": f"http://{HOST}", "content-type": "application/x-www-form-urlencoded"}
    assert desk.client.post("/language", content=big, headers=headers).status_code == 413
    chunks = (big[i : i + 65_536] for i in range(0, len(big), 65_536))
    assert desk.client.post("/language", content=chunks, headers=headers).status_code == 413


def test_a_length_that_is_no_number_is_refused(desk):
    headers = {"origin": f"http://{HOST}", "content-length": "-1"}
    assert desk.client.post("/language", content=b"", headers=headers).status_code == 413


def test_every_answer_forbids_what_is_not_served_from_here(desk, stranger):
    for answer in (
        desk.client.get("/"),
        stranger.get("/"),
        desk.client.get("/cases/none/overview"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_the_invitation_works_once(desk, stranger):
    token = desk.sessions.invite()
    assert stranger.get(f"/enter?token={token}").status_code == 200
    second = TestClient(desk.app, base_url=f"http://{HOST}")
    assert second.get(f"/enter?token={token}").status_code == 401


def test_a_session_can_be_taken_back(desk):
    assert desk.client.get("/").status_code == 200
    stolen = desk.client.cookies["chainlead_session"]
    assert desk.post("/leave").status_code == 303
    thief = TestClient(desk.app, base_url=f"http://{HOST}")
    thief.cookies.set("chainlead_session", stolen)
    assert thief.get("/").status_code == 401


def test_a_session_outlives_a_restart_and_its_file_opens_nothing(tmp_path, secrets_of_test):
    file = tmp_path / "sessions.json"
    before = SessionKeeper(file, SystemClock(), secrets_of_test, "ada")
    session_id = before.enter(before.invite())
    after = SessionKeeper(file, SystemClock(), secrets_of_test, "ada")
    assert after.find(session_id).who == "ada"
    assert session_id not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_the_programme_describes_its_interface_to_nobody(desk):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert desk.client.get(path).status_code == 404


def test_a_fault_that_nobody_foresaw_is_said_in_words_with_every_header(desk, monkeypatch):
    def fail():
        raise RuntimeError("a line of code that says too much")

    monkeypatch.setattr(desk.app.state.workbench, "cases", fail)
    client = TestClient(desk.app, base_url=f"http://{HOST}", raise_server_exceptions=False)
    client.cookies = desk.client.cookies
    answer = client.get("/")
    assert answer.status_code == 500
    assert "unforeseen" in answer.text
    assert "too much" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_form_of_another_kind_than_the_own_ones_is_refused(desk):
    origin = {"origin": f"http://{HOST}"}
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/json"):
        headers = {**origin, "content-type": kind}
        body = f"form_token={desk.token}&language=sv"
        assert desk.client.post("/language", content=body, headers=headers).status_code == 415
    for value in ("a\x00b", "x" * 20_001):
        assert desk.post("/language", {"language": value}).status_code == 400
