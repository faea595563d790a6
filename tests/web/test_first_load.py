import threading
from collections.abc import Iterator

import pytest

from chainlead.errors import CaseBusyError
from chainlead.web import desk as desk_module
from chainlead.web import findings_question
from chainlead.web.behind import Behind
from chainlead.web.kept import Kept
from chainlead.workflow.findings_index import FindingsIndex

FINDINGS = "/cases/practice/findings"
AS_A_PAGE = {"sec-fetch-mode": "navigate"}
WAITS = "data-waits"


def test_what_two_want_at_the_same_time_is_made_once(tmp_path):
    kept, made, both = Kept(), [], threading.Barrier(3)

    def make():
        made.append("once")
        return made

    def want():
        both.wait()
        assert kept.get(tmp_path, "thing", make, mark=1) is made

    people = [threading.Thread(target=want) for _ in range(2)]
    for each in people:
        each.start()
    both.wait()
    for each in people:
        each.join()
    assert made == ["once"]


def test_what_failed_is_tried_again(tmp_path):
    kept = Kept()

    def fail():
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        kept.get(tmp_path, "thing", fail, mark=1)
    assert not kept.holds(tmp_path, "thing", 1)
    assert kept.get(tmp_path, "thing", lambda: "made", mark=1) == "made"
    assert kept.holds(tmp_path, "thing", 1)


def test_what_is_kept_may_want_another_kept_thing(tmp_path):
    kept = Kept()

    def inner():
        return kept.get(tmp_path, "inner", lambda: 2, mark=1) + 1

    assert kept.get(tmp_path, "outer", inner, mark=1) == 3


def test_a_picture_that_waits_says_so(desk, monkeypatch):
    gate, graph = threading.Event(), "/cases/practice/graph"
    documents = desk_module.trace_documents

    def slow(store, blobs):
        assert gate.wait(60)
        return documents(store, blobs)

    small = desk.client.get(graph).text
    desk_module.KEPT.forget(desk.root / "practice" / "case")
    monkeypatch.setattr(desk_module, "_MOST_AT_ONCE", 0)
    monkeypatch.setattr(desk_module, "_PATIENCE_SECONDS", 0)
    monkeypatch.setattr(desk_module, "trace_documents", slow)
    waiting = desk.client.get(graph, headers=AS_A_PAGE)
    assert waiting.status_code == 202
    assert WAITS in waiting.text
    wrong = desk.client.get(f"{graph}?rule=none", headers=AS_A_PAGE)
    assert wrong.status_code == 202
    gate.set()
    assert _picture(desk.client.get(graph).text) == _picture(small)
    assert desk.client.get(f"{graph}?rule=none").status_code == 404


def _picture(page):
    return page[page.index('id="picture"') : page.index("</svg>")]


def test_what_is_forgotten_is_made_anew(tmp_path):
    kept = Kept()
    kept.get(tmp_path, "thing", lambda: 1, mark=1)
    kept.get(tmp_path / "other", "thing", lambda: 1, mark=1)
    kept.forget(tmp_path)
    assert kept.get(tmp_path, "thing", lambda: 2, mark=1) == 2
    assert kept.holds(tmp_path / "other", "thing", 1)


@pytest.fixture
def gate(monkeypatch) -> Iterator[threading.Event]:
    """Every case is a large one, and its list is put in order only after this is set."""
    opened = threading.Event()

    def slow(store):
        assert opened.wait(60)
        return FindingsIndex(store)

    monkeypatch.setattr(desk_module, "_MOST_AT_ONCE", 0)
    monkeypatch.setattr(desk_module, "_PATIENCE_SECONDS", 0)
    monkeypatch.setattr(findings_question, "FindingsIndex", slow)
    yield opened
    opened.set()


def test_a_page_that_waits_says_so_and_others_answer_meanwhile(desk, gate):
    waiting = desk.client.get(FINDINGS, headers=AS_A_PAGE)
    assert waiting.status_code == 202
    assert WAITS in waiting.text
    assert f'href="{FINDINGS}"' in waiting.text
    assert desk.client.get("/cases/practice/evidence").status_code == 200
    assert desk.client.get("/").status_code == 200
    gate.set()
    there = desk.client.get(FINDINGS)
    assert there.status_code == 200
    assert WAITS not in there.text
    assert desk.client.get(FINDINGS, headers=AS_A_PAGE).status_code == 200


def test_a_finding_waits_for_its_place_in_the_list(desk, gate):
    row = desk.client.get(f"{FINDINGS}/000000", headers=AS_A_PAGE)
    assert row.status_code == 400  # what is not there is not waited for
    gate.set()
    assert 'name="finding"' in desk.client.get(FINDINGS).text


def test_a_large_case_shows_what_a_small_one_shows(desk, gate, monkeypatch):
    gate.set()
    large = desk.client.get(FINDINGS).text
    monkeypatch.setattr(desk_module, "_MOST_AT_ONCE", 5_000)
    small = desk.client.get(FINDINGS).text
    assert _list(large) == _list(small)


def _list(page):
    return page[page.index('<div id="list">') : page.index("</main>")]


@pytest.mark.parametrize("failure", [CaseBusyError("held"), OSError("the folder is gone")])
def test_work_that_fails_ends_and_may_be_started_again(tmp_path, caplog, failure):
    def fail():
        raise failure

    behind = Behind()
    assert behind.start(tmp_path, "a list", fail).wait(10)
    assert behind.is_idle
    assert ("a list" in caplog.text) == isinstance(failure, OSError)
    done = []
    assert behind.start(tmp_path, "a list", lambda: done.append(1)).wait(10)
    assert done == [1]
