"""An address of a coin that hides its movements: what to ask for, and of whom."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, FoundAddress
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_SHOWN = 3
_WHY = {
    "monero": Sentence(
        "Its ledger shows nothing without a key. Best is the wallet file with its password or the seed: "
        "it shows everything. A private view key shows what came in. The key of a transaction, which the "
        "payer's wallet keeps, or a payment proof shows one payment. Look in the exhibits for a wallet, "
        "its log and notes; ask the owner, or the service that paid it, with address and day."
    ),
    "electroneum": Sentence(
        "Before September 2021 its ledger hides who was paid. A private view key, or a wallet file, shows "
        "what came in; the key of a transaction, which the payer's wallet keeps, shows one payment. Look in "
        "the exhibits for them. What was spent since May 2018 is exact and can be traced."
    ),
}
_COMMANDS = {
    "monero": ("monero incoming", "FILE…"),
    "electroneum": ("electroneum received", ""),
}


class HiddenAddress(NextStepRule):
    """Ask for what opens the ledger, as long as it exists."""

    name: ClassVar[str] = "hidden-address"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each of the first few addresses that no key was used for."""
        opened = {fact.about for fact in facts.hidden_coins if fact.kind == "received"}
        waiting = sorted(
            (
                address
                for address in facts.addresses
                if address.chains
                and address.chains[0] in _WHY
                and address.value not in opened
                and address.state != "noise"
                and address.certainty != "shape"
            ),
            key=lambda address: (address.role != "own", address.state != "relevant", address.value),
        )
        for address in waiting[:_SHOWN]:
            yield self._step(facts, address)

    def _step(self, facts: CaseFacts, address: FoundAddress) -> Step:
        chain = address.chains[0]
        verb, rest = _COMMANDS[chain]
        options = f"--address {address.value} --view-key-file KEY {rest}".strip()
        return self.step(
            Sentence(
                "Ask for the view key, the wallet or transaction keys of {address}… ({chain})",
                address=address.value[:12],
                chain=chain,
            ),
            _WHY[chain],
            command(facts, verb, options),
            Urgency.NEXT if address.role == "own" else Urgency.SOON,
            about=address.value,
            place=some_findings(text=address.value),
        )
