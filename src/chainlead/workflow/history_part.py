"""What belongs together in the record of a history: the list, and transactions with all their proofs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from chainlead.ledger import HistoryEntry
from chainlead.wire import Exchange, ExchangeLog


@dataclass(frozen=True, slots=True)
class History:
    """A server's history of one script, and the exchanges that brought it."""

    script_hash: str
    entries: Sequence[HistoryEntry]
    exchanges: tuple[Exchange, ...]


class HistoryPart:
    """Exchanges that are kept together: a history, and transactions of it with all their proofs."""

    def __init__(
        self,
        kind: str,
        history: tuple[Exchange, ...],
        pages_for: Callable[[tuple[Exchange, ...], Collection[str]], tuple[Exchange, ...]],
    ) -> None:
        """Nothing in it yet but the history, which `pages_for` cuts for each further part."""
        self._kind = kind
        self._history = history
        self._pages_for = pages_for
        self._is_first = True
        self._empty()

    def _empty(self) -> None:
        self._exchanges: list[Exchange] = []
        self._named: set[str] = set()
        self.heights: set[int] = set()
        self.previous: set[str] = set()
        self.size_bytes = 0

    @property
    def count(self) -> int:
        """Exchanges beside the history's own."""
        return len(self._exchanges)

    def take(self, named: str, log: ExchangeLog) -> None:
        """Add what belongs to one transaction."""
        self._named.add(named)
        self._exchanges.extend(log.exchanges)
        self.size_bytes += sum(len(exchange.body) for exchange in log.exchanges)

    def close(self) -> ExchangeLog:
        """The part as a record that stands by itself; the next one begins empty."""
        kept: tuple[Exchange, ...] = ()
        if self._is_first:
            kept = (*self._history, *self._exchanges)
        elif self._exchanges:
            kept = (*self._pages_for(self._history, self._named), *self._exchanges)
        self._is_first = False
        self._empty()
        return ExchangeLog(self._kind, kept)
