"""`answer follow-up`: a new draft that asks for exactly what an answer left open."""

from datetime import date

from chainlead.errors import RequestError
from chainlead.request import Draft
from chainlead.workflow.answers import get_answer
from chainlead.workflow.case import Case
from chainlead.workflow.request import draft

PART = "production"


def follow_up(
    case: Case,
    answer_id: str,
    *,
    dated: date | None = None,
    language: str = "",
    why: str = "",
) -> Draft:
    """Draft what is still to be asked.

    Args:
        case: open for writing.
        answer_id: or its beginning.
        dated: the date on the letter; today's by the case's clock if left out.
        language: of the letter; that of the answered draft if left out.
        why: the person's reason, for the journal.

    Raises:
        AnswerNotFoundError: no such answer.
        RequestError: nothing was left open.
    """
    answer = get_answer(case.store, answer_id)
    left = answer["unanswered"]
    if not left["sentences"]:
        raise RequestError(
            f"The answer {answer['answer_id']} leaves nothing open.",
            next_step="See it with `chainlead answer show`; a person may still draft a new request.",
        )
    asked = case.store.lookup("drafts", draft_id=answer["draft_id"])
    assert asked is not None
    return draft(
        case,
        answer["lead_id"],
        dated=dated,
        instrument=asked["instrument"],
        language=language or asked["language"],
        item_numbers=left["numbers"],
        period_days=asked["parameters"]["period_days"],
        parts=(PART,),
        follow_up_of=answer["draft_id"],
        unanswered=left["sentences"],
        why=why,
    )
