"""Where compiled kernels are kept, so that only the first use of this version compiles them."""

import atexit
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from numba import config as numba_config

config: Any = numba_config
_HERE = Path(__file__).parent


def keep_compiled_code() -> None:
    """Let numba keep machine code beside the source or in the user's cache; else for this run only.

    numba refuses to load a kernel whose code it can keep nowhere, so a read-only installation
    without a home folder gets a temporary folder, and says so.
    """
    if config.CACHE_DIR or config.DISABLE_JIT:
        return
    if _can_write(_HERE / "__pycache__") or _can_write(Path(os.path.expanduser("~/.cache/numba"))):  # noqa: PTH111  (must not raise without a home)
        return
    config.CACHE_DIR = tempfile.mkdtemp(prefix="chainlead-kernels-")
    atexit.register(shutil.rmtree, config.CACHE_DIR, ignore_errors=True)
    warnings.warn(
        "No folder to keep compiled code in: it is compiled anew at each start. "
        "Set NUMBA_CACHE_DIR to a folder that you can write.",
        RuntimeWarning,
        stacklevel=2,
    )


def _can_write(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)
