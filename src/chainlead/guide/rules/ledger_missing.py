"""Addresses of a chain were found, and the case holds no ledger data of that chain."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place, some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.ledger import CoinRow, coin_table
from chainlead.model import Sentence

_STRANGER = Sentence("Do not look them up on a website: that tells a stranger whom you look at.")
_BLOCK_FILES = Sentence(
    "Ask your technical unit for a node's block files (blk*.dat), or for the histories of these "
    "addresses."
)


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
        rows = {row.chain.value: row for row in coin_table()}
        for chain in sorted(found.keys() & rows.keys()):
            if chain not in facts.ledger_chains:
                yield self._step(facts, rows[chain], found[chain])

    def _step(self, facts: CaseFacts, row: CoinRow, addresses: int) -> Step:
        chain = row.chain.value
        count = Sentence.counted(addresses, "{count} address", "{count} addresses")
        option = () if chain == "bitcoin" else (f"--chain {chain}",)
        if row.kind == "outputs" and not row.hides_today:
            return self.step(
                Sentence(
                    "Add the ledger of {chain} ({count} found)",
                    chain=chain,
                    count=count,
                ),
                Sentence.joined((Sentence.kept(row.advice) or _BLOCK_FILES, _STRANGER)),
                command(facts, "ledger add", *option, "SOURCE"),
                Urgency.NEXT,
                about=chain,
                place=Place("ledger", "blocks", (("chain", chain),)),
            )
        if row.kind == "accounts":
            return self.step(
                Sentence(
                    "Add the ledger of {chain} ({count} found)",
                    chain=chain,
                    count=count,
                ),
                Sentence(
                    "Ask your technical unit for the histories of these accounts from a "
                    "server of their own; `chainlead fetch` can ask such a server "
                    "itself. {stranger} What is not possible here: to {cannot}.",
                    stranger=_STRANGER,
                    cannot=Sentence.kept(row.cannot),
                ),
                command(facts, "ledger add", *option, "SOURCE"),
                Urgency.NEXT,
                about=chain,
                place=Place("ledger", "blocks", (("chain", chain),)),
            )
        if row.advice:
            return self.step(
                Sentence(
                    "Do not expect to follow {chain} on its ledger ({count} found)",
                    chain=chain,
                    count=count,
                ),
                Sentence.kept(row.advice),
                command(facts, "findings"),
                Urgency.SOON,
                about=chain,
                place=some_findings(chain=chain),
            )
        return self.step(
            Sentence(
                "Have {chain} followed by a specialist ({count} found)",
                chain=chain,
                count=count,
            ),
            Sentence(
                "This version finds these addresses and cannot read their ledger. Give "
                "them to a tracing specialist. {stranger}",
                stranger=_STRANGER,
            ),
            command(facts, "findings"),
            Urgency.SOON,
            about=chain,
            place=some_findings(chain=chain),
        )
