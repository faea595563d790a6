"""What the refusals of a PostgreSQL server, and of the driver, mean.

Their own sentences are never shown: they may repeat parts of a badly written URL, or values of rows.
libpq says why it did not connect in English; a server may say so in any language, so its words are a
sign only where they are known, and a sentence that fits every cause is said otherwise.
"""

import re

import psycopg
from sqlalchemy.exc import PendingRollbackError

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    ChainleadError,
    ConfigError,
    DatabaseAwayError,
    DatabaseRefusedError,
    DiskFullError,
    StoreError,
)

_SAFE = "Every act that was finished is in the case's journal, with its files."
_NOTHING_SENT = f"Neither a password nor a row was sent. {_SAFE}"
_AGAIN = (
    "See that the server runs and can be reached, then run the command again: it finishes what was "
    "left undone."
)
_OWN_FILES = (
    "Check sslcert and sslkey in CHAINLEAD_DATABASE: both files are there, belong together, and the key "
    "can be read by this account only (chmod 600)."
)
_FOR_KEEPER = (
    "Ask the server's keeper for a certificate of this role, and name it with sslcert and sslkey."
)


_QUOTED = re.compile(r'"[^"]*"')
"""Names and paths: they are no words of the sentence."""


class SilentServerError(psycopg.OperationalError):
    """The server answers nobody any more, though the connection to it still stands."""


_UNTRUSTED = (
    (
        "does not support SSL",
        "it offers no TLS, and the address demands it",
        "Switch TLS on at the server (ssl = on, with its certificate), or correct the address.",
    ),
    (
        "does not match host name",
        "its certificate is for another name",
        ("Write the host in CHAINLEAD_DATABASE as the certificate names it. If it does name this "
        "server, somebody else may be answering: tell the server's keeper."),
    ),
    (
        "certificate verify failed",
        "its certificate has expired, is revoked, or is not from the expected authority",
        ("Let the server's keeper look at the certificate's dates, and check that sslrootcert names the "
        "authority's certificate. If both are right, somebody else may be answering."),
    ),
)  # fmt: skip
_OWN_CERTIFICATE = (
    ("root certificate file", "The certificate of the authority (sslrootcert) cannot be read.",
     ("Get the certificate of the authority that signed the server's, and write sslrootcert=FILE "
     "in CHAINLEAD_DATABASE; sslrootcert=system takes the authorities that this machine trusts.")),
    ("host name must be specified", "The address has no name to check the certificate by.",
     "Write the server's name as the host in CHAINLEAD_DATABASE."),
    ("private key file", "The key of the client certificate (sslkey) cannot be used.", _OWN_FILES),
    ("certificate file", "The client certificate (sslcert) cannot be used.", _OWN_FILES),
    ("certificate present", "The client certificate has no key (sslkey).", _OWN_FILES),
)  # fmt: skip
_LOGIN = (
    ("valid client certificate", "it asks for a client certificate and got none that it accepts", _FOR_KEEPER),
    ("certificate required", "it asks for a client certificate and got none that it accepts", _FOR_KEEPER),
    ("certificate authentication failed", "the client certificate is for another role", _FOR_KEEPER),
    ("alert", "it does not accept the client certificate", _FOR_KEEPER),
    ("no encryption", "it takes no connections without TLS from here", "Write sslmode=verify-full in CHAINLEAD_DATABASE."),
    ("pg_hba", "its rules let nobody in from here", ""),
    ("does not exist", "the role or the database does not exist there", ""),
    ("permission denied", "the role may not use this database", ""),
    ("password authentication failed", "the role or the password is wrong", ""),
    ("authentication failed", "the role is not let in", ""),
)  # fmt: skip
_AWAY = (
    ("too many", "it has as many connections as it allows"),
    ("remaining connection slots", "it has as many connections as it allows"),
    ("starting up", "it is starting"),
    ("shutting down", "it is shutting down"),
    ("recovery mode", "it is recovering from a crash"),
    ("timeout", "nothing answers there"),
    ("refused", "nothing listens there"),
    ("translate host name", "its name is not known"),
    ("resolve host", "its name is not known"),
    ("No such file", "nothing listens at that socket"),
    ("No route to host", "no way leads there"),
    ("unreachable", "no way leads there"),
    ("closed the connection", "it hung up"),
    ("SYSCALL error", "it hung up"),
)


def not_connected(error: psycopg.Error) -> ChainleadError:
    """The named error for a connection that did not come to be.

    What the driver itself found comes first, then what the server said in words that are known.
    """
    words = _QUOTED.sub("", str(error))
    for sign, sentence, next_step in _OWN_CERTIFICATE:
        if sign in words:
            return ConfigError(sentence, safe=_NOTHING_SENT, next_step=next_step)
    for sign, sentence, next_step in _UNTRUSTED:
        if sign in words:
            told = f"The database server is not trusted: {sentence}."
            return DatabaseRefusedError(told, safe=_NOTHING_SENT, next_step=next_step)
    for sign, sentence in _AWAY:
        if sign in words:
            return DatabaseAwayError(f"The database server cannot be used: {sentence}.", safe=_SAFE)
    for sign, sentence, next_step in _LOGIN:
        if sign in words:
            told = f"The database server refused the login: {sentence}."
            return DatabaseRefusedError(told, safe=_SAFE, next_step=next_step)
    state = error.pgconn
    if state and (state.needs_password or state.used_password):
        sentence = (
            "no password was given"
            if state.needs_password
            else "the role, the password or the database is wrong"
        )
        return DatabaseRefusedError(
            f"The database server refused the login: {sentence}.", safe=_SAFE
        )
    return DatabaseAwayError("The database server cannot be used.", safe=_SAFE)


_LOST = ("08", "57P", "25P03")
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
    if isinstance(refusal, SilentServerError):
        return DatabaseAwayError(
            "The database server stopped answering; the connection was given up.",
            safe=_SAFE, next_step=_AGAIN,
        )  # fmt: skip
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
    if state == "57014":
        return DatabaseAwayError(
            "The database server cut a question short (statement_timeout).",
            safe=_SAFE,
            next_step="Let the server's keeper take statement_timeout away for this role, then run the "
            "command again.",
        )
    kind = type(refusal).__name__
    return StoreError(f"The database server refused ({kind}, {state or 'no state'}).")
