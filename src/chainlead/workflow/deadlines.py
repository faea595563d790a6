"""`deadlines`: the clocks of all cases of a folder, the most urgent first. Reads only.

A case that cannot be read is named and passed over; the others are listed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from chainlead.custody import read_entries
from chainlead.errors import BlobMissingError, CaseNotFoundError, ChainleadError
from chainlead.request import (
    CalendarItem,
    Clock,
    RequestState,
    Running,
    choosable_clocks,
    derive_clocks,
    instrument_table,
    write_calendar,
)
from chainlead.store import Blobs, Row, Store
from chainlead.workflow.case import BLOBS, JOURNAL, Case
from chainlead.workflow.case_place import place_of
from chainlead.workflow.request_states import state_of, states

_DEEPEST = 3
_MOST_DAYS = 3_660
_SOON_PERCENT = 80
_HALF_PERCENT = 50


@dataclass(frozen=True, slots=True)
class DueRow:
    """One clock of one case.

    Attributes:
        folder: the case folder, as it was given.
        case_id: the beginning of the digest of the case's first act.
        reference: the unit's file number; the case id where there is none.
        state: where the request stands; empty where the clock belongs to no request.
    """

    folder: Path
    case_id: str
    reference: str
    state: str
    clock: Clock

    @property
    def is_unsent(self) -> bool:
        """The clock waits because its part of the request was not sent."""
        return not self.clock.is_sent and self.clock.due_at is None

    def to_document(self, now: datetime) -> dict[str, Any]:
        """The row as JSON."""
        clock = self.clock
        return {
            "case": str(self.folder),
            "case_id": self.case_id,
            "reference": self.reference,
            "draft_id": clock.draft_id or None,
            "state": self.state or None,
            "clock": clock.clock_id,
            "name": clock.name,
            "part": clock.part,
            "red": clock.is_red,
            "standing": clock.standing(now).value,
            "started_at": clock.started_at,
            "counted_from": clock.started_by or None,
            "starts_when": clock.starts_when or None,
            "due_at": clock.due_at,
            "earliest_at": clock.earliest_at,
            "spent_percent": clock.spent_percent(now),
            "reminder": clock.reminder(now),
            "reminders": [{"percent": percent, "at": at} for percent, at in clock.reminders()],
            "ended_by": clock.ended_by or None,
            "ended_at": clock.ended_at,
            "certainty": clock.certainty_word,
            "source": clock.source,
        }


@dataclass(frozen=True, slots=True)
class Passed:
    """A case that was not read, or not in full: where, why, and what to do."""

    folder: Path
    sentence: str
    next_step: str
    was_read: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineList:
    """The clocks at one moment, most urgent first, and the cases that were passed over."""

    now: datetime
    rows: tuple[DueRow, ...]
    passed: tuple[Passed, ...]
    cases: int

    @property
    def open_rows(self) -> tuple[DueRow, ...]:
        """Without the clocks that an event has ended."""
        return tuple(row for row in self.rows if row.clock.standing(self.now) is not Running.ENDED)

    def to_calendar(self) -> bytes:
        """The clocks as an iCalendar file."""
        return write_calendar(CalendarItem(r.case_id, r.reference, r.clock) for r in self.rows)


def list_deadlines(folders: Sequence[Path], *, now: datetime) -> DeadlineList:
    """The clocks of these cases, and of the cases inside these folders.

    Args:
        folders: case folders, or folders that hold some, up to three levels down.
        now: the moment to look from, aware.

    Raises:
        CaseNotFoundError: a folder that does not exist.
    """
    rows: list[DueRow] = []
    passed: list[Passed] = []
    cases = list(dict.fromkeys(case for folder in folders for case in _cases(folder)))
    for case in cases:
        try:
            found, warning = _read(case)
        except ChainleadError as error:
            passed.append(Passed(case, f"{type(error).__name__}: {error.message}", error.next_step))
            continue
        rows.extend(found)
        if warning:
            passed.append(Passed(case, warning, "Any command that opens it finishes this.", True))
    rows.sort(key=lambda row: urgency(row, now))
    return DeadlineList(now, tuple(rows), tuple(passed), len(cases))


def case_deadlines(store: Store, blobs: Blobs) -> tuple[Clock, ...]:
    """The clocks of one open case, in the order of their drafts."""
    from chainlead.workflow.retention import review_clocks

    clocks = [clock for _, clock in _request_clocks(store, blobs)]
    return (*clocks, *review_clocks(store))


def urgency(row: DueRow, now: datetime) -> tuple[Any, ...]:
    """The order of the list: red clocks that are over or nearly so, then the others; waiting ones last."""
    clock = row.clock
    standing = clock.standing(now)
    spent = clock.spent_percent(now) or 0
    if standing is Running.ENDED:
        rank = 9
    elif standing is Running.WAITING:
        rank = 6 if clock.is_red else 7
    elif spent >= _SOON_PERCENT:
        rank = 0 if clock.is_red else 1
    elif spent >= _HALF_PERCENT:
        rank = 2 if clock.is_red else 3
    else:
        rank = 4 if clock.is_red else 5
    due = clock.due_at or clock.earliest_at
    far = now + timedelta(days=100_000)
    return (rank, due or far, str(row.folder), clock.draft_id, clock.clock_id)


def _cases(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise CaseNotFoundError(f"{folder} is no folder.")
    yield from _inside(folder, _DEEPEST)


def _inside(folder: Path, levels: int) -> Iterator[Path]:
    if (folder / JOURNAL).exists():
        yield folder
        return
    if not levels:
        return
    try:
        children = sorted(child for child in folder.iterdir() if child.is_dir())
    except OSError:
        return
    for child in children:
        if not child.is_symlink():
            yield from _inside(child, levels - 1)


def _read(folder: Path) -> tuple[list[DueRow], str]:
    first = last = None
    for entry in read_entries(folder / JOURNAL):
        first, last = first or entry, entry
    if first is None or last is None:
        raise CaseNotFoundError(f"{folder} holds no case: its journal is empty.")
    with Store.open(place_of(folder)) as store:
        settings = {row["name"]: row["text"] for row in store.rows("settings")}
        mark = store.lookup("meta", name="applied_seq")
        requests = {state.draft_id: state for state in states(store)}
        clocks = case_deadlines(store, Blobs(folder / BLOBS))
    case_id = first.digest[:16]
    rows = [
        DueRow(
            folder,
            case_id,
            settings.get("reference") or case_id,
            requests[clock.draft_id].state.value if clock.draft_id in requests else "",
            clock,
        )
        for clock in clocks
    ]
    is_behind = last.act != "case.seal"
    seq = mark["text"] if mark else "-"
    warning = f"A run is under way or was interrupted; shown as of act {seq}." if is_behind else ""
    return rows, warning


def _request_clocks(store: Store, blobs: Blobs) -> Iterator[tuple[RequestState, Clock]]:
    drafts = {row["draft_id"]: row for row in store.rows("drafts")}
    for state in states(store):
        draft = drafts[state.draft_id]
        names, is_emergency = draft_clocks(draft, blobs)
        for clock in derive_clocks(
            state, names, is_emergency=is_emergency, target_days=_target_days(draft)
        ):
            yield state, clock


def idle_clocks(case: Case, draft_id: str) -> tuple[str, ...]:
    """The clocks of a request's instruments that run only if a person names them, and nobody did."""
    draft = case.store.lookup("drafts", draft_id=draft_id)
    assert draft is not None
    names, is_emergency = draft_clocks(draft, case.blobs)
    named = {
        name
        for event in state_of(case.store, draft_id).events
        for name in event.detail.get("clocks", ())
    }
    idle = choosable_clocks(names, is_emergency=is_emergency)
    return tuple(name for name in idle if name not in named)


def draft_clocks(draft: Row, blobs: Blobs) -> tuple[tuple[str, ...], bool]:
    """The clocks that a draft's instruments have, and whether it was drafted in an emergency.

    The draft itself says so; where its file was purged, the table of today says it for its instrument.
    """
    try:
        kept = msgspec.json.decode(blobs.get(draft["files"]["draft.json"]))
        choice = kept["choice"]
        named = [*choice["clocks"], *_nested(choice, "first"), *_nested(choice, "freeze")]
        return tuple(dict.fromkeys(named)), bool(choice.get("is_emergency"))
    except (BlobMissingError, AttributeError, KeyError, TypeError, msgspec.DecodeError):
        instrument = instrument_table().instruments.get(draft["instrument"])
        return (instrument.clocks if instrument else ()), False


def _nested(choice: Mapping[str, Any], name: str) -> Iterable[str]:
    return (clock for instrument in choice.get(name, ()) for clock in instrument["clocks"])


def _target_days(draft: Row) -> int | None:
    service = draft["parameters"].get("service")
    days = service.get("target_days") if isinstance(service, Mapping) else None
    return days if isinstance(days, int) and 0 < days <= _MOST_DAYS else None
