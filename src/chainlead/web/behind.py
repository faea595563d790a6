"""Work beside the pages: what takes long in a large case is worked out while other pages answer."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread

from chainlead.errors import ChainleadError

_LOG = logging.getLogger("chainlead.web")


class Behind:
    """Each work once at a time for each case, in a thread of its own."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._lock = Lock()
        self._under_way: dict[tuple[Path, str], Event] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no work is under way."""
        with self._lock:
            return not self._under_way

    def start(self, folder: Path, name: str, work: Callable[[], object]) -> Event:
        """Do the work soon, unless it is being done.

        Args:
            folder: of the case.
            name: of the work.
            work: what it leaves is kept by itself. A named error ends it: the page that asks next
                works it out itself, and says what is wrong with the case. Any other is written to the log.

        Returns:
            Set when the work ends, however it ends.
        """
        key = (folder, name)
        with self._lock:
            ended = self._under_way.get(key)
            if ended is not None:
                return ended
            ended = self._under_way[key] = Event()
        Thread(target=self._run, args=(key, work), daemon=True).start()
        return ended

    def _run(self, key: tuple[Path, str], work: Callable[[], object]) -> None:
        try:
            work()
        except ChainleadError:
            return
        except Exception:  # noqa: BLE001  (the page that asks next meets the same, and answers with a number)
            _LOG.exception("work beside the pages failed: %s", key[1])
        finally:
            with self._lock:
                self._under_way.pop(key).set()


BEHIND = Behind()
