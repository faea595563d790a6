"""Transaction ids in the other byte order: as raw transactions and outpoints hold them.

Found in: raw transactions, wallet databases, PSBT, debug logs: beside the id as people read it.
Proof: the same 256 bits, reversed, stand in the same page of the file as a transaction id behind its
word or path. The value is the id as people read it.
Limits: one page of a file (and its margin) at a time; a raw id whose readable form is not there is
not found.
Spec: Bitcoin shows SHA-256 digests reversed; raw transactions hold them as computed.
"""

from collections.abc import Iterator
from itertools import islice

from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.detectors.transaction_ids import candidates_of
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Certainty

_MOST_IDS = 256
_MOST_PLACES = 8


class ReversedTransactionIds(Detector):
    """Raw bytes, and hex digits also inside longer ones."""

    name = "txid.reversed"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look for each id that was read in this page (runs come before views), reversed."""
        for txid in islice(view.readable_txids, _MOST_IDS) if view.is_raw else ():
            turned = bytes.fromhex(txid)[::-1]
            written = turned.hex().encode()
            if written == txid.encode():
                continue
            for needle in (turned, written, written.upper()):
                for start in _places(view.data, needle):
                    yield Hit(start, start + len(needle), txid, _proof(txid, len(needle)))


def _places(content: bytes, needle: bytes) -> Iterator[int]:
    at = content.find(needle)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at
        at = content.find(needle, at + len(needle))


def _proof(txid: str, length: int) -> Proof:
    written = "32 raw bytes" if length == 32 else "64 hex digits"
    return Proof(
        kind="txid",
        certainty=Certainty.STRUCTURED,
        check_made="equals, reversed, a transaction id in the same file",
        false_positive_rate="2^-256, if the other one is a transaction id",
        candidates=candidates_of(txid, is_evm=False),
        detail={
            "context_kind": "the readable form is in the same file",
            "byte_order": f"reversed here: {written} as raw transactions hold them",
        },
    )
