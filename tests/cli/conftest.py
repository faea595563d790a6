"""A command line as its user types it."""

import sys
from collections.abc import Callable

import pytest

from chainlead.cli import main


@pytest.fixture
def run(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Run a command line as a user would; gives exit code, stdout and stderr."""

    def run_(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["chainlead", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        seen = capsys.readouterr()
        return int(left.value.code or 0), seen.out, seen.err

    return run_
