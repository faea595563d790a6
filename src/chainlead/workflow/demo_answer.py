"""The second half of the demo: a second person reviews, the request goes out, the answer comes back.

The practice exchange answers with a workbook full of traps. What it leaves open is asked again, and
the trail goes on behind the exchange on its word. Nothing is really sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chainlead.custody import Clock
from chainlead.workflow.case import Case

Say = Callable[[str], None]
_LEGAL_DESK = "law@kastell.example"
_REFERENCE = "KE-2024-0311"
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the request.

    Attributes:
        doubts: how many things about the answer a person must know, by kind.
        unanswered: what the follow-up asks for.
        resumed: the trace behind the exchange.
    """

    answer_id: str
    state: str
    doubts: dict[str, int]
    unanswered: tuple[str, ...]
    follow_up: str
    resumed: str


def review(folder: Path, draft_id: str, clock: Clock, say: Say) -> None:
    """A second person reads the draft and compares the addressee with the directory."""
    from chainlead.request import State
    from chainlead.workflow.request_addressee import confirm_addressee
    from chainlead.workflow.request_states import record_state

    say("A second person reviews the request and confirms its addressee …")
    with Case.open_to_write(folder, clock=clock, who="practice reviewer") as case:
        record_state(case, draft_id, State.REVIEWED, note="identifiers compared with the annex")
        confirmed = confirm_addressee(case, draft_id, _LEGAL_DESK)
        say(f"  {confirmed.address} is of {confirmed.domain}, which the directory gives")


def send(case: Case, draft_id: str, say: Say) -> None:
    """The parts go out one after the other; the exchange acknowledges, and says how long it keeps."""
    from chainlead.request import Moment, State
    from chainlead.workflow.request_addressee import record_sent
    from chainlead.workflow.request_states import record_moment, record_state

    say("Recording that the preservation letter and then the production letter went out …")
    for part in ("preservation", "production"):
        record_sent(case, draft_id, _LEGAL_DESK, parts=(part,), note="practice: nothing was sent")
    record_state(
        case,
        draft_id,
        State.ACKNOWLEDGED,
        reference=_REFERENCE,
        note="the exchange confirms receipt",
    )
    record_moment(
        case,
        draft_id,
        Moment.PRESERVED,
        until=case.now() + KEPT,
        note="the exchange keeps the data for 90 days",
        reference=_REFERENCE,
        parts=("preservation",),
    )


def take_answer(case: Case, draft_id: str, file: Path, say: Say) -> Answered:
    """Import the answer, ask for what it left open, follow the first withdrawal that agrees."""
    from chainlead.workflow.answer_follow_up import follow_up
    from chainlead.workflow.answer_resume import resume
    from chainlead.workflow.answers import import_answer

    say("The exchange answers with a workbook; reading it and checking it against the ledger …")
    answer = import_answer(
        case,
        draft_id,
        [file],
        timezone="Europe/Stockholm",
        profile="kastell-sv",
        why="the exchange's answer",
    )
    kinds: dict[str, int] = {}
    for doubt in answer.doubts:
        kinds[doubt.kind] = kinds.get(doubt.kind, 0) + 1
    say(f"  {answer.state}; to know: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items()))
    for sentence in answer.unanswered.sentences:
        say(f"  not answered: {sentence}")
    again = follow_up(case, answer.answer_id, why="what the answer left open")
    say(f"  asked again as {again.draft_id}")
    row = next(
        row
        for row in answer.rows
        if row.direction == "out" and row.check.get("state") == "agrees" and row.kind == "crypto"
    )
    trace_id, document = resume(
        case, answer.answer_id, row.number, why="the exchange says this is the same customer"
    )
    ends = {
        node["note"] or node["reason"]
        for rule in document["rules"].values()
        for node in rule["frontier"]
        if node["reason"] != "fee"
    }
    say(
        f"  the trail goes on behind the exchange, on its word alone, to: {', '.join(sorted(ends))}"
    )
    return Answered(
        answer.answer_id,
        answer.state,
        dict(sorted(kinds.items())),
        answer.unanswered.sentences,
        again.draft_id,
        trace_id,
    )
