"""Names of accounts: what journals hold, so of one form only, and compared in that form."""

import re
import unicodedata

from chainlead.errors import TeamError

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def folded_name(given: str) -> str:
    """The form in which a name is compared; a person may type capitals and spaces around it."""
    return unicodedata.normalize("NFKC", given).strip().casefold()


def required_name(given: str) -> str:
    """The name of a new account.

    Raises:
        TeamError: it is none.
    """
    name = folded_name(given)
    if not _NAME.fullmatch(name):
        raise TeamError(
            "A name has 1 to 64 of the letters a to z, digits, and . _ @ - (not as the first).",
            next_step="Choose such a name; it will stand in the journals of cases.",
        )
    return name
