"""The demo, run once for all tests of this folder."""

from pathlib import Path

import pytest

from chainlead.guide.practice import PracticeWorld, build_world
from chainlead.workflow.demo import Demo, run_demo


@pytest.fixture(scope="session")
def world() -> PracticeWorld:
    return build_world()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder: Path = tmp_path_factory.mktemp("demo") / "run"
    return run_demo(folder)
