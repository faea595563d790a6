"""Rows of an export that the case's ledger contradicts, or does not hold yet."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class StatedRows(NextStepRule):
    """What an export says is its source's word until the ledger bears it out."""

    name: ClassVar[str] = "stated"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """For each chain: rows that differ first, then rows that nobody could compare."""
        for one in facts.stated:
            chain = one.chain
            if one.differs:
                yield self.step(
                    Sentence.counted(
                        one.differs,
                        "Look at {count} row of an export that the ledger of {chain} contradicts",
                        "Look at {count} rows of exports that the ledger of {chain} contradicts",
                        chain=chain,
                    ),
                    Sentence(
                        "The transaction is there, and pays somebody else or another sum. The export "
                        "may be wrong, altered, or read with the wrong mapping. Ask who made it."
                    ),
                    command(facts, "ledger stated", f"--chain {chain}"),
                    Urgency.NEXT,
                    about=f"{chain}-differs",
                    place=Place("ledger", "stated"),
                )
            if one.unknown:
                yield self.step(
                    Sentence.counted(
                        one.unknown,
                        "Check {count} row of an export with the ledger of {chain}",
                        "Check {count} rows of exports with the ledger of {chain}",
                        chain=chain,
                    ),
                    Sentence(
                        "Their transactions are not in the case, so they are no more than what their "
                        "source says. Fetch or add the blocks that hold them; then they are compared."
                    ),
                    command(facts, "ledger stated", f"--chain {chain}"),
                    Urgency.SOON,
                    about=f"{chain}-unknown",
                    place=Place("ledger", "stated"),
                )
