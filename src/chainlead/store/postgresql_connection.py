"""How a connection to a team's PostgreSQL is made, and how a server that falls silent is noticed.

TCP alone notices a machine that is gone (`tcp_user_timeout`, keepalives). A server that hangs, or
something between that swallows the answer, leaves the connection standing: so whoever waits for an
answer for long asks the server over a second connection whether it still works on the question.
"""

from collections.abc import Generator
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import make_conninfo
from psycopg.types.json import set_json_dumps, set_json_loads

from chainlead.errors import ChainleadError, ConfigError
from chainlead.store.postgresql_address import connection_settings
from chainlead.store.postgresql_refusals import SilentServerError, not_connected, translated

OLDEST_SERVER = 130_000

_Result = TypeVar("_Result")


def _adapters() -> AdaptersMap:
    made = AdaptersMap(psycopg.adapters)
    set_json_dumps(lambda value: msgspec.json.encode(value, order="sorted"), made)
    set_json_loads(msgspec.json.decode, made)
    return made


_ADAPTERS = _adapters()


class Watched(psycopg.Connection[Any]):
    """A connection that is given up when nobody answers at its other end.

    Attributes:
        rounds: so often the driver looks for an answer in vain (ten times a second) before the server
            is asked whether it is at work.
        doubts: so many times in a row it has to seem dead: at the first the answer may be on its way.
        address: how the server is reached, for the second connection.
    """

    rounds = 300
    rounds_in_doubt = 50
    doubts = 2
    address = ""

    def wait(self, gen: Generator[Any, Any, _Result], *given: Any, **named: Any) -> _Result:
        """As the driver does; it wakes ten times a second, with or without an answer."""
        return super().wait(self._watched(gen), *given, **named)

    def _watched(self, work: Generator[Any, Any, _Result]) -> Generator[Any, Any, _Result]:
        silent, doubts, limit = 0, 0, self.rounds
        try:
            wanted = next(work)
            while True:
                ready = yield wanted
                if ready:
                    silent, doubts, limit = 0, 0, self.rounds
                elif (silent := silent + 1) >= limit:
                    doubts = 0 if self.is_at_work() else doubts + 1
                    if doubts == self.doubts:
                        self.pgconn.finish()
                        raise SilentServerError
                    silent, limit = 0, self.rounds_in_doubt if doubts else self.rounds
                wanted = work.send(ready)
        except StopIteration as done:
            result: _Result = done.value
            return result

    def is_at_work(self) -> bool:
        """Whether the server still works on what it was asked; True where that cannot be known."""
        try:
            with _Asking.connect(self.address, autocommit=True) as asking:
                found = asking.execute(
                    "SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client' "
                    "FROM pg_stat_activity WHERE pid = %s",
                    (self.pgconn.backend_pid,),
                ).fetchone()
        except (SilentServerError, psycopg.errors.ConnectionTimeout):
            return False
        except psycopg.Error:
            return True
        return bool(found and found[0])


class _Asking(Watched):
    """The second connection; it waits for no answer for long."""

    rounds = 50
    doubts = 1

    def is_at_work(self) -> bool:
        """Nobody is asked a second time."""
        return False


def connect(url: str, *, autocommit: bool = True) -> "psycopg.Connection[Any]":
    """Connect; each statement is a transaction by itself until one is begun.

    Args:
        url: `postgresql://…`, as libpq takes it.
        autocommit: False: the first statement begins a transaction.

    Raises:
        ConfigError: the URL cannot be read, a file that it names cannot be used, it would let rows
            go to another machine unchecked, or the server is too old or keeps text in another encoding.
        DatabaseAwayError: nobody answers there.
        DatabaseRefusedError: the server does not let this role in, or is not the one it should be.
    """
    address = make_conninfo(**connection_settings(url))
    refusal: ChainleadError | None = None
    try:
        connection = Watched.connect(address, context=_ADAPTERS, autocommit=autocommit)
    except psycopg.Error as error:
        refusal = not_connected(error)
    if refusal:  # outside of the block above, so that nothing hangs on it
        raise refusal
    connection.address = address
    try:
        _require_fit(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_fit(connection: "psycopg.Connection[Any]") -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigError(
            f"The database keeps text as {encoding}; a case needs UTF8.",
            next_step="Make a database with `createdb --encoding=UTF8 --template=template0 NAME`.",
        )
    if connection.info.server_version < OLDEST_SERVER:
        raise ConfigError(
            f"The server is PostgreSQL {connection.info.server_version // 10_000}; "
            f"{OLDEST_SERVER // 10_000} is the oldest that is supported.",
            next_step="Update the server.",
        )


__all__ = ["OLDEST_SERVER", "connect", "translated"]
