"""Errors of a case, its journal and its tables."""

from chainlead.errors.base import ChainleadError


class CaseError(ChainleadError):
    """The case folder cannot be used as it is."""

    exit_code = 10


class CaseNotFoundError(CaseError):
    """There is no case in this folder."""

    exit_code = 11
    default_next_step = "Check the path, or make a case with `chainlead case new CASE`."


class CaseExistsError(CaseError):
    """The folder already holds a case, or other files."""

    exit_code = 12
    default_next_step = "Choose another folder; an existing case is never overwritten."


class CaseBusyError(CaseError):
    """Another run writes to this case."""

    exit_code = 13
    default_next_step = "Wait until the other run ends, then run the command again."


class CaseDamagedError(CaseError):
    """A file of the case is not what was written."""

    exit_code = 14
    default_next_step = "Run `chainlead verify CASE` to see where; restore that file from a copy."


class CaseVersionError(CaseError):
    """The case was written by a newer chainlead."""

    exit_code = 15
    default_next_step = "Update chainlead, then open the case again."


class DecidedMeanwhileError(CaseError):
    """Another person decided about the same thing since the page was shown; nothing was recorded."""

    exit_code = 16
    default_next_step = "Look at what was decided meanwhile, then decide again."


class AccessError(CaseError):
    """A role in a case cannot be given or taken away like this; nothing was changed."""

    exit_code = 17
    default_next_step = "See who has which role with `chainlead access list CASE`."


class JournalError(ChainleadError):
    """The journal could not be read or written."""

    exit_code = 20


class JournalDamagedError(JournalError):
    """The journal is not the journal that was written."""

    exit_code = 21
    default_next_step = "Run `chainlead journal verify CASE`; it names the first bad entry."


class StoreError(ChainleadError):
    """The case store refused an operation."""

    exit_code = 25


class DiskFullError(StoreError):
    """The disk is full; the last finished step is kept."""

    exit_code = 26
    default_next_step = "Free some space and run the command again; it continues where it stopped."


class BlobMissingError(StoreError):
    """A stored answer or result is not in the case folder, or its bytes changed."""

    exit_code = 27
    default_next_step = "Restore the file from a copy of the case; its name is its SHA-256."


class DatabaseAwayError(StoreError):
    """The database server of the team cannot be reached, or the connection to it was lost."""

    exit_code = 28
    default_next_step = "See that the server runs and can be reached, then run the command again."


class DatabaseRefusedError(StoreError):
    """The database server of the team does not let this role in, or not do this; or it is not trusted."""

    exit_code = 29
    default_next_step = (
        "Check the role, its password (~/.pgpass) and its rights on the database, and "
        "CHAINLEAD_DATABASE."
    )
