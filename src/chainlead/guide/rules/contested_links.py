"""Links between clusters that nobody decided about."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class ContestedLinks(NextStepRule):
    """A link that would merge clusters around the case's addresses, and something against it."""

    name: ClassVar[str] = "contested-links"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per ledger."""
        for chain in sorted({link.chain for link in facts.contested}):
            links = [link for link in facts.contested if link.chain == chain]
            doubts = sorted({doubt for link in links for doubt in link.doubts})
            yield self.step(
                Sentence.counted(
                    len(links),
                    "Look at {count} contested link between addresses ({chain})",
                    "Look at {count} contested links between addresses ({chain})",
                    chain=chain,
                ),
                Sentence.counted(
                    len(links),
                    "This transaction would merge groups of addresses around your case, but "
                    "something speaks against it: {doubts}. A false link makes two strangers one "
                    "person, so it is not drawn until somebody decides. Undecided, it is shown in "
                    "the report as contested.",
                    "These transactions would merge groups of addresses around your case, but "
                    "something speaks against it: {doubts}. A false link makes two strangers one "
                    "person, so it is not drawn until somebody decides. Undecided, it is shown in "
                    "the report as contested.",
                    doubts=Sentence.joined(map(Sentence.kept, doubts), ", "),
                ),
                command(facts, "contested", f"--chain {chain}"),
                Urgency.SOON,
                about=chain,
                place=Place("checks", "contested"),
            )
