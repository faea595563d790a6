"""What was worked out for a case is kept until the case changes; never worked out twice at a time."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock, RLock
from typing import Any, TypeVar, cast

from chainlead.store import long_pass
from chainlead.workflow.case import JOURNAL

T = TypeVar("T")
_MOST_KEPT = 24


class _Making:
    """One thing that is being worked out: who else wants it waits for it."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.wanted_by = 0


class Kept:
    """The last few things that were worked out, by the case's folder and a name."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._lock = Lock()
        self._things: OrderedDict[tuple[str, str], tuple[object, Any]] = OrderedDict()
        self._made_now: dict[tuple[str, str], _Making] = {}

    def get(self, folder: Path, name: str, make: Callable[[], T], *, mark: object = None) -> T:
        """The thing under this name, made anew when the case (or the given mark) is another."""
        seen = mark if mark is not None else _mark(folder)
        key = (str(folder), name)
        with self._lock:
            held = self._held(key, seen)
            if held is not None:
                return cast("T", held[1])
            making = self._made_now.setdefault(key, _Making())
            making.wanted_by += 1
        try:
            with making.lock:
                return self._make(key, seen, make)
        finally:
            with self._lock:
                making.wanted_by -= 1
                if not making.wanted_by:
                    del self._made_now[key]

    def _make(self, key: tuple[str, str], seen: object, make: Callable[[], T]) -> T:
        with self._lock:
            held = self._held(key, seen)
        if held is not None:
            return cast("T", held[1])
        with long_pass():
            made = make()
        with self._lock:
            self._things[key] = (seen, made)
            while len(self._things) > _MOST_KEPT:
                self._things.popitem(last=False)
        return made

    def _held(self, key: tuple[str, str], seen: object) -> tuple[object, Any] | None:
        held = self._things.get(key)
        if held is None or held[0] != seen:
            return None
        self._things.move_to_end(key)
        return held

    def look(self, folder: Path, name: str) -> tuple[object, Any] | None:
        """The thing under this name as it was kept last, with its mark."""
        with self._lock:
            return self._things.get((str(folder), name))

    def holds(self, folder: Path, name: str, mark: object) -> bool:
        """Whether the thing under this name is there, worked out at this mark."""
        held = self.look(folder, name)
        return held is not None and held[0] == mark

    def forget(self, folder: Path) -> None:
        """Keep nothing of this case any more, as after a start of the server."""
        with self._lock:
            for key in [key for key in self._things if key[0] == str(folder)]:
                del self._things[key]


def _mark(folder: Path) -> tuple[int, int]:
    status = (folder / JOURNAL).stat()
    return status.st_size, status.st_mtime_ns
