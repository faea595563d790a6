import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import watch_cmd
from chainlead.errors import NotConsentedError, WireError
from chainlead.workflow import watch as watch_module
from chainlead.workflow.case import Case
from chainlead.workflow.watch import Movement, Watched, WatchResult

URL = "http://127.0.0.1:1/"
STILL = WatchResult((Watched("bc1qa", "named"),), 5, 7, (), 0, is_reorganised=False)
MOVED = WatchResult(
    (Watched("bc1qa", "own"),), 8, 9,
    (
        Movement("spent", "bc1qa", "aa:0", "bb", 5_000, 9, "cc"),
        Movement("concerned", "", "", "", None, None, "dd"),
    ),
    1, is_reorganised=True,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32), who="t"):
        pass
    return tmp_path / "case"


@pytest.fixture
def told(monkeypatch):
    """What each look tells, in order; an error is raised."""
    looks = []

    def look(_case, _place, _addresses, **_options):
        found = looks.pop(0)
        if isinstance(found, BaseException):
            raise found
        return found

    monkeypatch.setattr(watch_module, "watch", look)
    return looks


def run(folder, *more):
    return CliRunner().invoke(watch_cmd.app, [str(folder), "bc1qa", "--node", URL, *more])


def test_one_look_says_what_was_looked_at(folder, told):
    told.append(STILL)
    result = run(folder)
    assert result.exit_code == 0
    assert "blocks 5 to 7 were looked at" in result.output
    assert "Nothing moved." in result.output


def test_a_movement_ends_with_a_warning_and_names_the_next_command(folder, told):
    told.append(MOVED)
    result = run(folder)
    assert result.exit_code == 1
    for said in (
        "LEFT bc1qa: 5000 base units",
        "Block dd concerns",
        "reorganised",
        "chainlead next",
    ):
        assert said in result.output


def test_as_json_amounts_are_text(folder, told):
    told.append(MOVED)
    document = json.loads(run(folder, "--json").stdout)
    assert [m["amount_units"] for m in document["movements"]] == ["5000", None]
    assert document["reorganised"] is True


def test_every_looks_again_and_survives_a_node_that_is_away(folder, told, monkeypatch):
    waits = []
    monkeypatch.setattr(watch_cmd, "_sleep", waits.append)
    told += [STILL, WireError("The node did not answer."), MOVED, KeyboardInterrupt()]
    result = run(folder, "--every", "60")
    assert waits == [60, 60, 60]
    assert "Nothing moved." in result.output
    assert "Not looked: The node did not answer." in result.output
    assert "LEFT bc1qa" in result.output


def test_what_another_look_would_not_mend_ends_it(folder, told, monkeypatch):
    monkeypatch.setattr(watch_cmd, "_sleep", lambda _seconds: None)
    told += [STILL, NotConsentedError("Nobody agreed.")]
    result = run(folder, "--every", "60")
    assert isinstance(result.exception, NotConsentedError)
