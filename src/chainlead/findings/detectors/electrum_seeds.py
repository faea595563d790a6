"""Seeds of Electrum: since version 2 with a version in their hash, before it twelve plain words.

Found in: notes, password managers, wallet exports, chats.
Proof: since version 2: HMAC-SHA512 of the phrase starts with 01, 100, 101 or 102 (8 or 12 bits), all
words of one list that Electrum offers, a border on one side. Before: twelve words of the old list
between two borders, and a word such as `seed` or `electrum` in front.
Limits: never more than *structured*; an old seed has no checksum. A BIP-39 phrase can be an Electrum
seed too by chance: then both are reported. A secret: place, kind and keyed fingerprint only.
Spec: Electrum `mnemonic.py`, `version.py`, `old_mnemonic.py`.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import ElectrumSeed, parse_electrum_seed, parse_old_electrum_seed
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.phrase_windows import phrase_windows
from chainlead.findings.view import Mark, View
from chainlead.findings.word_runs import word_runs
from chainlead.model import Candidate, Certainty, Chain, Network

_COUNTS = (25, 24, 13, 12)
_OLD_COUNT = (12,)
_LOOK_BACK = 120
_NAMES_A_SEED = re.compile(
    r"seed|electrum|mnemonic|wallet|recovery|backup|passphrase|\bphrase|pl[aå]nbok|återst|"
    r"billetera|portefeuille|wiederherst",
    re.IGNORECASE,
)
_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "Electrum is for Bitcoin; relatives share the form"),
)


class ElectrumSeeds(Detector):
    """Phrases of both kinds."""

    name = "mnemonic.electrum"
    needs = Mark.WORDS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every run of list words."""
        for run in word_runs(view):
            for start, end, seed in phrase_windows(run, _COUNTS, parse_electrum_seed, borders=1):
                yield Hit(start, end, None, _proof(seed))
            old = phrase_windows(run, _OLD_COUNT, parse_old_electrum_seed, borders=2)
            for start, end, seed in old:
                if _NAMES_A_SEED.search(view.text(max(0, start - _LOOK_BACK), start)):
                    yield Hit(start, end, None, _proof(seed))


def _proof(seed: ElectrumSeed) -> Proof:
    if seed.check_bits:
        check = f"Electrum seed: HMAC-SHA512 names the kind {seed.kind} ({seed.check_bits} bits)"
        rate = f"2^-{seed.check_bits} of word runs"
    else:
        check = "twelve words of Electrum's old list behind a word that names a seed"
        rate = "not measured (no checksum)"
    return Proof(
        kind="mnemonic",
        certainty=Certainty.STRUCTURED,
        check_made=check,
        false_positive_rate=rate,
        candidates=_CANDIDATES,
        secret=seed.secret,
        detail={
            "form": "electrum_old" if seed.kind == "old" else "electrum",
            "wallet_kind": seed.kind,
            "languages": [seed.language],
            "word_count": seed.word_count,
        },
    )
