"""Why a line stands on the timeline: what kind of knowledge gives it its time."""

from chainlead.model import Sentence
from chainlead.report.why.answer import STATED
from chainlead.report.why.reason import Why

BLOCK_TIMES = Sentence(
    "Times of transfers are the times written in the blocks. They can differ from real time by up "
    "to about two hours."
)
_KINDS = {
    "payment": (
        Sentence("This payment stands in a block. Anybody with the same block can check it."),
        BLOCK_TIMES,
        Sentence(
            "Why it lies on a trail is inferred by a rule and is not said here: the graph says it."
        ),
    ),
    "request": (
        Sentence("A person of this unit recorded it, and the journal keeps who and when."),
        Sentence("chainlead sends nothing: an officer checks, signs and sends a request."),
    ),
    "answer": (STATED,),
    "term": (
        Sentence("Counted from an event that a person recorded, by the rule that the clock names."),
        Sentence("The page of the request says which rule, how sure it is, and where it was read."),
    ),
}


def why_event(kind: str, strength: str, about: str, place: str = "") -> Why:
    """The reasons for a line of the timeline.

    Args:
        kind: `payment`, `request`, `answer` or `term`.
        strength: how strongly it is known.
        about: the id of the trace, draft or answer that it belongs to.
        place: of a payment, its name on the ledger.
    """
    names = {
        "payment": Sentence("Trace"),
        "request": Sentence("Request"),
        "answer": Sentence("Answer"),
        "term": Sentence("Request"),
    }
    named = ((Sentence("Transfer"), place), (names.get(kind, Sentence("About")), about))
    return Why(
        f"time:{kind}:{place or about}",
        strength,
        _KINDS.get(kind, ()),
        tuple((name, value) for name, value in named if value),
    )
