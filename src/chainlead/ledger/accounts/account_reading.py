"""Find the form of a file with account ledger data, and read it. Same bytes, same answer."""

from collections.abc import Iterator

from chainlead.errors import LedgerSourceError
from chainlead.ledger.accounts.account_source import AccountEvent, AccountRequest, AccountSource
from chainlead.registry import residents

_FOLDER = "chainlead.ledger.accounts.sources"


def find_account_form(content: bytes, request: AccountRequest) -> str:
    """The name of the form.

    Raises:
        LedgerSourceError: no known form.
    """
    for source in account_sources():
        if source.recognises(content, request):
            return source.form
    raise LedgerSourceError(
        f"No data of {request.chain.chain.value} in a known form.",
        next_step="See docs/reference/coins.md for what can be read.",
    )


def read_account_source(
    content: bytes, form: str, request: AccountRequest
) -> Iterator[AccountEvent]:
    """What the file holds, read as the form that `find_account_form` gave.

    Raises:
        LedgerSourceError: the form is unknown.
        WrongNetworkError: all of it belongs to another network.
    """
    for source in account_sources():
        if source.form == form:
            return source.read(content, request)
    raise LedgerSourceError(f"There is no source of the form {form!r}.")


def account_sources() -> tuple[AccountSource, ...]:
    """Every form that can be read, in the order in which they are tried."""
    return residents(_FOLDER, AccountSource)  # type: ignore[type-abstract]  # residents are concrete
