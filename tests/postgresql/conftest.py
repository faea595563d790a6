"""A case whose tables are on a server, beside those of the folders above."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.custody import SteppingClock
from chainlead.store.postgresql import PostgresqlSchema
from chainlead.workflow.case import Case
from chainlead.workflow.case_place import schema_of

KEY = bytes(range(32))


@pytest.fixture
def place(postgresql_url: str) -> PostgresqlSchema:
    """A schema that is not made yet."""
    return PostgresqlSchema(postgresql_url, "case_0123456789abcdef")


@pytest.fixture
def new_case(tmp_path: Path, team_database: str, clock: SteppingClock) -> Callable[..., Case]:
    """Makes a case on the server, open for writing."""

    def make(name: str = "case", **how: object) -> Case:
        return Case.create(
            tmp_path / name,
            **{"key": KEY, "clock": clock, "who": "tester", "database": team_database, **how},
        )

    return make


@pytest.fixture
def place_of_case(team_database: str) -> Callable[[Path], PostgresqlSchema]:
    """The schema of a case folder."""
    return lambda folder: PostgresqlSchema(team_database, schema_of(folder))
