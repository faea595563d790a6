"""No exchange rate: amounts cannot be given in the case's currency."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class NoRates(NextStepRule):
    """A court wants to know what an amount was worth; a value is never guessed."""

    name: ClassVar[str] = "rates"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Add rates once a service was reached: its letter has a field for the value."""
        if facts.rate_sources or not facts.leads:
            return
        currency = facts.settings.get("currency", "")
        yield self.step(
            Sentence(
                "Add exchange rates, so that amounts have a value in {currency}",
                currency=currency or Sentence("money"),
            ),
            Sentence(
                "Without rates the letters and the report say that no rate was given. "
                "The European Central Bank publishes its rates as a free file, and price "
                "services publish daily prices of coins; your own rates go in as a table "
                "with their source."
            ),
            command(facts, "rates add", "FILE"),
            Urgency.LATER,
            place=Place("ledger", "rates"),
        )
