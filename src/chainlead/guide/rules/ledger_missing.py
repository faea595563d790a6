"""Addresses of a chain were found, and the case holds no ledger data of that chain."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

_TRACEABLE = frozenset({"bitcoin", "litecoin", "dash", "bitcoin-cash", "dogecoin", "zcash"})
_HIDDEN = frozenset({"monero", "electroneum"})


class LedgerMissing(NextStepRule):
    """Without the ledger an address is a string."""

    name: ClassVar[str] = "ledger"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per chain: what to ask whom."""
        found = Counter(
            address.chains[0]
            for address in facts.addresses
            if address.chains and address.state != "noise" and address.certainty != "shape"
        )
        for chain in sorted(found):
            if chain in facts.ledger_chains:
                continue
            count = f"{found[chain]} address{'es' if found[chain] != 1 else ''}"
            if chain in _HIDDEN:
                yield self.step(
                    f"Do not expect to follow {chain} on its ledger ({count} found)",
                    "Its ledger hides amounts and parties. Ask instead: which exchange bought or sold it? "
                    "Look for mails from exchanges, and for the wallet's view key.",
                    command(facts, "findings"),
                    Urgency.SOON,
                    about=chain,
                )
                continue
            whom = (
                "Ask your technical unit for a node's block files (blk*.dat)"
                if chain in _TRACEABLE
                else "Ask your technical unit for an export from its own node"
            )
            yield self.step(
                f"Add the ledger of {chain} ({count} found)",
                f"{whom}, or for the histories of these addresses. Do not look them up on a website: "
                "that tells a stranger whom you look at.",
                command(facts, "ledger add", "SOURCE"),
                Urgency.NEXT,
                about=chain,
            )
