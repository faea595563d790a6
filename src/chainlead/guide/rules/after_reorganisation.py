"""What is left to do after blocks left the chain: work results out again, fetch, look at requests."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, RerunFact
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.ledger import find_account_chain
from chainlead.model import Chain, Sentence

_TXID_DIGITS = 64
_MOST_NAMED = 5


class AfterReorganisation(NextStepRule):
    """A block that leaves the chain takes along what was said on its word."""

    name: ClassVar[str] = "reorganised"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for what waits to be worked out again, then one for each result to look at."""
        if facts.rerun_due:
            yield self.step(
                Sentence.counted(
                    facts.rerun_due,
                    "Work {count} result out again: blocks that it rests on left the chain",
                    "Work {count} results out again: blocks that they rest on left the chain",
                ),
                Sentence(
                    "It was put off, or interrupted. Nothing is asked of anybody for it; the old "
                    "results stay readable."
                ),
                command(facts, "rerun"),
                Urgency.NOW,
                forgotten=True,
                place=Place("ledger", "reruns"),
            )
        for one in facts.reruns:
            if one.state == "sent":
                yield self._sent(facts, one)
            elif one.kind == "draft":
                yield self._groundless(one)
            elif one.state == "waiting":
                yield self._waiting(facts, one)

    def _sent(self, facts: CaseFacts, one: RerunFact) -> Step:
        return self.step(
            Sentence("Check the request that was sent to {service}", service=one.about),
            Sentence(
                "It rests on blocks that left the chain after it was made. What was sent is never "
                "changed here: compare it with the trace of now, and tell the addressee what is "
                "different, or that nothing is."
            ),
            command(facts, "rerun", "--list"),
            Urgency.NOW,
            about=one.result_id,
            place=Place("requests", one.result_id),
        )

    def _groundless(self, one: RerunFact) -> Step:
        return self.step(
            Sentence("Do not send the draft to {service} as it is", service=one.about),
            Sentence(
                "Blocks that it rests on left the chain, and the trace of now leads to no such place. "
                "Draft anew from a lead that stands, or set this step aside with a reason."
            ),
            "",
            Urgency.NOW,
            about=one.result_id,
            place=Place("requests", one.result_id),
        )

    def _waiting(self, facts: CaseFacts, one: RerunFact) -> Step:
        return self.step(
            Sentence("Fetch what the result from {origin} still lacks", origin=one.about),
            Sentence.counted(
                len(one.lacks),
                "After blocks left the chain, {count} transaction or place that it passes is in no "
                "block that the case knows. Fetch the newest blocks; then it is worked out again by "
                "itself.",
                "After blocks left the chain, {count} transactions or places that it passes are in no "
                "block that the case knows. Fetch the newest blocks; then it is worked out again by "
                "itself.",
            ),
            _fetching(facts, one),
            Urgency.NEXT,
            about=one.result_id,
            place=Place("ledger", "reruns"),
        )


def _fetching(facts: CaseFacts, one: RerunFact) -> str:
    """The command that may bring what is lacking; empty where none is the obvious one."""
    txids = [name for name in one.lacks if len(name) == _TXID_DIGITS][:_MOST_NAMED]
    if not txids or not one.chain or find_account_chain(Chain(one.chain)) is not None:
        return ""
    chain = () if one.chain == "bitcoin" else (f"--chain {one.chain}",)
    return command(facts, "fetch transactions", *txids, *chain, "--node URL")
