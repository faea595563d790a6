"""`case retention`: until when a case is kept, as a person decided, with a reminder of both days.

Act: `retention.decide`. Directive (EU) 2016/680, Art. 4 and 5: data are kept as long as needed, and
somebody looks again at fixed times. The newest decision counts; the older ones stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CaseError, ReasonMissingError
from chainlead.model import moment_from_text, moment_to_text
from chainlead.request import Clock
from chainlead.store import Row, Store
from chainlead.workflow.case import Case, Projection


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when the case is kept: look again on one day, erase on another, as a person decided."""

    review_on: date | None
    erase_on: date | None
    who: str
    at: str
    why: str


def set_retention(
    case: Case, *, review_on: date | None = None, erase_on: date | None = None, why: str
) -> Retention:
    """Decide when somebody looks again whether the case is needed, and when it is to be erased.

    Raises:
        ReasonMissingError: no reason.
        CaseError: no date, or a review after the erasure.
    """
    if not why.strip():
        raise ReasonMissingError("How long data are kept is decided for a reason.")
    if review_on is None and erase_on is None:
        raise CaseError("No date was given.", next_step="Give --review or --erase, or both.")
    if review_on and erase_on and review_on > erase_on:
        raise CaseError(f"The review on {review_on} would come after the erasure on {erase_on}.")
    before = lookup_retention(case.store)
    what = {
        "review_on": _iso(review_on or (before.review_on if before else None)),
        "erase_on": _iso(erase_on or (before.erase_on if before else None)),
    }
    case.act("retention.decide", why=why.strip(), what=what)
    made = lookup_retention(case.store)
    assert made is not None
    return made


def apply_decide(projection: Projection, entry: Entry) -> None:
    """`retention.decide`: one more decision; the newest counts."""
    row = {
        "journal_seq": entry.seq,
        "review_on": entry.what["review_on"],
        "erase_on": entry.what["erase_on"],
        "why": entry.why,
        "who": entry.who,
        "at": moment_to_text(entry.at),
    }
    projection.store.insert("retention", [row])


def lookup_retention(store: Store) -> Retention | None:
    """The newest decision, or None."""
    row = _newest(store)
    if row is None:
        return None
    return Retention(
        _day(row["review_on"]), _day(row["erase_on"]), row["who"], row["at"], row["why"]
    )


def review_clocks(store: Store) -> Iterator[Clock]:
    """The days on which somebody has to look again whether the data are needed, or erase them."""
    row = _newest(store)
    if row is None:
        return
    for name, words, column in (
        ("retention_review", "Review whether the case's data are still needed", "review_on"),
        ("retention_end", "Erase the case's data", "erase_on"),
    ):
        day = _day(row[column])
        if day is not None:
            yield _review_clock(row, name, words, day)


def _review_clock(row: Row, name: str, words: str, day: date) -> Clock:
    decided_at = moment_from_text(row["at"])
    due: datetime = datetime.combine(day, time(), tzinfo=UTC)
    return Clock(
        draft_id="",
        clock_id=name,
        name=words,
        part="personal data",
        is_red=False,
        certainty=None,
        source="Directive (EU) 2016/680, Art. 4 and 5; the day is the unit's decision",
        started_at=min(decided_at, due),
        started_by="the decision",
        due_at=due,
        changed_seq=row["journal_seq"],
        changed_at=decided_at,
    )


def _newest(store: Store) -> Row | None:
    found: Row | None = next(
        iter(list(store.rows("retention", order_by=["-journal_seq"], limit=1))), None
    )
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
