"""Expressions that a user brings along, searched for all at once.

Assumption: most expressions match in few pages. Hyperscan says in one pass which of them can match
at all (its prefilter mode never misses one); only those are run by `re`, which alone decides. So a
result is the same with hyperscan and without it.
Known failure: an expression that Hyperscan cannot read is run by `re` on every page.
Spec: Python's `re` on bytes; https://intel.github.io/hyperscan/dev-reference/.
"""

import re
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from chainlead.errors import ConfigError

MOST_PATTERNS = 1_000
_LONGEST_EXPRESSION = 4_000
_NAME = re.compile(r"[^\x00-\x1f]{1,80}")


class PatternSet:
    """Named expressions, ready to search."""

    def __init__(self, expressions: Mapping[str, str]) -> None:
        """Compile them.

        Raises:
            ConfigError: a name or expression cannot be used.
        """
        if len(expressions) > MOST_PATTERNS:
            raise ConfigError(f"{len(expressions)} expressions are more than {MOST_PATTERNS}.")
        self._compiled = {name: _compile(name, text) for name, text in expressions.items()}
        self._database, self._alone = _prefilter(expressions)
        self._names = list(expressions)
        self._lock = Lock()  # a database scans one text at a time

    def __bool__(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self._compiled)

    def candidates(self, content: bytes) -> Iterable[tuple[str, re.Pattern[bytes]]]:
        """The expressions that can match in these bytes, in their order."""
        possible = set(self._alone)
        if self._database is not None:
            with self._lock:
                self._database.scan(content, match_event_handler=_note, context=possible)
        return [(self._names[n], self._compiled[self._names[n]]) for n in sorted(possible)]


def _note(number: int, _start: int, _end: int, _flags: int, possible: set[int]) -> None:
    possible.add(number)


def _compile(name: str, expression: str) -> re.Pattern[bytes]:
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for an expression: 1 to 80 characters of one line.")
    if len(expression) > _LONGEST_EXPRESSION:
        raise ConfigError(f"The expression {name!r} is longer than {_LONGEST_EXPRESSION}.")
    try:
        compiled = re.compile(expression.encode())
    except (re.error, RecursionError, OverflowError) as error:
        raise ConfigError(f"The expression {name!r} cannot be read: {error}.") from error
    if compiled.search(b"") is not None:
        raise ConfigError(
            f"The expression {name!r} matches nothing at all: it would match anywhere."
        )
    return compiled


def _prefilter(expressions: Mapping[str, str]) -> tuple[Any, list[int]]:
    """A database of those that Hyperscan can read, and the numbers of the others."""
    try:
        import hyperscan  # noqa: PLC0415  (not on every processor)
    except ImportError:
        return None, list(range(len(expressions)))
    flags = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH
    readable: list[tuple[int, bytes]] = []
    alone: list[int] = []
    for number, text in enumerate(expressions.values()):
        try:
            hyperscan.Database().compile(expressions=[text.encode()], flags=[flags], ids=[0])
        except hyperscan.error:
            alone.append(number)
        else:
            readable.append((number, text.encode()))
    if not readable:
        return None, alone
    database = hyperscan.Database()
    database.compile(
        expressions=[text for _, text in readable],
        ids=[number for number, _ in readable],
        flags=[flags] * len(readable),
    )
    return database, alone
