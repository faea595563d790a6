"""Links between clusters that nobody decided about."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class ContestedLinks(NextStepRule):
    """A link that would merge clusters around the case's addresses, and something against it."""

    name: ClassVar[str] = "contested-links"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per ledger."""
        for chain in sorted({link.chain for link in facts.contested}):
            links = [link for link in facts.contested if link.chain == chain]
            doubts = ", ".join(sorted({doubt for link in links for doubt in link.doubts}))
            many = len(links) != 1
            yield self.step(
                f"Look at {len(links)} contested link{'s' if many else ''} between addresses ({chain})",
                f"{'These transactions' if many else 'This transaction'} would merge groups of addresses "
                f"around your case, but something speaks against it: {doubts}. A false link makes two "
                "strangers one person, so it is not drawn until somebody decides. Undecided, it is shown "
                "in the report as contested.",
                command(facts, "contested", f"--chain {chain}"),
                Urgency.SOON,
                about=chain,
            )
