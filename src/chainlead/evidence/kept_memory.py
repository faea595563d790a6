"""Keep the memory of one page of an exhibit for the next one.

Left alone, the C library gives 16 MiB back to the system with every page and has the next ones
cleared, 4096 small pieces at a time: as much work as reading them. Results do not depend on it.
"""

import contextlib
import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of <malloc.h>
_LARGEST_KEPT = 32 << 20
_MOST_KEPT = 128 << 20


def keep_memory() -> None:
    """From now on, where the C library is GNU's: reuse what was freed, up to 128 MiB."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            library.mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)
            library.mallopt(_TRIM_THRESHOLD, _MOST_KEPT)
