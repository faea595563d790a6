"""Whether the search was compiled for this processor before: the first use takes half a minute."""

from importlib.util import find_spec
from pathlib import Path

FIRST_USE = "First use of this version: compiling the search for this processor, once."


def is_search_compiled() -> bool:
    """Whether compiled code of the search is kept, as far as file names tell; loads no numba."""
    spec = find_spec("chainlead")
    if spec is None or not spec.submodule_search_locations:
        return True
    kernels = Path(next(iter(spec.submodule_search_locations))) / "kernels"
    source = kernels / "checked_runs.py"
    if not source.exists():  # a bundle without sources comes compiled
        return True
    kept = [
        *kernels.glob("__pycache__/checked_runs._scan-*.nbi"),
        *Path("~/.cache/numba").expanduser().glob("*/checked_runs._scan-*.nbi"),
    ]
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in kept)
