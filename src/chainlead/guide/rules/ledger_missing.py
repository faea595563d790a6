"""Addresses of a chain were found, and the case holds no ledger data of that chain."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from chainlead.errors import LedgerError
from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.ledger import get_parameters
from chainlead.model import Chain

_HIDDEN = {
    "monero": "Its ledger hides amounts and parties.",
    "electroneum": (
        "Until May 2018 it hid who paid, until September 2021 who was paid; since March 2024 it "
        "runs on another ledger, where addresses begin with 0x. This version reads none of them."
    ),
}


def _is_readable(chain: str) -> bool:
    try:
        get_parameters(Chain(chain))
    except LedgerError:
        return False
    return True


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
                    f"{_HIDDEN[chain]} Ask instead: which exchange bought or sold it? Look for mails "
                    "from exchanges, and for the wallet's view key.",
                    command(facts, "findings"),
                    Urgency.SOON,
                    about=chain,
                )
                continue
            if not _is_readable(chain):
                yield self.step(
                    f"Have {chain} followed by a specialist ({count} found)",
                    "This version finds these addresses and cannot read their ledger. Give them to a "
                    "tracing specialist. Do not look them up on a website: that tells a stranger whom "
                    "you look at.",
                    command(facts, "findings"),
                    Urgency.SOON,
                    about=chain,
                )
                continue
            yield self.step(
                f"Add the ledger of {chain} ({count} found)",
                "Ask your technical unit for a node's block files (blk*.dat), or for the histories of "
                "these addresses. Do not look them up on a website: "
                "that tells a stranger whom you look at.",
                command(facts, "ledger add", "SOURCE"),
                Urgency.NEXT,
                about=chain,
            )
