"""What a person does on the pages of sources, closer looks, leads, requests and findings is in the case."""

import json
from pathlib import Path

import pytest

from chainlead.web.jobs import Job, JobState
from chainlead.workflow.case import Case

ADDRESS = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"


def case_of(desk):
    return Case.open_to_read(desk.root / "practice" / "case")


def last(desk):
    with case_of(desk) as case:
        return [entry for entry in case.entries if entry.act != "case.seal"][-1]


def test_a_person_says_who_holds_an_address(desk):
    fields = {"address": ADDRESS, "chain": "bitcoin", "service": "A shop", "source": "its letter",
              "category": "exchange", "date": "2026-01-02", "why": "told by them"}  # fmt: skip
    assert desk.post("/cases/practice/ledger/say", fields).status_code == 303
    assert last(desk).why == "told by them"
    with case_of(desk) as case:
        assert case.store.lookup("tags", address=ADDRESS)["label"] == "A shop"


def test_a_server_is_agreed_to_with_a_reason_and_taken_back(desk):
    path = "/cases/practice/ledger/agree"
    fields = {"host": "127.0.0.1:8332", "question1": "yes"}
    assert desk.post(path, fields).status_code == 400
    assert desk.post(path, {**fields, "why": "our own node"}).status_code == 303
    page = desk.client.get("/cases/practice/ledger").text
    assert 'action="/cases/practice/ledger/withdraw"' in page
    assert "our own node" in page
    host = {"host": "127.0.0.1:8332"}
    assert desk.post("/cases/practice/ledger/withdraw", host).status_code == 303
    assert "our own node" not in desk.client.get("/cases/practice/ledger").text


@pytest.fixture
def contested(desk, monkeypatch):
    """What a run of `contested --json` would have printed."""
    from chainlead.workflow.contested import find_contested

    with case_of(desk) as case:
        document = find_contested(case)
    job = Job("x", None, JobState.DONE, "", ())
    wanted = ("contested", "--json")
    monkeypatch.setattr(
        "chainlead.web.panels.checks.last_run",
        lambda _visit, _case, *words, ended: job if words == wanted and ended else None,
    )
    monkeypatch.setattr(desk.app.state.jobs, "output", lambda _id: json.dumps(document).encode())
    return document["contested"][0]


def test_a_contested_link_is_decided_with_a_reason_only(desk, contested):
    fields = {"txid": contested["txid"], "chain": "bitcoin", "verdict": "refuse"}
    refused = desk.post("/cases/practice/checks/decide", fields)
    assert refused.status_code == 400
    assert "with a reason only" in refused.text
    assert desk.post("/cases/practice/checks/decide", {**fields, "why": "dust"}).status_code == 303
    page = desk.client.get("/cases/practice/checks").text
    assert "Decided because: dust" in page
    with case_of(desk) as case:
        assert case.store.lookup("link_decisions", txid=contested["txid"])["verdict"] == "refuse"


def test_a_second_person_reviews_and_the_first_one_cannot(desk):
    with case_of(desk) as case:
        lead_id = next(iter(case.store.rows("drafts", order_by=["journal_seq"])))["lead_id"]
    drafted = desk.post(
        "/cases/practice/leads/draft", {"lead": lead_id, "part-production": "yes", "why": "again"}
    )
    assert drafted.status_code == 303
    where = drafted.headers["location"]
    draft_id = where.rpartition("/")[2]
    fields = {"draft": draft_id, "event": "reviewed", "note": "compared"}
    own = desk.post("/cases/practice/requests/record", fields)
    assert own.status_code == 400
    assert "SecondPersonError" in own.text
    answer = desk.post("/cases/practice/requests/record", {**fields, "second": "bo"})
    assert answer.status_code == 303
    assert last(desk).who == "bo"
    page = desk.client.get(where).text
    assert "Request to produce data" in page
    assert "(bo)" in page


def test_a_team_server_takes_no_second_name(desk):
    """There a second person has a session of their own."""
    from chainlead.web.panels.requests import _author

    class Team:
        is_team = True

    class Visit:
        class request:  # noqa: N801  (stands for an attribute)
            class app:  # noqa: N801
                class state:  # noqa: N801
                    entrance = Team

        class session:  # noqa: N801
            who = "ada"

    assert _author(Visit, "reviewed", {"second": "bo"}) == "ada"
    Team.is_team = False
    assert _author(Visit, "reviewed", {"second": "bo"}) == "bo"
    assert _author(Visit, "sent", {"second": "bo"}) == "ada"
    assert desk.root.is_dir()


def test_terms_come_as_a_calendar(desk):
    answer = desk.client.get("/cases/practice/requests/terms.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_the_pdf_of_the_report_opens_and_nothing_else_does(desk):
    opened = desk.client.get("/cases/practice/report/open/report.pdf")
    assert opened.content.startswith(b"%PDF")
    assert opened.headers["content-disposition"].startswith("inline")
    assert desk.client.get("/cases/practice/report/open/report.json").status_code == 404
    assert desk.client.get("/cases/practice/report/pack.zip").status_code == 404


def test_the_pack_lies_beside_the_case_and_is_given_and_removed(desk, monkeypatch):
    started = []
    jobs = desk.app.state.jobs
    monkeypatch.setattr(jobs, "start", lambda *given: started.append(given[2]) or "x")
    fields = {"to": "--help", "why": "-x"}
    assert desk.post("/cases/practice/report/pack", fields).status_code == 303
    out = next(each for each in started[0] if each.startswith("--out=")).removeprefix("--out=")
    assert "--to=--help" in started[0]
    Path(out).write_bytes(b"PK")
    assert desk.client.get("/cases/practice/report/pack.zip").content == b"PK"
    assert desk.post("/cases/practice/report/unpack").status_code == 303
    assert desk.client.get("/cases/practice/report/pack.zip").status_code == 404


def test_addresses_are_made_from_a_found_key_and_a_found_phrase(desk):
    with case_of(desk) as case:
        ids = {
            kind: next(iter(case.store.rows("findings", kind=kind)))["finding_id"]
            for kind in ("extended_key", "mnemonic")
        }
        before = case.store.count("findings")
    page = desk.client.get(f"/cases/practice/findings/{ids['extended_key']}").text
    assert 'action="/cases/practice/derive/key"' in page
    assert (
        desk.post("/cases/practice/derive/key", {"finding": ids["extended_key"]}).status_code == 303
    )
    with case_of(desk) as case:
        assert case.store.count("findings") > before
    assert (
        desk.post("/cases/practice/derive/key", {"finding": "x", "gap": "many"}).status_code == 400
    )
    page = desk.client.get(f"/cases/practice/findings/{ids['mnemonic']}").text
    assert 'action="/cases/practice/derive/phrase"' in page
    assert (
        desk.post("/cases/practice/derive/phrase", {"finding": ids["mnemonic"]}).status_code == 303
    )


def test_money_is_followed_from_a_finding_by_one_button(desk, monkeypatch):
    started = []
    monkeypatch.setattr(
        desk.app.state.jobs, "start", lambda *given: started.append(given[2]) or "x"
    )
    with case_of(desk) as case:
        row = next(iter(case.store.rows("findings", kind="payment_uri")))
    page = desk.client.get(f"/cases/practice/findings/{row['finding_id']}").text
    assert f'name="origin" value="{row["detail"]["address"]}"' in page
    assert "Where did it go?" in page


def test_a_new_case_takes_its_settings_and_keeps_what_was_typed(desk):
    wrong = desk.post("/cases", {"name": "new", "country": "Sweden", "title": "A title"})
    assert wrong.status_code == 400
    assert 'value="A title"' in wrong.text
    assert (
        desk.post("/cases", {"name": "new", "country": "de", "currency": "eur"}).status_code == 303
    )
    with Case.open_to_read(desk.root / "new") as case:
        assert (case.settings["country"], case.settings["currency"]) == ("DE", "EUR")


def test_a_new_case_is_named_by_what_it_is_called(desk):
    assert desk.post("/cases", {"title": "Förundersökning 12/34", "name": ""}).status_code == 303
    assert desk.post("/cases", {"title": "Förundersökning 12/34"}).status_code == 303
    with Case.open_to_read(desk.root / "Forundersokning-12-34-2") as case:
        assert case.settings["title"] == "Förundersökning 12/34"
    unnamed = desk.post("/cases", {"title": " "})
    assert unnamed.status_code == 400
    assert "Say what the case is called." in unnamed.text
    page = desk.client.get("/").text
    assert '<option value="NO">Norway (NO)</option>' in page
    assert "Last worked on" in page
