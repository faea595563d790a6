"""`next`: the next sensible steps of a case, and setting one aside with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chainlead.custody import Entry, SystemClock
from chainlead.errors import CaseError
from chainlead.guide import Ask, Step
from chainlead.workflow.case import Case, Projection


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be done next in a case, what was set aside, and what can be asked, by language."""

    steps: tuple[Step, ...]
    aside: tuple[Step, ...]
    asks: dict[str, tuple[Ask, ...]]


def next_steps(case: Case, now: datetime | None = None) -> tuple[Step, ...]:
    """What to do next, urgent first, without the steps that were set aside.

    Args:
        case: open for reading or writing.
        now: the moment to look from; this machine's clock if left out. A practice case is looked at
            from its own last act, because its world stands still.
    """
    return look_ahead(case, (), now).steps


def what_to_ask(case: Case, language: str = "en", now: datetime | None = None) -> tuple[Ask, ...]:
    """What could be asked in this case, of whom, and what each answer brings."""
    return look_ahead(case, (language,), now).asks[language]


def look_ahead(case: Case, languages: Iterable[str], now: datetime | None = None) -> Outlook:
    """Steps and questions from one look at the case.

    Args:
        case: open for reading or writing.
        languages: of the questions, two letters each.
        now: as for `next_steps`.
    """
    from chainlead.guide import asks, steps_aside
    from chainlead.guide import next_steps as steps_for
    from chainlead.workflow.case_facts import gather_facts

    if case.settings.get("practice") != "yes":
        now = now or SystemClock().now()
    facts = gather_facts(case, now)
    return Outlook(
        steps_for(facts), steps_aside(facts), {code: asks(facts, code) for code in languages}
    )


def dismiss_step(case: Case, step_id: str, *, why: str) -> Step:
    """Set a step aside; it stays away, and the journal keeps the reason.

    Raises:
        CaseError: no such step now, or no reason given.
    """
    if not why.strip():
        raise CaseError(
            "A step is set aside with a reason only.",
            next_step="Give the reason with --why; it is kept in the journal.",
        )
    step = next((step for step in next_steps(case) if step.step_id == step_id), None)
    if step is None:
        raise CaseError(
            f"The case has no next step named {step_id[:200]!r} now.",
            next_step=f"List the steps with `chainlead next {case.folder}`.",
        )
    case.act("next.dismiss", why=why, what={"step_id": step_id})
    return step


def recall_step(case: Case, step_id: str) -> None:
    """Take a step back in that was set aside; it comes again where it still makes sense.

    Raises:
        CaseError: no such step was set aside.
    """
    if case.store.lookup("dismissed_steps", step_id=step_id) is None:
        raise CaseError(
            f"No step named {step_id[:200]!r} was set aside.",
            next_step=f"List the steps with `chainlead next {case.folder}`.",
        )
    case.act("next.recall", what={"step_id": step_id})


def reasons_aside(case: Case) -> dict[str, str]:
    """Why each step was set aside, by its id; the last one first."""
    rows = case.store.rows("dismissed_steps", order_by=("journal_seq",))
    return {row["step_id"]: row["why"] for row in reversed(list(rows))}


def apply_recall(projection: Projection, entry: Entry) -> None:
    """`next.recall`: one step may come again."""
    projection.store.delete("dismissed_steps", step_id=entry.what["step_id"])


def apply_dismiss(projection: Projection, entry: Entry) -> None:
    """`next.dismiss`: one step stays away."""
    row = {"step_id": entry.what["step_id"], "why": entry.why, "journal_seq": entry.seq}
    projection.store.insert("dismissed_steps", [row], replace=True)
