"""Hashes large files beside their search, in a thread: reading and SHA-256 leave Python free.

The thread keeps near the parts that are searched, so a file that is larger than the memory is read
from its disk once: what one reads, the other finds there.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from functools import partial

from chainlead.evidence import ExhibitFile, hash_file

AHEAD_BYTES = 512 << 20
NOT_READ = "0" * 64
"""Stands for the digest of a file that cannot be opened any more."""


class _StoppedError(Exception):
    """Nobody waits for the digest."""


class Digests:
    """The digests of some files, one after the other.

    Attributes:
        descriptor: can be read when a digest waits to be taken.
    """

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.descriptor, self._wake = os.pipe()
        self._wanted: deque[tuple[int, ExhibitFile]] = deque()
        self._done: deque[tuple[int, str]] = deque()
        self._limits: dict[int, int] = {}
        self._pending = 0
        self._changed = threading.Condition()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def ask(self, number: int, file: ExhibitFile) -> None:
        """Hash this file, too."""
        with self._changed:
            self._wanted.append((number, file))
            self._limits[number] = AHEAD_BYTES
            self._pending += 1
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="digests", daemon=True)
            self._thread.start()

    def search_reached(self, number: int, offset_bytes: int | None) -> None:
        """So far is the search of a file; None if it waits for the digest."""
        with self._changed:
            limit = (1 << 63) if offset_bytes is None else offset_bytes + AHEAD_BYTES
            self._limits[number] = max(self._limits.get(number, 0), limit)
            self._changed.notify()

    def is_at_work(self) -> bool:
        """Whether a digest is still to come or to be taken."""
        return self._pending > 0

    def take(self) -> Iterator[tuple[int, str]]:
        """The digests that are ready, each once."""
        while self._done:
            os.read(self.descriptor, 1)
            self._pending -= 1
            yield self._done.popleft()

    def close(self) -> None:
        """Stop; what is unfinished is lost."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        os.close(self.descriptor)
        os.close(self._wake)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._is_over)
                if self._is_over:
                    return
                number, file = self._wanted.popleft()
            try:
                sha256 = hash_file(file, partial(self._keep_pace, number))
            except _StoppedError:
                return
            self._done.append((number, sha256 or NOT_READ))
            os.write(self._wake, b".")

    def _keep_pace(self, number: int, done: int) -> None:
        if self._is_over or done > self._limits[number]:
            with self._changed:
                self._changed.wait_for(lambda: self._is_over or done <= self._limits[number])
        if self._is_over:
            raise _StoppedError
