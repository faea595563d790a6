"""Secret numbers of Xaman (XUMM): eight groups of six digits, often labelled A to H.

Found in: notes, photographs' texts, password managers.
Proof: each group is a number of 16 bits and a digit that checks it: about 30 bits, of which 25 are
checksum; at least six different groups.
Limits: never more than *structured*: tables of six-digit numbers are common. Groups in another order
are not found. A secret: place, kind and keyed fingerprint only.
Spec: XLS-12.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import parse_secret_numbers
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import Mark, View
from chainlead.model import Candidate, Certainty, Chain, Network

_GROUP = re.compile(rb"\d{6}")
_COUNT = 8
_CANDIDATES = (Candidate(Chain.XRP, Network.MAIN, "secret numbers are Xaman's"),)


class SecretNumbers(Detector):
    """Eight groups whose check digits hold."""

    name = "key.secret_numbers"
    needs = Mark.DIGITS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every row of eight groups or more."""
        from chainlead.kernels import find_digit_groups  # noqa: PLC0415  (loads numba)

        starts, ends = find_digit_groups(view.array, _COUNT, view.marks)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            spans = [match.span() for match in _GROUP.finditer(view.data, start, end)]
            last = 0
            for first in range(len(spans) - _COUNT + 1):
                chosen = spans[first : first + _COUNT]
                groups = [view.data[a:b].decode("ascii") for a, b in chosen]
                if chosen[0][0] < last:
                    continue
                try:
                    secret = parse_secret_numbers(groups)
                except CodecError:
                    continue
                last = chosen[-1][1]
                proof = Proof(
                    kind="private_key",
                    certainty=Certainty.STRUCTURED,
                    check_made="eight groups of six digits, each with its check digit",
                    false_positive_rate="2^-30",
                    candidates=_CANDIDATES,
                    secret=secret,
                    detail={"format": "secret_numbers"},
                )
                yield Hit(chosen[0][0], last, None, proof)
