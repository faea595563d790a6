"""Who looked at what, when and why: one line for each page, chained, and a reason where the case asks."""

import csv
import io
import json
import sqlite3

import pytest

from chainlead.custody import read_entries
from chainlead.workflow.access import check_log, grant, looks_csv, note_log_export, withdraw
from chainlead.workflow.case import Case, set_setting

CASE = "nordlicht"
AT = f"/cases/{CASE}"


def pages(unit, who=None):
    return [v.page for v in unit.store.views(unit.key) if who is None or v.name == who]


def ask_for_reasons(unit):
    with Case.open_to_write(unit.folder, who="olga") as case:
        set_setting(case, "log_views", "yes")


def give(unit, who, reason, back=f"{AT}/overview"):
    return unit.post(who, f"{AT}/looks/reason", {"reason": reason, "back": back})


def test_each_page_that_is_shown_is_a_line_with_who_when_and_what_was_asked(unit):
    unit.get("rea", f"{AT}/findings?kind=address&text=bc1")
    unit.desk.clock.move(minutes=2)
    unit.get("ivar", f"{AT}/journal")
    first, second = unit.store.views(unit.key)
    assert (first.name, first.page, first.reason) == ("rea", "findings?kind=address&text=bc1", "")
    assert (second.name, second.page) == ("ivar", "journal")
    assert (second.at - first.at).total_seconds() == 120
    assert second.previous == first.digest


def test_every_page_of_the_route_table_leaves_a_line_or_shows_nothing(unit):
    for path in unit.routes("GET"):
        before = len(pages(unit))
        answer = unit.get("olga", path.replace("{case_name}", CASE))
        lines = len(pages(unit)) - before
        if answer.status_code == 303:
            assert lines == 0, path
        elif path.endswith("/steps"):
            assert lines <= 1, path
        elif answer.status_code == 200:
            assert lines == 1, path
        else:
            assert lines <= 1, path


def test_a_file_of_the_case_is_a_line_too(unit):
    with Case.open_to_read(unit.folder) as case:
        draft = next(iter(case.store.rows("drafts")))
    name = min(draft["files"])
    assert unit.get("rea", f"{AT}/leads/{draft['draft_id']}/{name}").status_code == 200
    assert pages(unit) == [f"leads/{draft['draft_id']}/{name}"]


def test_what_a_page_fetches_by_itself_and_what_belongs_to_no_case_is_no_line(unit):
    unit.get("rea", "/")
    unit.get("rea", "/static/chainlead.css")
    unit.get("rea", "/jobs/x/progress")
    assert pages(unit) == []
    unit.get("rea", f"{AT}/findings?text=a")
    unit.get("rea", f"{AT}/steps")
    unit.get("rea", f"{AT}/findings?text=a", headers={"hx-request": "true"})
    assert pages(unit) == ["findings?text=a"]


def test_a_part_of_a_page_that_somebody_asks_for_without_any_page_is_a_line(unit):
    unit.get("rea", f"{AT}/steps")
    assert pages(unit) == ["steps"]


def test_a_browser_that_calls_itself_a_script_still_leaves_a_line_for_each_new_look(unit):
    own = {"hx-request": "true"}
    unit.get("rea", f"{AT}/findings?text=a", headers=own)
    unit.get("rea", f"{AT}/findings?text=b", headers=own)
    unit.get("rea", f"{AT}/graph", headers=own)
    assert pages(unit) == ["findings?text=a", "findings?text=b", "graph"]


def test_an_outsiders_attempt_is_no_look(unit):
    unit.get("vera", f"{AT}/findings")
    assert pages(unit) == []


def test_a_page_that_a_refused_form_shows_is_a_line(unit):
    fields = {"draft": "none", "event": "sent", "seen": "9999"}
    unit.post("ivar", f"{AT}/requests/record", fields)
    assert all(page.startswith("requests") for page in pages(unit))


def test_a_case_that_asks_why_shows_nothing_before_it_knows(unit):
    ask_for_reasons(unit)
    for path in unit.routes("GET"):
        where = path.replace("{case_name}", CASE)
        answer = unit.get("olga", where)
        assert "Nordlicht" not in answer.text.replace(AT, ""), path
        assert answer.status_code in {428, 303, 404}, (path, answer.status_code)
    assert pages(unit) == []


def test_a_reason_holds_for_that_session_and_case_for_eight_hours(unit):
    ask_for_reasons(unit)
    where = f"{AT}/findings?kind=address"
    asked = unit.get("rea", where)
    assert asked.status_code == 428
    assert f'value="{where}"' in asked.text
    for empty in ("", "   "):
        assert give(unit, "rea", empty).status_code == 400
    answer = give(unit, "rea", "  preparing the   hearing ", back=where)
    assert answer.headers["location"] == where
    assert unit.get("rea", where).status_code == 200
    assert unit.store.views(unit.key)[-1].reason == "preparing the hearing"
    assert unit.get("ivar", where).status_code == 428
    other = unit.desk.inside("rea")
    assert other.get(where).status_code == 428
    for _ in range(9):
        unit.desk.clock.move(minutes=52)
        assert unit.get("rea", where).status_code == 200
    unit.desk.clock.move(minutes=20)
    assert unit.get("rea", where).status_code == 428


def test_the_question_is_asked_in_swedish_too(unit):
    ask_for_reasons(unit)
    swedish = unit.get("rea", f"{AT}/overview", headers={"accept-language": "sv"})
    assert "Varför tittar du i det här fallet?" in swedish.text


def test_a_reason_leads_to_pages_of_this_server_only(unit):
    ask_for_reasons(unit)
    answer = give(unit, "rea", "x", back="https://evil.example/")
    assert answer.headers["location"] == "/"


def test_owners_see_the_log_on_the_journal_page_and_nobody_else_does(unit):
    unit.get("rea", f"{AT}/findings?text=marker-of-the-test")
    assert "marker-of-the-test" in unit.get("olga", f"{AT}/journal").text
    for who in ("ivar", "remo", "rea"):
        assert "marker-of-the-test" not in unit.get(who, f"{AT}/journal").text
        assert unit.post(who, f"{AT}/looks/save", {"form": "csv"}).status_code == 403


def test_the_saved_log_holds_every_line_and_saving_it_is_an_act(unit):
    unit.get("rea", f"{AT}/findings?text==cmd()")
    unit.get("ivar", f"{AT}/graph")
    table = unit.post("olga", f"{AT}/looks/save", {"form": "csv"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["name"], row["page"]) for row in rows] == [
        ("rea", "findings?text==cmd()"), ("ivar", "graph")
    ]  # fmt: skip
    lines = unit.post("olga", f"{AT}/looks/save", {"form": "jsonl"}).text.splitlines()
    views = unit.store.views(unit.key)
    assert [json.loads(line)["digest"] for line in lines] == [v.digest for v in views]
    noted = [e for e in read_entries(unit.folder / "journal.jsonl") if e.act == "access.export"]
    assert [(e.who, e.what["form"], e.what["looks"]) for e in noted] == [
        ("olga", "csv", 2), ("olga", "jsonl", 2)
    ]  # fmt: skip
    assert unit.post("olga", f"{AT}/looks/save", {"form": "exe"}).status_code == 404


def test_a_reason_that_a_spreadsheet_would_run_is_text(unit):
    for reason in ("=1+1", "+1", "-1", "@x"):
        view = unit.store.add_view("k", "rea", unit.desk.clock.now(), "p", reason)
        assert f",'{reason},".encode() in looks_csv([view])


@pytest.mark.parametrize(
    "change",
    [
        "update views set name = 'ivar' where number = 3",
        "update views set reason = 'other' where number = 3",
        "update views set page = 'x' where number = 3",
        "update views set at = at + 1 where number = 3",
        "delete from views where number = 3",
        "update views set number = 99 where number = 3",
    ],
)
def test_the_first_line_that_was_changed_removed_or_moved_is_named(unit, tmp_path, change):
    for number in range(10):
        unit.store.add_view(unit.key, "rea", unit.desk.clock.now(), f"graph?n={number}", "")
    history = tuple(read_entries(unit.folder / "journal.jsonl"))
    assert check_log(history, unit.store, unit.key) == ""
    with sqlite3.connect(tmp_path / "team.db") as tables:
        tables.execute(change)
    tables.close()
    assert check_log(history, unit.store, unit.key).startswith("Line 3 ")


def test_the_journal_page_says_whether_the_log_is_whole(unit, tmp_path):
    unit.get("rea", f"{AT}/findings")
    assert "as it was written" in unit.get("olga", f"{AT}/journal?looks=check").text
    with sqlite3.connect(tmp_path / "team.db") as tables:
        tables.execute("update views set name = 'ivar' where number = 1")
    tables.close()
    assert "Line 1 " in unit.get("olga", f"{AT}/journal?looks=check").text


def test_an_end_that_was_cut_off_is_noticed_where_an_act_of_the_case_knew_it(unit, tmp_path):
    for page in ("findings", "graph", "leads"):
        unit.get("rea", f"{AT}/{page}")
    with Case.open_to_write(unit.folder, who="olga") as case:
        grant(case, unit.store, "vera", "reader")
        history = case.history
    assert check_log(history, unit.store, unit.key) == ""
    with sqlite3.connect(tmp_path / "team.db") as tables:
        tables.execute("delete from views where number > 1")
    tables.close()
    assert check_log(history, unit.store, unit.key).startswith("Line 2 ")
    with Case.open_to_write(unit.folder, who="olga") as case:
        withdraw(case, unit.store, "vera")
        note_log_export(case, unit.store, "csv")
        assert check_log(case.history, unit.store, unit.key).startswith("Line 2 ")


def test_a_log_that_cannot_be_written_lets_nothing_be_seen(unit, monkeypatch):
    from chainlead.errors import StoreError

    def fail(*_args):
        raise StoreError("The team's tables refused.")

    monkeypatch.setattr(type(unit.store), "add_view", fail)
    answer = unit.get("rea", f"{AT}/findings")
    assert answer.status_code == 400
    assert "Nordlicht" not in answer.text
