"""Where on the page a step is done: the page of the case, the part of it, and what is filled in."""

from dataclasses import dataclass

from chainlead.model import Sentence

_WORDS = {
    "answers": Sentence("Open the answer"),
    "evidence": Sentence("Open the page for reading evidence"),
    "findings": Sentence("Open these findings"),
    "graph": Sentence("Open the form, filled in"),
    "leads": Sentence("Open the lead"),
    "ledger": Sentence("Open the page for ledgers, tags and rates"),
    "checks": Sentence("Open the contested links"),
    "overview": Sentence("Open the overview"),
    "rates": Sentence("Open the page for exchange rates"),
    "report": Sentence("Open the page of the report"),
    "requests": Sentence("Open the request"),
    "settings": Sentence("Open the settings"),
    "tags": Sentence("Open the page for tags"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the case.

    Attributes:
        panel: its name in the address.
        part: the id of the part that matters; empty for the whole page.
        fields: names and values that its form or filter starts with.
    """

    panel: str
    part: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """What a link to it says."""
        return _WORDS[self.panel]


def follow_money(origin: str, *, chain: str = "", backward: bool = False) -> Place:
    """The form that follows money, with its beginning filled in."""
    fields = [("origin", origin)]
    if chain:
        fields.append(("chain", chain))
    if backward:
        fields.append(("direction", "backward"))
    return Place("graph", "follow", tuple(fields))


def some_findings(**filters: str) -> Place:
    """The findings that pass these filters."""
    return Place("findings", "", tuple(sorted(filters.items())))
