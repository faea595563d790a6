"""Text that matches an expression which the user gave (`chainlead scan --pattern FILE`).

Found in: anything, in 8-bit and UTF-16 text alike.
Proof: none but the expression: the shape only.
Limits: matches longer than 500 characters are cut in the finding; at most 10,000 for each
expression and page. What could be a secret is masked in the value too. Where two expressions match
the same text, one finding is kept.
Spec: Python's `re` on bytes.
"""

from collections.abc import Iterator
from itertools import islice

from chainlead.findings.context import masked
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Certainty

_MOST_MATCHES = 10_000
_LONGEST_SHOWN = 500


class UserPatterns(Detector):
    """One finding for each match."""

    name = "pattern"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:
        """Run the expressions that can match."""
        if not knowledge.patterns or not view.data:
            return
        for name, expression in knowledge.patterns.candidates(view.data):
            matches = (match.span() for match in expression.finditer(view.data))
            for start, end in islice(matches, _MOST_MATCHES):
                if start == end:
                    continue
                shown = masked(view.text(start, min(end, start + _LONGEST_SHOWN)))
                proof = Proof(
                    kind="pattern",
                    certainty=Certainty.SHAPE,
                    check_made="matches an expression that the user gave",
                    false_positive_rate="none (no checksum)",
                    detail={"pattern": name},
                )
                yield Hit(start, end, shown, proof)
