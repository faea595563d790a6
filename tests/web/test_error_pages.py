import re

import pytest

from chainlead.custody import Journal, SystemClock


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/cases/nowhere/overview", 404, "There is no such page"),
        ("/no/such/page", 404, "There is no such page"),
        ("/cases/practice/findings?page=zero", 400, "That cannot be done like this"),
    ],
)
def test_an_error_is_said_in_the_frame_with_what_is_safe_and_a_number(
    desk, caplog, path, status, title
):
    answer = desk.client.get(path)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert "What was finished before is kept." in answer.text
    number = re.search(r"Error (\d{8}-\d{6}-\d+) ", answer.text)[1]
    assert number in caplog.text


def test_the_log_of_errors_holds_nothing_that_a_form_or_a_question_held(desk, caplog):
    desk.client.get("/cases/practice/findings?page=hush-hush")
    desk.post("/own", {"theme": "hush-hush"})
    assert "hush" not in caplog.text
    assert "/own" in caplog.text


def test_a_case_that_is_busy_is_a_conflict_that_says_what_to_do(desk, caplog):
    file = desk.root / "practice" / "case" / "journal.jsonl"
    journal = Journal(file, SystemClock(), "another run")
    try:
        answer = desk.post("/cases/practice/undo", {"back": "/cases/practice/overview"})
    finally:
        journal.close()
    assert answer.status_code == 409
    assert "<h1>Somebody else was there first</h1>" in answer.text


def test_what_nobody_foresaw_is_a_page_with_a_number_and_the_usual_headers(desk, caplog):
    @desk.app.get("/language")
    def fails() -> None:
        raise ZeroDivisionError

    desk.client._transport.raise_server_exceptions = False
    answer = desk.client.get("/language")
    assert answer.status_code == 500
    assert "<h1>Something unforeseen happened</h1>" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "ZeroDivision" not in answer.text


def test_who_has_no_session_gets_the_sentence_alone(desk):
    desk.client.cookies.clear()
    answer = desk.client.get("/cases/practice/overview")
    assert answer.status_code == 401
    assert "<html" not in answer.text


def test_a_form_that_holds_too_much_is_answered_in_the_frame(desk, caplog):
    answer = desk.post("/own", {"theme": "x" * (1 << 20)})
    assert answer.status_code == 413
    assert "<h1>That is too much at once</h1>" in answer.text
    assert "Nothing was done with it." in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
