"""A proof of a hidden payment was checked: what it lacks."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, HiddenCoinFact
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class HiddenProof(NextStepRule):
    """A proof that fails, that was made for nobody, or whose transaction stands in no block."""

    name: ClassVar[str] = "hidden-proof"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """At most one step for each proof: its worst lack."""
        good = {(fact.txid, fact.about) for fact in facts.hidden_coins if fact.holds}
        for fact in facts.hidden_coins:
            if fact.kind != "proof":
                continue
            found = self._step(facts, fact, has_good_one=(fact.txid, fact.about) in good)
            if found is not None:
                yield found

    def _step(self, facts: CaseFacts, fact: HiddenCoinFact, *, has_good_one: bool) -> Step | None:
        about = f"{fact.txid or fact.about}:{fact.proof}:{'holds' if fact.holds else 'fails'}"
        verb = "monero check-proof" if fact.chain == "monero" else "electroneum check-key"
        if not fact.holds:
            if has_good_one:
                return None
            return self.step(
                Sentence(
                    "A {proof} proof does not hold: ask for another one",
                    proof=Sentence.kept(fact.proof),
                ),
                Sentence(
                    "Do not rely on it. A slip in the transaction's id, the address or "
                    "the message makes a good proof fail; compare each letter first. "
                    "Then ask its maker for a new one, and say what you checked."
                ),
                command(facts, verb, f"--txid {fact.txid or 'ID'} --address {fact.about}"),
                Urgency.NEXT,
                about=about,
                place=some_findings(text=fact.about),
            )
        if fact.is_in_block is False or (fact.is_in_block is None and fact.proof == "payment"):
            return self.step(
                Sentence("Show that the proved payment stands in a block"),
                Sentence(
                    "The proof says what the transaction would pay. Only a block says "
                    "that it was made. Ask the unit's own node for the block that holds "
                    "it."
                ),
                command(facts, verb, f"--txid {fact.txid} --address {fact.about} --node URL"),
                Urgency.SOON,
                about=about,
                forgotten=True,
                place=some_findings(text=fact.about),
            )
        if fact.proof in {"payment", "spend", "reserve"} and not fact.has_message:
            return self.step(
                Sentence(
                    "Ask for the {proof} proof again, for a message of your own",
                    proof=Sentence.kept(fact.proof),
                ),
                Sentence(
                    "It was made without a message, so anybody who has seen it can show "
                    "it. One that is made for your case number shows that its maker "
                    "holds the secret today."
                ),
                command(facts, verb, f"--txid {fact.txid or 'ID'} --address {fact.about}"),
                Urgency.SOON,
                about=about,
                forgotten=True,
                place=some_findings(text=fact.about),
            )
        return None
