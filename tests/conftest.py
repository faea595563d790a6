"""Fixtures that every room's tests may use."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from chainlead.custody import SteppingClock
from chainlead.workflow.case import Case

os.environ["CHAINLEAD_UNIT"] = "none"
"""No test reads or writes the unit's own folder of the person who runs it."""

settings.register_profile(
    "chainlead", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("chainlead")


def pytest_configure(config: pytest.Config) -> None:
    """The fixtures `postgresql_url` and `team_database`, which stand in a file of their own."""
    name = "postgresql_cluster"
    found = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert found
    assert found.loader
    sys.modules[name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(sys.modules[name])
    config.pluginmanager.register(sys.modules[name])


SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real material beside the checkout; tests that need it are skipped without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real material is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))


@pytest.fixture
def case(tmp_path: Path, clock: SteppingClock) -> Iterator[Case]:
    """A fresh case, open for writing, with a key and a clock that are always the same."""
    with Case.create(tmp_path / "case", key=bytes(range(32)), clock=clock, who="tester") as made:
        yield made
