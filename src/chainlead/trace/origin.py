"""Where a trace starts: an address, a transaction, or one output."""

import re
from dataclasses import dataclass

from chainlead.errors import OriginNotFoundError
from chainlead.model import Outpoint, Txid

_TXID = re.compile(r"[0-9a-fA-F]{64}\Z")
_OUTPOINT = re.compile(r"([0-9a-fA-F]{64}):([0-9]{1,10})\Z")
_BROKEN_OUTPUT = re.compile(r"[0-9a-fA-F]{64}:")
_ADDRESS = re.compile(r"[0-9A-Za-z:]{14,120}\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    """Exactly one of the three is set."""

    address: str | None = None
    txid: Txid | None = None
    outpoint: Outpoint | None = None

    @property
    def kind(self) -> str:
        """`address`, `transaction` or `output`."""
        if self.outpoint is not None:
            return "output"
        return "transaction" if self.txid is not None else "address"

    def __str__(self) -> str:
        """The text that `parse_origin` reads back to the same origin."""
        return str(self.outpoint or self.txid or self.address)


def parse_origin(text: str) -> Origin:
    """Read an address, a txid, or `txid:output_index`.

    The text of a refused origin is never repeated in the error: somebody may paste a key here.

    Raises:
        OriginNotFoundError: none of the three.
    """
    text = text.strip()
    if _TXID.match(text):
        return Origin(txid=Txid.from_display(text.lower()))
    if found := _OUTPOINT.match(text):
        index = int(found[2])
        if index <= 0xFFFFFFFF:
            return Origin(outpoint=Outpoint(Txid.from_display(found[1].lower()), index))
    elif _ADDRESS.match(text) and not _BROKEN_OUTPUT.match(text):
        is_upper_bech32 = len(text) >= 40 and text == text.upper()
        return Origin(address=text.lower() if is_upper_bech32 else text)
    raise OriginNotFoundError(
        "What was given is no address, no transaction id and no output (txid:output_index).",
        next_step="Copy it whole, without spaces, from `chainlead findings CASE` or from a report.",
    )
