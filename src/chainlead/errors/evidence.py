"""Errors of exhibits, codecs, findings and what is noted about them."""

from chainlead.errors.base import ChainleadError


class EvidenceError(ChainleadError):
    """An exhibit could not be opened."""

    exit_code = 30


class ExhibitNotFoundError(EvidenceError):
    """The exhibit is not at this path."""

    exit_code = 31
    default_next_step = "Check the path; `--help` shows what the command takes."


class ExhibitChangedError(EvidenceError):
    """The exhibit's bytes differ from those that were scanned."""

    exit_code = 32
    default_next_step = "Work on an untouched copy; what was found before stays in the case."


class CodecError(ChainleadError, ValueError):
    """The text or bytes are not what they look like."""

    exit_code = 40
    default_next_step = "Compare the string with its source, character by character."


class ChecksumError(CodecError):
    """The form is right and the checksum is wrong: a typing error, or another thing."""

    exit_code = 41


class FindingNotFoundError(ChainleadError):
    """The case has no finding with this id."""

    exit_code = 45
    default_next_step = "List the ids with `chainlead findings CASE`."


class CanvasError(ChainleadError):
    """What was asked of a picture, a note or a saved view cannot be done."""

    exit_code = 46
    default_next_step = "Nothing was changed; correct it and try again."


class SubjectNotFoundError(CanvasError):
    """The case has no such thing to note, mark, move or open."""

    exit_code = 47
    default_next_step = "Take the name of the thing from the picture's table or from the list."
