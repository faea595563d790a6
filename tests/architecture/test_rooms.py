"""The map can fail: front doors, file names, file sizes, the error tree."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from chainlead import errors

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
FILES = sorted((SRC / "chainlead").rglob("*.py"))
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler"}


def _name(path: Path) -> str:
    return str(path.relative_to(SRC))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_rooms_are_entered_by_the_front_door(path: Path) -> None:
    """Another room's package is public; its modules are not."""
    home = path.relative_to(SRC).parts[1].removesuffix(".py")
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    names = {n.module or "" for n in tree if isinstance(n, ast.ImportFrom)}
    open_plan = {"workflow"}  # its front door is empty on purpose: each verb is a door
    deep = {
        n
        for n in names
        if n.startswith("chainlead.")
        and n.count(".") > 1
        and n.split(".")[1] not in {home, *open_plan}
        and not n.startswith("chainlead.guide.practice")
    }
    assert not deep, f"import the room, not its insides: {sorted(deep)}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_is_one_thing_with_a_name(path: Path) -> None:
    assert path.stem not in VAGUE
    if path.name != "v0001_first.py":  # written by `make golden` from the tables, never by hand
        assert len(path.read_text("utf-8").splitlines()) <= 500
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "say what the file is"


def test_every_room_has_tests() -> None:
    rooms = {
        p.name for p in (SRC / "chainlead").iterdir() if p.is_dir() and p.name != "__pycache__"
    }
    tested = {p.parent.name for p in (ROOT / "tests").rglob("test_*.py")}
    assert rooms <= tested


def _error_classes() -> list[type[errors.ChainleadError]]:
    found = [c for _, c in inspect.getmembers(errors, inspect.isclass)]
    return [c for c in found if issubclass(c, errors.ChainleadError)]


def test_every_error_has_its_own_number_a_sentence_and_a_next_step() -> None:
    classes = _error_classes()
    numbers = [c.exit_code for c in classes]
    assert len(numbers) == len(set(numbers))
    for c in classes:
        assert 3 <= c.exit_code < 128
        assert (c.__doc__ or "").strip().endswith(".")
        assert c.default_next_step.strip()
        assert c.__name__.endswith("Error")


def test_the_drawn_error_tree_is_the_real_one() -> None:
    drawn = dict(re.findall(r"(\w+Error) +(\d+)", errors.__doc__ or ""))
    real = {c.__name__: str(c.exit_code) for c in _error_classes()}
    assert drawn == real
