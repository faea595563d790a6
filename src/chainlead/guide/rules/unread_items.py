"""Items that could not be read: what to do, for each reason."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

_WHAT_TO_DO = {
    "encrypted": (
        "Ask for the password",
        (
            "They are locked. Ask the owner, look in notes and password managers among the exhibits; "
            "unlock a copy with its own program and scan that copy. Do not guess at the original."
        ),
        Urgency.SOON,
    ),
    "damaged": (
        "Have the damaged items repaired",
        (
            "Their structure is broken, so only loose bytes were searched. Ask the forensic examiner for "
            "a new copy, or for a repair, and scan that."
        ),
        Urgency.SOON,
    ),
    "no access": (
        "Get the right to read the items",
        "This user account may not read them. Ask whoever made the copy, then scan again.",
        Urgency.SOON,
    ),
    "format not supported": (
        "Have the unknown formats exported",
        (
            "chainlead cannot open them. Export them with a forensic tool to files or text, and scan the "
            "export."
        ),
        Urgency.SOON,
    ),
    "empty": (
        "Check that the empty files are really empty",
        "A file of 0 bytes can be a sign of a copy that went wrong.",
        Urgency.LATER,
    ),
}
_LIMITS = frozenset(
    {"nested too deep", "too large", "too many members", "compression ratio", "time limit"}
)
_LIMIT_ADVICE = (
    "Unpack what was too much, and scan it by itself",
    (
        "A safety limit stopped the reading. Archives that are built to choke a reader look like this, "
        "and so do very large honest ones. Unpack a copy with care and scan the result."
    ),
    Urgency.SOON,
)
_OTHER_ADVICE = (
    "Look at these items by eye",
    "They were left alone on purpose: links, devices, or names that lead out of their container.",
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
            items = f"{unread.count} item{'s' if unread.count != 1 else ''}"
            yield self.step(
                f"{title} ({items} in exhibit {unread.exhibit}: {unread.reason})",
                f"{why} First one: {unread.first_place}",
                command(facts, "scan", "COPY"),
                urgency,
                about=f"{unread.exhibit}:{unread.reason}",
                forgotten=True,
            )
