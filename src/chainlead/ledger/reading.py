"""Read one file: unpack it, find its form, yield what it holds. Same bytes, same answer."""

from collections.abc import Iterator

from chainlead.errors import LedgerSourceError
from chainlead.ledger.source import Event, LedgerSource, Packing, Request
from chainlead.ledger.sources.raw_block import follows_header
from chainlead.registry import residents

MAX_UNPACKED_BYTES = 1 << 29
_MAX_LAYERS = 2
_FOLDER = "chainlead.ledger.sources"


def find_form(content: bytes, request: Request) -> str:
    """The name of the form, outermost packing first: `bzip2/block-file`.

    Raises:
        LedgerSourceError: no form that holds ledger data, or a packing that is damaged.
    """
    layers, inside = _unpack(content)
    for source in ledger_sources():
        if source.suits(request) and source.recognises(inside, request):
            return "/".join((*layers, source.form))
    raise LedgerSourceError(
        f"No block, transaction or history in a known form: {_looks_like(inside)}."
    )


def read_source(content: bytes, form: str, request: Request) -> Iterator[Event]:
    """What the file holds, read as the form that `find_form` gave.

    Raises:
        LedgerSourceError: the form is unknown, or a packing is damaged.
        WrongNetworkError: all of it belongs to another network.
        BlockInvalidError, TransactionInvalidError: the one thing in it is not valid.
    """
    _, inside = _unpack(content)
    name = form.rpartition("/")[2]
    for source in ledger_sources():
        if source.form == name:
            return source.read(inside, request)
    raise LedgerSourceError(f"There is no ledger source of the form {form!r}.")


def _unpack(content: bytes) -> tuple[tuple[str, ...], bytes]:
    layers: tuple[str, ...] = ()
    while len(layers) < _MAX_LAYERS:
        packing = next((p for p in _packings() if content.startswith(p.magic)), None)
        if packing is None:
            break
        content = packing.unpack(content, max_bytes=MAX_UNPACKED_BYTES)
        layers = (*layers, packing.form)
    return layers, content


def ledger_sources() -> tuple[LedgerSource, ...]:
    """Every form that can be read, in the order in which they are tried."""
    return residents(_FOLDER, LedgerSource)  # type: ignore[type-abstract]  # residents are concrete


def _packings() -> tuple[Packing, ...]:
    return residents(_FOLDER, Packing)  # type: ignore[type-abstract]  # residents are concrete


def _looks_like(content: bytes) -> str:
    if not content:
        return "the file is empty"
    if follows_header(content):
        return "block headers without their transactions"
    first = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if first[:1] in {b"{", b"["}:
        return "JSON without a whole block in hexadecimal and without transactions in Esplora form"
    return f"{len(content)} bytes that are none of these"
