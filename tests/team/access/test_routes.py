"""Generated from the route table: a new page cannot be forgotten."""

import re

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles

from chainlead.web import authority
from chainlead.web.authority import ALL_RIGHTS, RIGHTS, Door, Right, check_routes, need_of

HIDDEN, NONE = "nordlicht", "nowhereat"
OUTSIDERS = ("vera", "root")


def plain(answer, name):
    """An answer without what differs from answer to answer: its number, and the name in the address."""
    text = re.sub(rb"20\d{6}-\d{6}-\d+", b"NUMBER", answer.content)
    headers = {n: v for n, v in answer.headers.items() if n != "content-length"}
    return answer.status_code, headers, text.replace(name.encode(), b"NAME")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_to_an_outsider_each_page_of_a_case_is_that_of_a_case_which_is_not_there(unit, who):
    for path in unit.routes("GET"):
        hidden = unit.get(who, path.replace("{case_name}", HIDDEN))
        none = unit.get(who, path.replace("{case_name}", NONE))
        assert plain(hidden, HIDDEN) == plain(none, NONE), path
        assert hidden.status_code == 404, path
    for query in ("?page=x", "?page=0", "?at=/etc"):
        hidden = unit.get(who, f"/cases/{HIDDEN}/findings{query}")
        none = unit.get(who, f"/cases/{NONE}/findings{query}")
        assert plain(hidden, HIDDEN) == plain(none, NONE), query


@pytest.mark.parametrize("who", OUTSIDERS)
def test_to_an_outsider_each_form_of_a_case_is_that_of_a_case_which_is_not_there(unit, who):
    before = unit.journal()
    for path in unit.routes("POST"):
        hidden = unit.post(who, path.replace("{case_name}", HIDDEN))
        none = unit.post(who, path.replace("{case_name}", NONE))
        assert plain(hidden, HIDDEN) == plain(none, NONE), path
        assert hidden.status_code == 404, path
    assert unit.journal() == before


def test_a_method_that_no_page_takes_tells_nothing(unit):
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        for path in ("/overview", "/undo", "/findings"):
            answers = [
                unit.at("vera").request(
                    method, f"/cases/{name}{path}", headers={"origin": unit.desk.origin}
                )
                for name in (HIDDEN, NONE)
            ]
            assert plain(answers[0], HIDDEN) == plain(answers[1], NONE), (method, path)


def test_a_reader_sees_the_pages_and_can_change_nothing(unit):
    unit.get("rea", f"/cases/{HIDDEN}/overview")
    before = unit.journal()
    for path in unit.routes("POST"):
        if path.endswith("/looks/reason"):
            continue  # why somebody reads is said by whoever reads
        answer = unit.post("rea", path.replace("{case_name}", HIDDEN), {"seen": "9999"})
        assert answer.status_code == 403, path
    for path in unit.routes("GET"):
        answer = unit.get("rea", path.replace("{case_name}", HIDDEN))
        may = Right.READ in need_of(path, "GET")
        assert answer.status_code in ({200, 202, 303, 404, 400} if may else {403}), path
    assert unit.journal() == before


def test_each_panel_opens_for_each_role(unit):
    panels = [p for p in unit.routes("GET") if p.count("/") == 3 and not p.endswith("/files")]
    assert len(panels) >= 10
    for who in ("olga", "ivar", "rea", "remo"):
        for path in panels:
            answer = unit.get(who, path.replace("{case_name}", HIDDEN))
            assert answer.status_code in {200, 202}, (who, path)


def test_a_reviewer_cannot_work_and_whoever_works_cannot_govern(unit):
    before = unit.journal()
    for path in unit.routes("POST"):
        need = need_of(path, "POST")
        where = path.replace("{case_name}", HIDDEN)
        if not need & RIGHTS["reviewer"]:
            assert unit.post("remo", where).status_code == 403, path
        if not need & RIGHTS["investigator"]:
            assert unit.post("ivar", where).status_code == 403, path
    assert unit.journal() == before


def test_without_a_session_no_page_of_a_case_answers(unit):
    stranger = unit.desk.browser()
    stranger.headers["accept"] = "*/*"
    for method in ("GET", "POST"):
        for path in unit.routes(method):
            answer = stranger.request(
                method, path.replace("{case_name}", HIDDEN), headers={"origin": unit.desk.origin}
            )
            assert answer.status_code == 401, path


def test_every_route_of_the_server_has_its_right(unit):
    for path, methods in unit.desk.app.openapi()["paths"].items():
        for method in methods:
            need = need_of(path, method.upper())
            assert isinstance(need, Door) or (need and need <= ALL_RIGHTS), (method, path)


def test_no_right_is_kept_for_a_page_that_is_gone(unit):
    paths = set(unit.desk.app.openapi()["paths"])
    named = {*authority._FORMS, *authority._PAGES, *authority.PARTS}
    assert named <= paths
    assert set(authority._DOORS) - paths <= {"/enter"}


def test_a_new_route_without_a_right_keeps_the_server_from_starting():
    for path, method in (
        ("/exports", "GET"),
        ("/cases/{case_name}/findings", "PUT"),
        ("/x", "POST"),
    ):
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route(path, lambda: None, methods=[method])
        with pytest.raises(RuntimeError, match=path.partition("{")[0]):
            check_routes(app.routes)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route("/cases/{case_name}/raw", lambda request: PlainTextResponse("x"))
    with pytest.raises(RuntimeError, match="guarded"):
        check_routes(app.routes)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/cases", StaticFiles(directory="."))
    with pytest.raises(RuntimeError, match="guarded"):
        check_routes(app.routes)


def test_the_roles_hold_what_the_howto_says():
    assert dict(RIGHTS) == {
        "reader": {Right.READ},
        "investigator": {Right.READ, Right.WORK},
        "reviewer": {Right.READ, Right.REVIEW},
        "owner": set(Right),
    }


def test_the_server_does_not_start_with_such_a_route(make_desk, monkeypatch):
    monkeypatch.setattr(
        "chainlead.web.application.add_decisions",
        lambda app: app.add_api_route("/exports", lambda: "all of it"),
    )
    with pytest.raises(RuntimeError, match="GET /exports"):
        make_desk()


def test_a_route_that_comes_later_is_open_to_nobody(unit):
    unit.desk.app.add_api_route("/exports", lambda: "all of it")
    answer = unit.get("root", "/exports")
    assert answer.status_code == 403
    assert "all of it" not in answer.text
