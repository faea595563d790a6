"""`chainlead --help` stays light: it loads none of the heavy libraries."""

import subprocess
import sys

HEAVY = {
    "numba",
    "duckdb",
    "pyarrow",
    "dfvfs",
    "numpy",
    "sqlalchemy",
    "alembic",
    "httpx",
    "typst",
    "yaml",
}


def _loaded_by(*arguments: str) -> set[str]:
    script = (
        "import sys\n"
        f"sys.argv = ['chainlead', *{arguments!r}]\n"
        "from chainlead.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(result.stderr.split())


def test_help_loads_no_heavy_library() -> None:
    assert not _loaded_by("--help") & HEAVY


def test_help_of_every_command_loads_no_heavy_library() -> None:
    from chainlead.cli._main import _commands

    for name in _commands():
        assert not _loaded_by(name, "--help") & HEAVY, name
