"""What a form says is a value of the command that it starts, never an option of it."""

import os

import pytest
from typer.main import get_command

from chainlead.cli import demo_cmd, report_cmd, scan_cmd, trace_cmd

COMMANDS = {
    "scan": scan_cmd.app, "trace": trace_cmd.app, "report": report_cmd.app, "demo": demo_cmd.app,
}  # fmt: skip
OPTIONS = ["--help", "--json", "-h", "--", "-", "--name=x", "--why", "--chain=bitcoin", "--tags=/x"]


@pytest.fixture
def noted(desk, monkeypatch):
    """What the application would start."""
    started = []
    jobs = desk.app.state.jobs
    monkeypatch.setattr(
        jobs, "start", lambda case, title, arguments, who: started.append(list(arguments)) or "x"
    )
    return started


def read(arguments):
    """What the command line makes of the arguments; only what was given."""
    name, *rest = arguments
    context = get_command(COMMANDS[name]).make_context(name, list(rest))
    with context:
        return {
            key: value
            for key, value in context.params.items()
            if context.get_parameter_source(key).name == "COMMANDLINE"
        }


@pytest.mark.parametrize("given", OPTIONS)
def test_what_begins_like_an_option_is_followed_as_an_origin(desk, noted, given):
    fields = {"origin": given, "chain": given, "why": given, "direction": "backward"}
    desk.post("/cases/practice/graph/trace", {**fields, "chain": ""})
    told = read(noted[0])
    assert told.pop("case").name == "case"
    assert told == {"origin": given, "backward": True, "why": given}
    desk.post("/cases/practice/graph/trace", fields)
    before, after = noted[1][: noted[1].index("--")], noted[1][noted[1].index("--") + 1 :]
    assert before == ["trace", "--backward", f"--chain={given}", f"--why={given}"]
    assert after[1:] == [given]


@pytest.mark.parametrize("given", OPTIONS)
def test_what_begins_like_an_option_is_the_name_of_an_exhibit(desk, noted, tmp_path, given):
    exhibit = tmp_path / given.replace("/", "_")
    exhibit.write_text("a")
    desk.post("/cases/practice/evidence/scan", {"path": str(exhibit), "name": given})
    told = read(noted[0])
    assert told.pop("case").name == "case"
    assert told == {"exhibits": [exhibit], "name": [given]}


def test_no_run_starts_without_the_sign_that_ends_the_options(desk, noted):
    desk.post("/cases/practice/report/make")
    desk.post("/cases", {"name": "-x", "practice": "yes"})
    desk.post("/cases", {"name": "--help", "practice": "yes"})
    assert [each[:2] for each in noted] == [["report", "--"], ["demo", "--"], ["demo", "--"]]
    assert all(len(each) == 3 for each in noted)
    assert [read(each) for each in noted]


@pytest.mark.parametrize("path", ["evidence/scan", "answers/import"])
def test_a_form_that_takes_a_path_refuses_a_pipe_at_once_and_says_why(desk, noted, tmp_path, path):
    os.mkfifo(tmp_path / "pipe")
    for given in (tmp_path / "pipe", "/dev/zero", "/proc/self/mem", "http://127.0.0.1/"):
        fields = {"path": str(given), "timezone": "UTC"}
        answer = desk.post(f"/cases/practice/{path}", fields)
        assert answer.status_code == 400
        assert "ExhibitNotFoundError" in answer.text
    assert noted == []
