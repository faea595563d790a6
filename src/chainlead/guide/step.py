"""One thing to do next: what, why, and the exact command."""

from dataclasses import dataclass
from enum import IntEnum

from chainlead.guide.place import Place


class Urgency(IntEnum):
    """How soon. Smaller is sooner; the words are what the guide prints."""

    NOW = 0  # value or data may be lost
    NEXT = 1  # the work stands still without it
    SOON = 2  # the result is weaker without it
    LATER = 3  # good practice

    @property
    def word(self) -> str:
        """The word that the guide prints."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """A sensible next step, in plain words.

    Attributes:
        step_id: stable name, used to dismiss it: rule name, then what it is about.
        title: what to do, in a line.
        why: why it matters, for somebody who has never done this.
        command: the exact command; empty where the step is not done at the computer.
        forgotten: whether it is something that was left out, not the next thing in line.
        place: where on the page it is done; None where it is done elsewhere.
    """

    step_id: str
    title: str
    why: str
    command: str
    urgency: Urgency
    forgotten: bool = False
    place: Place | None = None
