"""How a connection to a team's PostgreSQL is made, and what its refusals mean.

The server's address comes from one URL that is never shown. Neither are the server's own sentences:
they may repeat parts of a badly written URL, or values of rows.
"""

from typing import Any

import msgspec
import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy.exc import PendingRollbackError

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    ConfigError,
    DatabaseAwayError,
    DatabaseRefusedError,
    DiskFullError,
    StoreError,
)

OLDEST_SERVER = 130_000
_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Seconds (the last: milliseconds) after which a silent server counts as away; the URL may say others."""

_SAFE = "Every act that was finished is in the case's journal, with its files."
_AGAIN = (
    "See that the server runs and can be reached, then run the command again: it finishes what was "
    "left undone."
)


def _adapters() -> AdaptersMap:
    made = AdaptersMap(psycopg.adapters)
    set_json_dumps(lambda value: msgspec.json.encode(value, order="sorted"), made)
    set_json_loads(msgspec.json.decode, made)
    return made


_ADAPTERS = _adapters()


def connect(url: str) -> "psycopg.Connection[Any]":
    """Connect; each statement is a transaction by itself until one is begun.

    Args:
        url: `postgresql://…`, as libpq takes it.

    Raises:
        ConfigError: the URL cannot be read, or the server is too old or keeps text in another encoding.
        DatabaseAwayError: nobody answers there.
        DatabaseRefusedError: the server does not let this role in.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        given = {}
    ports = str(given.get("port", "")).split(",")
    if not given or not all(port.isdecimal() or not port for port in ports):
        raise ConfigError(
            "CHAINLEAD_DATABASE is no address of a PostgreSQL server.",
            next_step="Write it as postgresql://ROLE@HOST/DATABASE; the password belongs in ~/.pgpass.",
        )
    settings: dict[str, Any] = {
        **_PATIENCE,
        "application_name": "chainlead",
        **given,
        "client_encoding": "UTF8",
    }
    refusal: StoreError | None = None
    try:
        connection = psycopg.connect(make_conninfo(**settings), context=_ADAPTERS, autocommit=True)
    except psycopg.Error as error:
        refusal = _not_connected(error)
    if refusal:  # outside of the block above, so that nothing hangs on it
        raise refusal
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


def _not_connected(error: psycopg.Error) -> StoreError:
    """Told by what the driver knows, and only then by the server's words: they may be in any language."""
    words = str(error)
    state = error.pgconn
    if state and (state.needs_password or state.used_password) and "too many" not in words:
        said = (
            "no password was given" if state.needs_password else "the role or the password is wrong"
        )
        return DatabaseRefusedError(f"The database server refused the login: {said}.", safe=_SAFE)
    for sign, sentence in (
        ("does not exist", "the role or the database does not exist there"),
        ("authentication failed", "the role is not let in"),
        ("pg_hba", "its rules let nobody in from here"),
        ("permission denied", "the role may not use this database"),
        ("certificate", "its certificate is not the expected one"),
    ):
        if sign in words and "No such file" not in words:
            return DatabaseRefusedError(
                f"The database server refused the login: {sentence}.", safe=_SAFE
            )
    for sign, sentence in (
        ("too many", "it has as many connections as it allows"),
        ("remaining connection slots", "it has as many connections as it allows"),
        ("starting up", "it is starting"),
        ("shutting down", "it is shutting down"),
        ("timeout", "nothing answers there"),
        ("refused", "nothing listens there"),
        ("translate host name", "its name is not known"),
        ("resolve host", "its name is not known"),
        ("No such file", "nothing listens at that socket"),
    ):
        if sign in words:
            return DatabaseAwayError(f"The database server cannot be used: {sentence}.", safe=_SAFE)
    return DatabaseAwayError("The database server cannot be used.", safe=_SAFE)


_LOST = ("08", "57P")
_NAMED_STATES = {
    "22003": StoreError("A whole number does not fit in its column."),
    "23502": StoreError("A row lacks a value that it must have (NOT NULL)."),
    "23505": StoreError("A row with this key exists already (UNIQUE)."),
    "25006": StoreError("The case is open for reading only (readonly)."),
}


def translated(error: Exception) -> StoreError | CaseError:
    """The named error for a refusal of a server that was connected."""
    refusal = getattr(error, "orig", error)
    is_lost = isinstance(error, PendingRollbackError)  # what comes after the refusal that lost it
    state = getattr(refusal, "sqlstate", None) or ""
    if state in _NAMED_STATES:
        return type(_NAMED_STATES[state])(_NAMED_STATES[state].message)
    if (
        is_lost
        or state.startswith(_LOST)
        or (not state and isinstance(refusal, psycopg.OperationalError))
    ):
        return DatabaseAwayError(
            "The connection to the database server was lost.", safe=_SAFE, next_step=_AGAIN
        )
    if state in {"53100", "53200"}:
        return DiskFullError(
            "The database server has no space left." if state == "53100" else
            "The database server has no memory left.",
            safe="The journal holds every act; the tables are as before this one.",
            next_step="Let the server's keeper make room, then run the command again.",
        )  # fmt: skip
    if state in {"55P03", "40P01", "55006"}:
        return CaseBusyError("Another program writes to the tables of this case.")
    if state in {"42P01", "3F000"}:
        return CaseDamagedError(
            "The tables of this case are not on the database server.",
            next_step="Check which server and database CHAINLEAD_DATABASE names, and that the role may "
            "use the schema. If the tables were lost, `chainlead case set` on the case makes them again "
            "from the journal.",
        )
    if state in {"42501", "28000", "28P01", "3D000"}:
        return DatabaseRefusedError("The role may not do this on the database server.", safe=_SAFE)
    kind = type(refusal).__name__
    return StoreError(f"The database server refused ({kind}, {state or 'no state'}).")
