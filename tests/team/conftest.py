"""A team's tables on each kind of database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.store import TeamStore

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return START


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamStore]:
    """The tables of a team, empty."""
    with TeamStore.open(tmp_path / "team.db") as opened:
        yield opened
