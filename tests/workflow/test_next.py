import shlex

import pytest
from typer.main import get_command

from chainlead.errors import CaseError
from chainlead.workflow.case import Case, set_setting
from chainlead.workflow.next import dismiss_step, next_steps
from chainlead.workflow.report import export_report


@pytest.fixture
def scanned(case, tmp_path):
    from chainlead.workflow.scan import scan

    exhibit = tmp_path / "seized"
    exhibit.mkdir()
    (exhibit / "note.txt").write_text("pay 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S please\n")
    (exhibit / "empty.txt").touch()
    scan(case, [exhibit])
    return case


def _ids(case):
    return [step.step_id for step in next_steps(case)]


def test_a_new_case_needs_an_exhibit(case):
    assert _ids(case) == ["exhibits"]


def test_a_scan_leads_to_ledger_triage_and_report(scanned):
    ids = _ids(scanned)
    assert {"ledger:bitcoin", "triage", "report", "unread:E1:empty"} <= set(ids)
    assert "exhibits" not in ids


def test_a_report_is_current_until_the_case_changes(scanned):
    export_report(scanned)
    assert "report" not in _ids(scanned)
    assert "verify" in _ids(scanned)
    set_setting(scanned, "title", "Another")
    assert "report" in _ids(scanned)
    assert "verify" not in _ids(scanned)


def test_a_step_is_set_aside_with_a_reason_that_the_journal_keeps(scanned):
    export_report(scanned)
    dismiss_step(scanned, "triage", why="done on paper")
    assert "triage" not in _ids(scanned)
    assert "report" not in _ids(scanned)  # setting a step aside changes nothing that is reported
    entry = scanned.entries[-1]
    assert (entry.act, entry.why) == ("next.dismiss", "done on paper")
    scanned.close()
    with Case.open_to_read(scanned.folder) as again:
        assert "triage" not in _ids(again)


@pytest.mark.parametrize(("step", "why"), [("triage", " "), ("no such step", "because")])
def test_no_step_is_set_aside_without_reason_or_by_a_wrong_name(scanned, step, why):
    with pytest.raises(CaseError):
        dismiss_step(scanned, step, why=why)


def test_looking_at_the_next_step_changes_nothing(scanned):
    entries = scanned.entries
    assert next_steps(scanned) == next_steps(scanned)
    assert scanned.entries == entries


def test_every_command_that_the_guide_prints_exists(scanned):
    import click

    from chainlead.cli._main import app

    root = get_command(app)
    context = click.Context(root)
    for step in next_steps(scanned):
        if not step.command:
            continue
        _, verb, rest, *_ = shlex.split(step.command)
        command = root.get_command(context, verb)
        assert command is not None, step.command
        if isinstance(command, click.Group) and command.commands and rest != str(scanned.folder):
            assert rest in command.commands, step.command


def test_a_step_that_was_set_aside_is_taken_back_in_and_both_can_be_undone(scanned):
    from chainlead.workflow.next import reasons_aside, recall_step
    from chainlead.workflow.undo import undo

    dismiss_step(scanned, "triage", why="done on paper")
    assert reasons_aside(scanned) == {"triage": "done on paper"}
    recall_step(scanned, "triage")
    assert "triage" in _ids(scanned)
    assert reasons_aside(scanned) == {}
    undo(scanned)
    assert "triage" not in _ids(scanned)
    undo(scanned)
    assert "triage" in _ids(scanned)
    with pytest.raises(CaseError, match="was set aside"):
        recall_step(scanned, "triage")


def test_what_could_be_asked_comes_from_the_same_look(scanned):
    from chainlead.workflow.next import look_ahead, what_to_ask

    outlook = look_ahead(scanned, ("en", "sv"))
    assert outlook.asks["en"] == what_to_ask(scanned)
    assert [ask.ask_id for ask in outlook.asks["sv"]] == [ask.ask_id for ask in outlook.asks["en"]]
