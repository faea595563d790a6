"""A pass over whole tables without the search for cycles of dead objects.

Reading half a million rows makes a million objects that all stay alive; Python's cycle collector looks
through them again and again, which takes as long as the reading. Nothing in such a pass makes cycles,
and what does is found after it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def long_pass() -> Iterator[None]:
    """Pause the cycle collector; reference counts free memory as always. Passes can be nested."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
