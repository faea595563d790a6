import ast
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chainlead.errors import CaseNotFoundError, ConfigError, TraceError, UnknownRuleError
from chainlead.workflow.canvas import move_nodes, save_view
from chainlead.workflow.case import Case
from chainlead.workflow.demo import run_demo
from chainlead.workflow.notebook import read_case

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "work-in-a-notebook.md"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("notebook")
    run_demo(place / "practice")
    return place


@pytest.fixture
def reading(place):
    return read_case(place / "practice" / "case")


def cells():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_every_cell_of_the_guide_runs_and_shows_something(place, monkeypatch):
    monkeypatch.chdir(place)
    known = {}
    assert len(cells()) >= 6
    for cell in cells():
        *before, last = ast.parse(cell).body
        assert isinstance(last, ast.Expr), cell
        exec(compile(ast.Module(before, []), str(PAGE), "exec"), known)
        shown = eval(compile(ast.Expression(last.value), str(PAGE), "eval"), known)
        assert shown, cell
        assert "object at 0x" not in repr(shown), cell


def test_a_trace_is_shown_as_the_report_draws_it(place, reading):
    trail = reading.traces()[0]
    files = {path.read_bytes() for path in (place / "practice" / "case").rglob("*.svg")}
    assert trail._repr_svg_().encode() in files
    assert ET.fromstring(trail._repr_svg_()).tag.endswith("svg")


def test_reading_changes_no_byte_of_the_case(place, reading):
    journal = place / "practice" / "case" / "journal.jsonl"
    before = journal.read_bytes()
    reading.findings()
    reading.leads()
    assert reading.traces()[0].lines()
    assert journal.read_bytes() == before


def test_nothing_is_kept_open(place, reading):
    assert reading.findings()
    with Case.open_to_write(place / "practice" / "case", who="another"):
        assert reading.traces()


def test_no_secret_comes_into_a_notebook(reading):
    secrets = [row for row in reading.findings() if row["kind"] in {"mnemonic", "private_key"}]
    assert len(secrets) >= 2
    assert all(not row["value"] for row in secrets)


def test_what_is_not_there_is_named(place, reading, tmp_path):
    trail = reading.traces()[0]
    with pytest.raises(UnknownRuleError, match="made-up"):
        trail.under("made-up")
    with pytest.raises(TraceError, match="made-up"):
        reading.trace("made-up")
    with pytest.raises(TraceError, match="jpg"):
        trail.save(tmp_path / "trail.jpg")
    with pytest.raises(ConfigError):
        reading.findings(chain="made-up")
    with pytest.raises(CaseNotFoundError):
        read_case(tmp_path)
    shutil.copytree(place / "practice" / "case", tmp_path / "copy")
    assert reading.trace(trail.trace_id).trace_id == trail.trace_id


def test_a_picture_is_shown_as_persons_left_it(place, tmp_path):
    folder = tmp_path / "left"
    shutil.copytree(place / "practice" / "case", folder)
    trail = read_case(folder).traces()[0]
    key = trail.document["rules"][trail.rule]["transfers"][0]["outpoint"]
    with Case.open_to_write(folder, who="anna") as case:
        move_nodes(case, trail.trace_id, trail.rule, {key: (1234, 40)})
        saved = save_view(case, "Left", trail.trace_id, trail.rule)
    reading = read_case(folder)
    moved = trail.on(reading.canvas(trail.trace_id, trail.rule))
    assert moved._repr_svg_() != trail._repr_svg_()
    assert "1234" in moved._repr_svg_()
    view = reading.view("Left")
    assert saved.sha256 in view._repr_svg_()
    assert view.lines() == trail.lines()
    compared = trail.under("compare")
    assert {end["rule"] for end in compared.ends()} == set(trail.rules)
    assert compared.save(tmp_path / "all.png").read_bytes().startswith(b"\x89PNG")
