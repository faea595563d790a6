"""Every record that a room shows at its front door is in the glossary, with a sentence."""

import dataclasses
import importlib
import inspect
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(
    path.name
    for path in (ROOT / "src" / "chainlead").iterdir()
    if path.is_dir() and path.name not in {"__pycache__", "cli", "web", "workflow"}
)


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_record_is_in_the_glossary(room: str) -> None:
    door = importlib.import_module(f"chainlead.{room}")
    glossary = (ROOT / "GLOSSARY.md").read_text("utf-8")
    for name in getattr(door, "__all__", []):
        thing = getattr(door, name)
        if inspect.isclass(thing) and dataclasses.is_dataclass(thing):
            assert f"| {name} | {room} | " in glossary, "run `make docs`"
            assert (inspect.getdoc(thing) or "").splitlines()[0].endswith("."), name
