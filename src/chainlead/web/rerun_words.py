"""The words of the page for results that were worked out again because blocks left the chain."""

from chainlead.model import Sentence
from chainlead.store import Store
from chainlead.workflow.replaced import REPLACED, SAME, latest_reruns

RERUN_KINDS = {
    "answer": Sentence("Answer of a service"),
    "draft": Sentence("Draft"),
    "match": Sentence("Search for payments"),
    "trace": Sentence("Trace"),
}
RERUN_STATES = {
    "replaced": Sentence("Replaced."),
    "same": Sentence("Came out the same."),
    "waiting": Sentence("Waits for what has to be fetched."),
    "sent": Sentence("Was sent, and is not changed: check it."),
    "no ground": Sentence("Has lost its ground: do not send it as it is."),
}


def lost_ground(store: Store) -> dict[str, Sentence]:
    """What a page says on each request that rests on blocks which left the chain."""
    return {
        draft_id: RERUN_STATES[row["state"]]
        for (kind, draft_id), row in latest_reruns(store).items()
        if kind == "draft" and row["state"] not in {REPLACED, SAME}
    }
