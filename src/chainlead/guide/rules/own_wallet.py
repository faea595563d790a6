"""A wallet of the device's owner was found, and no ledger data are there to look into it."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place, some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class OwnWallet(NextStepRule):
    """A wallet says which addresses are its own; the ledger says what is on them."""

    name: ClassVar[str] = "own-wallet"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Get the ledger."""
        if facts.own_wallets and not facts.ledger_chains:
            yield self.step(
                Sentence("Find out what is in the wallet that was found"),
                Sentence(
                    "A wallet of the exhibit's owner was found ({place}). Without ledger data nobody "
                    "knows whether it is empty. Add block files or histories of its addresses.",
                    place=facts.own_wallets[0],
                ),
                command(facts, "ledger add", "SOURCE"),
                Urgency.NEXT,
                place=Place("ledger", "blocks"),
            )
        if facts.extended_keys and not facts.own_wallets:
            yield self.step(
                Sentence("Ask the examiner for the wallet's addresses"),
                Sentence(
                    "An extended public key was found. All addresses of that wallet can "
                    "be listed from it, also those that never stood in the exhibit. It "
                    "cannot spend."
                ),
                command(facts, "findings"),
                Urgency.SOON,
                about="extended-key",
                place=some_findings(kind="extended_key"),
            )
