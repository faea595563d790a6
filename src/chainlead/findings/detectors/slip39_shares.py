"""Shares of SLIP-39 (Shamir backup of hardware wallets).

Found in: notes, photographs' texts, password managers.
Proof: all words of the list and a code of 30 bits (RS1024).
Limits: one share spends nothing alone unless its threshold is one. Shares of one secret have the
same identifier in the detail. A secret: place, kind and keyed fingerprint only.
Spec: SLIP-0039.
"""

from collections.abc import Iterator

from chainlead.codecs import Slip39Share, parse_slip39
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.phrase_windows import phrase_windows
from chainlead.findings.view import Mark, View
from chainlead.findings.word_runs import word_runs
from chainlead.model import Candidate, Certainty, Chain, Network

_COUNTS = (33, 30, 27, 23, 20)
_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "a share names no coin: wallets derive all from it"),
    Candidate(Chain.ETHEREUM, Network.MAIN, "a share names no coin: wallets derive all from it"),
)


class Slip39Shares(Detector):
    """Twenty words or more."""

    name = "mnemonic.slip39"
    needs = Mark.WORDS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every run of list words."""
        for run in word_runs(view):
            for start, end, share in phrase_windows(run, _COUNTS, parse_slip39):
                yield Hit(start, end, None, _proof(share))


def _proof(share: Slip39Share) -> Proof:
    return Proof(
        kind="mnemonic",
        certainty=Certainty.CHECKED,
        check_made="SLIP-39 share: all words of the list, RS1024 code of 30 bits",
        false_positive_rate="2^-30 of word runs",
        candidates=_CANDIDATES,
        secret=share.secret,
        detail={
            "form": "slip39",
            "identifier": share.identifier,
            "extendable": share.extendable,
            "group": f"{share.group_index + 1} of {share.group_count}, "
            f"{share.group_threshold} needed",
            "member": f"{share.member_index + 1}, {share.member_threshold} needed",
            "word_count": share.word_count,
        },
    )
