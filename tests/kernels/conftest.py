import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def naive() -> ModuleType:
    """The slow twins of the kernels."""
    path = Path(__file__).parents[1] / "naive" / "kernels.py"
    spec = importlib.util.spec_from_file_location("naive_kernels", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
