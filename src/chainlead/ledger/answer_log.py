"""A source that reads the recorded answers of one kind of server."""

from abc import abstractmethod
from collections.abc import Iterator

from chainlead.errors import AnswerRefusedError, LedgerSourceError
from chainlead.ledger.source import Event, LedgerSource, Request
from chainlead.wire import ExchangeLog, is_exchange_log, parse_exchange_log


class AnswerLog(LedgerSource):
    """The base of such sources; `form` is the kind that the record's first line names."""

    def recognises(self, content: bytes, request: Request) -> bool:  # noqa: ARG002  (same for all chains)
        """The first line names the kind."""
        if not is_exchange_log(content):
            return False
        return content.partition(b"\n")[0].endswith(f'"kind":"{self.form}"}}'.encode())

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """What the answers hold; see `read_log`.

        Raises:
            LedgerSourceError: the record is damaged.
        """
        try:
            log = parse_exchange_log(content)
        except AnswerRefusedError as error:
            raise LedgerSourceError(error.message) from error
        yield from self.read_log(log, request)

    @abstractmethod
    def read_log(self, log: ExchangeLog, request: Request) -> Iterator[Event]:
        """What these answers hold."""
