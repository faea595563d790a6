"""Each attack meets its defence; with that one defence taken away, the same attack succeeds.

A defence that could be taken away without a failing test would not be tested.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import chainlead.web.guard
import chainlead.web.visit
from chainlead.errors import ChainleadError
from chainlead.web.guard import Guard
from chainlead.web.named_path import named_path
from chainlead.web.safe_place import safe_place
from chainlead.web.workbench import Workbench
from chainlead.workflow.case import Case

HOST = "127.0.0.1:8765"
OWN = {"origin": f"http://{HOST}"}


class Everything(frozenset):
    """A set that holds whatever it is asked for."""

    def __contains__(self, _thing):
        return True


def guards(app):
    """The guard of a built application."""
    layer = app.middleware_stack
    while layer is not None:
        if isinstance(layer, Guard):
            yield layer
        layer = getattr(layer, "app", None) or getattr(layer, "_app", None)


@pytest.fixture
def guard(desk):
    desk.client.get("/")
    (found,) = guards(desk.app)
    return found


def rebound(desk):
    """A page of another name that was made to point to this machine."""
    return desk.client.get("/", headers={"host": "evil.example"}).status_code


def test_rebinding(desk, guard, monkeypatch):
    assert rebound(desk) == 421
    monkeypatch.setattr(guard, "_entrance", replace(guard._entrance, hosts=Everything()))
    assert rebound(desk) == 200


def forged(desk, token=""):
    """A form that another site sends with this person's cookie."""
    fields = {"language": "sv", "form_token": token}
    return desk.client.post(
        "/language", data=fields, headers={"origin": "http://evil.example"}, follow_redirects=False
    ).status_code


def test_a_forged_form_by_its_origin(desk, guard, monkeypatch):
    assert forged(desk, desk.token) == 403
    monkeypatch.setattr(Guard, "_is_own", lambda *_given: True)
    assert forged(desk, desk.token) == 303


def test_a_forged_form_by_its_token(desk, monkeypatch):
    monkeypatch.setattr(Guard, "_is_own", lambda *_given: True)
    assert forged(desk, "guessed") == 403
    monkeypatch.setattr(chainlead.web.visit.hmac, "compare_digest", lambda *_given: True)
    assert forged(desk, "guessed") == 303


def swamped(desk):
    """More than a form holds."""
    big = b"language=sv&a=" + b"x" * (chainlead.web.guard.MOST_BODY_BYTES + 1)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return desk.client.post("/language", content=big, headers={**OWN, **kind}).status_code


def test_a_body_without_end(desk, monkeypatch):
    assert swamped(desk) == 413
    real = chainlead.web.guard.MOST_BODY_BYTES
    body = b"language=sv&a=" + b"x" * (real + 1)
    monkeypatch.setattr(chainlead.web.guard, "MOST_BODY_BYTES", 1 << 40)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    taken = desk.client.post("/language", content=body, headers={**OWN, **kind}).status_code
    assert taken != 413


@pytest.fixture
def hidden(desk, tmp_path):
    """A case beside the served folder, and a link to it inside."""
    outside = tmp_path / "outside"
    Case.create(outside, key=bytes(32), settings={"title": "Secret"}, who="ada").close()
    (desk.root / "link").symlink_to(outside)
    return outside


NAMES = ["..%2Foutside", "..%252Foutside", "%2E%2E/outside", "link", ".", "..", "practice%2F..%2F..%2Foutside"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_case_outside_of_the_served_folder(desk, hidden, name):
    assert hidden.is_dir()
    answer = desk.client.get(f"/cases/{name}/overview")
    assert answer.status_code in {400, 404}
    assert "Secret" not in answer.text


def test_without_the_list_of_cases_a_link_would_lead_outside(desk, hidden, monkeypatch):
    assert hidden.is_dir()
    monkeypatch.setattr(
        Workbench, "cases", lambda bench: {path.name: path for path in bench.root.iterdir()}
    )
    assert "Secret" in desk.client.get("/cases/link/overview").text


@pytest.mark.parametrize(
    "path", ["/proc/self/environ", "/dev/zero", "relative", "../up", "/nowhere/x"]
)
def test_a_window_into_the_running_system(path):
    with pytest.raises(ChainleadError):
        named_path(path, may_be_folder=True)


def test_a_link_into_the_running_system_is_followed_before_it_is_judged(tmp_path):
    link = tmp_path / "innocent"
    link.symlink_to("/proc/self")
    assert Path(link).resolve().is_dir()
    with pytest.raises(ChainleadError):
        named_path(str(link), may_be_folder=True)


@pytest.mark.parametrize("place", ["//evil.example", "/\\evil.example", "http://evil.example", "/\tx", "javascript:x"])  # fmt: skip
def test_a_form_that_would_lead_elsewhere(desk, place):
    answer = desk.post("/language", {"language": "sv", "back": place})
    assert answer.headers["location"] == "/"
    assert safe_place(place) == "/"


def stolen(desk):
    """What somebody with a copy of the cookie sees."""
    thief = TestClient(desk.app, base_url=f"http://{HOST}")
    thief.cookies.set("chainlead_session", desk.client.cookies["chainlead_session"])
    return thief


def test_a_stolen_cookie(desk):
    thief = stolen(desk)
    assert thief.get("/").status_code == 200
    assert desk.post("/leave").status_code == 303
    assert thief.get("/").status_code == 401
