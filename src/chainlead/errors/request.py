"""Errors of requests, answers and reports."""

from chainlead.errors.base import ChainleadError


class RequestError(ChainleadError):
    """A request could not be drafted."""

    exit_code = 80


class LeadNotFoundError(RequestError):
    """The case has no lead with this id."""

    exit_code = 81
    default_next_step = "List the leads with `chainlead leads CASE`; run a trace first."


class NoInstrumentError(RequestError):
    """No legal instrument is known for this requester and addressee."""

    exit_code = 82
    default_next_step = "Ask the prosecutor; known instruments are in src/chainlead/request/data."


class IdentifierMismatchError(RequestError):
    """An identifier in a draft is not the ledger's; the draft is not written."""

    exit_code = 83
    default_next_step = "Draft the request again from the lead; never type identifiers by hand."


class AnswerFileError(RequestError):
    """A file of a service's answer cannot be read as it is; nothing was imported."""

    exit_code = 84
    default_next_step = (
        "Ask the service for the file as XLSX, CSV, PDF with text, or JSON; see "
        "docs/howto/import-an-answer.md."
    )


class AnswerMappingError(RequestError):
    """What the columns of an answer mean, or their time zone, was not said; nothing was imported."""

    exit_code = 85
    default_next_step = "Look at the proposed meaning with `chainlead answer look FILE`."


class AnswerNotFoundError(RequestError):
    """The case has no such draft, answer or row."""

    exit_code = 86
    default_next_step = "List the answers with `chainlead answer list CASE`."


class DraftNotFoundError(RequestError):
    """The case has no draft with this id."""

    exit_code = 101
    default_next_step = "List the drafts with `chainlead request list CASE`."


class RequestOrderError(RequestError):
    """This step of a request cannot come now; nothing was recorded."""

    exit_code = 87
    default_next_step = "See what was recorded with `chainlead request history CASE DRAFT`."


class SecondPersonError(RequestError):
    """The step needs another person than the one who drafted; nothing was recorded."""

    exit_code = 88
    default_next_step = "Let a colleague do this step under their own name (CHAINLEAD_USER)."


class AddresseeUnconfirmedError(RequestError):
    """Nobody compared the addressee with the directory, or it warns; nothing was recorded."""

    exit_code = 89
    default_next_step = (
        "A second person runs `chainlead request confirm-addressee CASE DRAFT ADDRESS`."
    )


class ReportError(ChainleadError):
    """The report could not be written."""

    exit_code = 90


class VerificationError(ReportError):
    """The case does not give the same bytes again."""

    exit_code = 91
    default_next_step = "The place is named above; restore that file from a copy and verify again."
