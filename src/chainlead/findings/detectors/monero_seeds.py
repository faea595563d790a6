"""Seeds of Monero: 25 words, and 13 of MyMonero.

Found in: notes, password managers, wallet exports, chats.
Proof: all words of one of twelve lists, and a last word that repeats the one which a CRC-32 names
(1 in 1626 for random words of the list); three quarters of the words distinct.
Limits: never more than *structured*. Forks of Monero write seeds of the same form. A secret: place,
kind and keyed fingerprint only.
Spec: Monero `src/mnemonics/electrum-words.cpp`.
"""

from collections.abc import Iterator

from chainlead.codecs import MoneroSeed, parse_monero_seed
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.phrase_windows import phrase_windows
from chainlead.findings.view import Mark, View
from chainlead.findings.word_runs import word_runs
from chainlead.model import Candidate, Certainty, Chain, Network

_COUNTS = (25, 13)
_CANDIDATES = (
    Candidate(Chain.MONERO, Network.MAIN, "a seed of Monero's form names no network"),
    Candidate(Chain.ELECTRONEUM, Network.MAIN, "its old wallets write seeds of the same form"),
)


class MoneroSeeds(Detector):
    """25 or 13 words whose last one repeats the right one."""

    name = "mnemonic.monero"
    needs = Mark.WORDS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every run of list words."""
        for run in word_runs(view):
            for start, end, readings in phrase_windows(run, _COUNTS, parse_monero_seed):
                yield Hit(start, end, None, _proof(readings))


def _proof(readings: tuple[MoneroSeed, ...]) -> Proof:
    best = readings[0]
    return Proof(
        kind="mnemonic",
        certainty=Certainty.STRUCTURED,
        check_made="Monero seed: all words of one list, last word named by CRC-32",
        false_positive_rate="2^-10 of word runs",
        candidates=_CANDIDATES,
        secret=best.secret,
        detail={
            "form": "monero" if best.word_count == 25 else "mymonero",
            "languages": [reading.language for reading in readings],
            "word_count": best.word_count,
        },
    )
