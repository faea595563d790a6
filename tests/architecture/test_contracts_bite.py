"""Each import contract fails when it is broken: shown on a temporary copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREAKS = {
    "Data flows one way": ("ledger/upward.py", "import chainlead.trace\n"),
    "No cycles between siblings": ("codecs/circle_one.py", "import chainlead.codecs.circle_two\n"),
    "Sockets, SQL, columns and numba each have one home": ("trace/sql.py", "import sqlite3\n"),
    "Kernels know arrays only": ("kernels/knowing.py", "import chainlead.model\n"),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "src" / "chainlead",
        folder / "src" / "chainlead",
        ignore=shutil.ignore_patterns("__pycache__", "*.txt", "*.nbi", "*.nbc"),
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    script = (
        "import sys; sys.path.insert(0, 'src'); "
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_unbroken_copy_passes(copied: Path) -> None:
    result = _lint(copied)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract", sorted(BREAKS))
def test_a_broken_contract_fails(copied: Path, contract: str) -> None:
    name, text = BREAKS[contract]
    bad = copied / "src" / "chainlead" / name
    second = copied / "src" / "chainlead" / "codecs" / "circle_two.py"
    bad.write_text(f'"""Broken on purpose."""\n{text}')
    if "circle" in name:
        second.write_text('"""Broken on purpose."""\nimport chainlead.codecs.circle_one\n')
    try:
        result = _lint(copied)
    finally:
        bad.unlink()
        second.unlink(missing_ok=True)
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), result.stdout


def test_a_room_without_a_place_on_the_map_fails(copied: Path) -> None:
    room = copied / "src" / "chainlead" / "attic"
    room.mkdir()
    (room / "__init__.py").write_text('"""No place on the map."""\n')
    try:
        assert _lint(copied).returncode == 1
    finally:
        shutil.rmtree(room)
