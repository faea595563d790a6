"""A wallet of the device's owner was found, and no ledger data are there to look into it."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class OwnWallet(NextStepRule):
    """A wallet says which addresses are its own; the ledger says what is on them."""

    name: ClassVar[str] = "own-wallet"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Get the ledger."""
        if facts.own_wallets and not facts.ledger_chains:
            yield self.step(
                "Find out what is in the wallet that was found",
                f"A wallet of the exhibit's owner was found ({facts.own_wallets[0]}). Without ledger "
                "data nobody knows whether it is empty. Add block files or histories of its addresses.",
                command(facts, "ledger add", "SOURCE"),
                Urgency.NEXT,
            )
        if facts.extended_keys and not facts.own_wallets:
            yield self.step(
                "Ask the examiner for the wallet's addresses",
                "An extended public key was found. All addresses of that wallet can be listed from it, "
                "also those that never stood in the exhibit. It cannot spend.",
                command(facts, "findings"),
                Urgency.SOON,
                about="extended-key",
            )
