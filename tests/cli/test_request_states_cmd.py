"""The words of `chainlead request` after a draft is made, and `chainlead deadlines`."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from chainlead.cli.deadlines_cmd import app as deadlines_app
from chainlead.cli.request_cmd import app as request_app
from chainlead.custody import SteppingClock
from chainlead.errors import (
    AddresseeUnconfirmedError,
    ChainleadError,
    DraftNotFoundError,
    ReasonMissingError,
    RequestOrderError,
    SecondPersonError,
)
from chainlead.workflow.case import Case

DRAFT = "0123456789abcdef"
PORTAL = "https://law.kastell.example"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")
    day = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
    with Case.create(tmp_path / "case", key=bytes(32), who="ann", clock=SteppingClock(day),
                     settings={"reference": "K 1"}) as case:  # fmt: skip
        for draft_id, country in ((DRAFT, "EE"), ("ffff456789abcdef", "AE")):
            kept = {"choice": {"clocks": ["eio_decision", "us_preservation", "spoc_other"], "first": [],
                               "freeze": [], "addressee_country": country}}  # fmt: skip
            content = json.dumps(kept).encode()
            case.act("request.draft", blobs={"draft.json": content}, what={
                "draft_id": draft_id, "lead_id": "l", "trace_id": "t",
                "kind": "preservation+production", "instrument": "eio",
                "parameters": {"language": "en"},
                "files": {f"requests/{draft_id}/draft.json": hashlib.sha256(content).hexdigest()},
            })  # fmt: skip
    return tmp_path / "case"


def run(*words, who="bo", app=request_app):
    done = CliRunner().invoke(app, [str(word) for word in words], env={"CHAINLEAD_USER": who})
    if isinstance(done.exception, ChainleadError):
        raise done.exception
    return done


def ready(folder, draft_id=DRAFT):
    run("review", folder, draft_id, "--note", "read all")
    return run(
        "confirm-addressee", folder, draft_id, PORTAL, "--despite-warnings", "--note", "known"
    )


def test_a_request_from_review_to_answer(folder) -> None:
    assert "kastell.example" in ready(folder).stdout
    sent = run("send", folder, DRAFT, "--to", PORTAL, "--part", "preservation", who="ann")
    assert "is sent" in sent.stdout
    assert "chainlead sends nothing" in sent.stdout
    assert "nobody named it: spoc_other" in sent.stdout
    run("acknowledge", folder, DRAFT, "--reference", "KE-7", "--until", "2099-01-01")
    run("event", folder, DRAFT, "receipt", "--note", "as its first mail", "--clock", "spoc_other")
    listed = json.loads(run(folder, "--json", app=deadlines_app).stdout)["deadlines"]
    assert "spoc_other" in {row["clock"] for row in listed}
    run("clarify", folder, DRAFT, "--person", "answer desk", "--note", "which account?")
    run("partial", folder, DRAFT)
    told = json.loads(run("complete", folder, DRAFT, "--json").stdout)
    assert told["state"] == "complete"
    assert told["reference"] == "KE-7"
    assert [e["until"] for e in told["events"] if e["until"]] == ["2099-01-01T00:00:00Z"]
    assert [event["event"] for event in told["events"]] == [
        "drafted", "reviewed", "addressee_confirmed", "sent", "acknowledged", "receipt", "clarification",
        "partial", "complete",
    ]  # fmt: skip
    history = run("history", folder, DRAFT).stdout
    assert "which account?" in history
    assert history.rstrip().endswith("Now: complete.")


@pytest.mark.parametrize(("word", "state"), [("refuse", "refused"), ("expire", "expired")])
def test_a_request_can_end_without_an_answer(folder, word, state) -> None:
    ready(folder)
    run("send", folder, DRAFT, "--to", PORTAL)
    assert json.loads(run(word, folder, DRAFT, "--json").stdout)["state"] == state


def test_each_refusal_is_named(folder) -> None:
    for error, words, who in (
        (SecondPersonError, ("review", folder, DRAFT), "ann"),
        (SecondPersonError, ("send", folder, DRAFT, "--to", PORTAL), "bo"),
        (AddresseeUnconfirmedError, ("confirm-addressee", folder, DRAFT, "a@gmail.com"), "bo"),
        (RequestOrderError, ("partial", folder, DRAFT), "bo"),
        (RequestOrderError, ("event", folder, DRAFT, "lunch"), "bo"),
        (DraftNotFoundError, ("history", folder, "zz"), "bo"),
    ):
        with pytest.raises(error) as refused:
            run(*words, who=who)
        assert refused.value.next_step


def test_leaving_the_eu_needs_the_extra_tick(folder) -> None:
    ready(folder, "ffff")
    with pytest.raises(ReasonMissingError):
        run("send", folder, "ffff", "--to", PORTAL)
    run("send", folder, "ffff", "--to", PORTAL, "--outside-eu", "no other way in time")
    told = json.loads(run("history", folder, "ffff", "--json").stdout)
    assert told["events"][-1]["detail"]["outside_eu"] == "no other way in time"


@pytest.mark.parametrize("at", ["yesterday", "2026-01-01", "2026-01-01T10:00", "2026-13-01T10:00Z"])
def test_a_time_needs_its_zone(folder, at) -> None:
    done = run("review", folder, DRAFT, "--at", at)
    assert done.exit_code == 2


def test_deadlines_list_and_calendar(folder, tmp_path) -> None:
    waiting = run(tmp_path, app=deadlines_app)
    assert "Not sent yet" in waiting.stdout
    ready(folder)
    run("send", folder, DRAFT, "--to", PORTAL, "--at", "2026-01-02T10:00Z")
    told = run(tmp_path, "--on", "2026-03-28", "--ical", tmp_path / "c.ics", app=deadlines_app)
    assert told.exit_code == 0
    assert "RED 80 %" in told.stdout
    assert "confirm with the prosecutor" in told.stdout
    assert len(Calendar.from_ical((tmp_path / "c.ics").read_bytes()).walk("VEVENT")) == 1
    document = json.loads(run(tmp_path, "--on", "2026-03-28", "--json", app=deadlines_app).stdout)
    assert document["deadlines"][0]["clock"] == "us_preservation"
    assert document["deadlines"][0]["due_at"] == "2026-04-02T10:00:00Z"


def test_a_skipped_case_is_an_exit_code(folder, tmp_path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "journal.jsonl").write_text("nothing\n")
    done = run(tmp_path, app=deadlines_app)
    assert done.exit_code == 1
    assert "Skipped" in done.stderr
    assert run(tmp_path, "--on", "soon", app=deadlines_app).exit_code == 2


def test_what_somebody_typed_cannot_steer_the_terminal(folder) -> None:
    run("review", folder, DRAFT, "--note", "ok \x1b[2J\x07")
    shown = run("history", folder, DRAFT).stdout
    assert "\x1b" not in shown
    assert "ok \N{REPLACEMENT CHARACTER}[2J" in shown
