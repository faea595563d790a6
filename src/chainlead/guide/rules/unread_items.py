"""Items that could not be read: what to do, for each reason."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_WHAT_TO_DO = {
    "encrypted": (
        Sentence("Ask for the password"),
        Sentence(
            "They are locked. Ask the owner, look in notes and password managers among the exhibits; "
            "unlock a copy with its own program and scan that copy. Do not guess at the original."
        ),
        Urgency.SOON,
    ),
    "damaged": (
        Sentence("Have the damaged items repaired"),
        Sentence(
            "Their structure is broken, so only loose bytes were searched. Ask the forensic examiner for "
            "a new copy, or for a repair, and scan that."
        ),
        Urgency.SOON,
    ),
    "no access": (
        Sentence("Get the right to read the items"),
        Sentence(
            "This user account may not read them. Ask whoever made the copy, then scan again."
        ),
        Urgency.SOON,
    ),
    "format not supported": (
        Sentence("Have the unknown formats exported"),
        Sentence(
            "chainlead cannot open them. Export them with a forensic tool to files or text, and scan the "
            "export."
        ),
        Urgency.SOON,
    ),
    "empty": (
        Sentence("Check that the empty files are really empty"),
        Sentence("A file of 0 bytes can be a sign of a copy that went wrong."),
        Urgency.LATER,
    ),
}
_LIMITS = frozenset(
    {"nested too deep", "too large", "too many members", "compression ratio", "time limit"}
)
_LIMIT_ADVICE = (
    Sentence("Unpack what was too much, and scan it by itself"),
    Sentence(
        "A safety limit stopped the reading. Archives that are built to choke a reader look like this, "
        "and so do very large honest ones. Unpack a copy with care and scan the result."
    ),
    Urgency.SOON,
)
_OTHER_ADVICE = (
    Sentence("Look at these items by eye"),
    Sentence(
        "They were left alone on purpose: links, devices, or names that lead out of their container."
    ),
    Urgency.LATER,
)


class UnreadItems(NextStepRule):
    """What could not be read may hold what you look for."""

    name: ClassVar[str] = "unread"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per exhibit and reason."""
        for unread in facts.unread:
            advice = _LIMIT_ADVICE if unread.reason in _LIMITS else _OTHER_ADVICE
            title, why, urgency = _WHAT_TO_DO.get(unread.reason, advice)
            items = Sentence.counted(unread.count, "{count} item", "{count} items")
            yield self.step(
                Sentence(
                    "{title} ({items} in exhibit {exhibit}: {reason})",
                    title=title,
                    items=items,
                    exhibit=unread.exhibit,
                    reason=Sentence.kept(unread.reason),
                ),
                Sentence(
                    "{why} First one: {first_place}",
                    why=why,
                    first_place=unread.first_place,
                ),
                command(facts, "scan", "COPY"),
                urgency,
                about=f"{unread.exhibit}:{unread.reason}",
                forgotten=True,
                place=Place("evidence", "unread"),
            )
