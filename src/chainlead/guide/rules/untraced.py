"""Addresses that count, whose money nobody followed."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, FoundAddress
from chainlead.guide.place import follow_money, some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_SHOWN = 5
_HIDDEN = ("monero",)
"""No output of its ledger names an address."""

_ROLES = {"own": 0, "counterparty": 1, "unknown": 2}


class Untraced(NextStepRule):
    """Follow the money of what was found."""

    name: ClassVar[str] = "trace"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """The first few addresses, own and relevant ones first."""
        touched = {trace.origin for trace in facts.traces}
        touched.update(*(trace.addresses for trace in facts.traces))
        waiting = [
            address
            for address in facts.addresses
            if address.value not in touched
            and address.role in _ROLES
            and address.state != "noise"
            and address.certainty != "shape"
            and address.chains[:1] != _HIDDEN
            and any(chain in facts.ledger_chains for chain in address.chains)
        ]
        waiting.sort(key=_order)
        for address in waiting[:_SHOWN]:
            yield self.step(
                Sentence(
                    "Follow the money of {address}",
                    address=address.value,
                ),
                Sentence(
                    "It was found in an exhibit, and the case holds its ledger. Where "
                    "did the money go? Add --backward to ask where it came from."
                ),
                command(facts, "trace", address.value, "--rules all"),
                Urgency.NEXT if not facts.traces or address.state == "relevant" else Urgency.SOON,
                about=address.value,
                place=follow_money(address.value, chain=address.chains[0]),
            )
        if len(waiting) > _SHOWN:
            left = len(waiting) - _SHOWN
            yield self.step(
                Sentence.counted(
                    left,
                    "{count} more found address was not traced",
                    "{count} more found addresses were not traced",
                ),
                Sentence("Judge the findings first: traces of noise cost time."),
                command(facts, "findings"),
                Urgency.LATER,
                about="more",
                forgotten=True,
                place=some_findings(kind="address"),
            )


def _order(address: FoundAddress) -> tuple[bool, int, str]:
    return (address.state != "relevant", _ROLES[address.role], address.value)
