"""Polyseed phrases: 16 words, as Feather, Cake and other Monero wallets write.

Found in: notes, password managers, wallet exports.
Proof: all words of one BIP-39 list, a code of 11 bits, no reserved bits; a border on one side.
Limits: a weak checksum: never more than *structured*. The month in which the wallet was made is in
the phrase and is reported. A secret: place, kind and keyed fingerprint only.
Spec: https://github.com/tevador/polyseed.
"""

from collections.abc import Iterator

from chainlead.codecs import Polyseed, parse_polyseed
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.phrase_windows import phrase_windows
from chainlead.findings.view import Mark, View
from chainlead.findings.word_runs import word_runs
from chainlead.model import (
    Candidate,
    Certainty,
    Chain,
    Network,
    moment_from_unix,
    moment_to_text,
)

_COUNT = (16,)
_CANDIDATES = (Candidate(Chain.MONERO, Network.MAIN, "polyseed is written by Monero wallets"),)


class Polyseeds(Detector):
    """Sixteen words."""

    name = "mnemonic.polyseed"
    needs = Mark.WORDS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every run of list words."""
        for run in word_runs(view):
            for start, end, seed in phrase_windows(run, _COUNT, parse_polyseed, borders=1):
                yield Hit(start, end, None, _proof(seed))


def _proof(seed: Polyseed) -> Proof:
    return Proof(
        kind="mnemonic",
        certainty=Certainty.STRUCTURED,
        check_made="polyseed: all words of one list, code of 11 bits, no reserved bits",
        false_positive_rate="2^-9 of word runs",
        candidates=_CANDIDATES if seed.coin == "Monero" else (),
        secret=seed.secret,
        detail={
            "form": "polyseed",
            "coin": seed.coin,
            "languages": [seed.language],
            "word_count": 16,
            "wallet_made_about": moment_to_text(moment_from_unix(seed.born_unix))[:7],
            "needs_password": seed.encrypted,
        },
    )
