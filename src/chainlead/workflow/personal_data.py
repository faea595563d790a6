"""Persons of a case, the reasons for which their data are looked at and handed out, and for how long.

Acts: `personal_data.person`, `.role`, `.retention`, `.disclose`, `.consult`. A person is a pseudonym or a
reference; its text is a stored file, so that a purge erases it while the journal's digests stay. A
role is `unknown` until a person says otherwise and why (Directive (EU) 2016/680, Art. 6): who paid is
not therefore a suspect. Nothing in chainlead ever sets a role by itself (Art. 11).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import CaseError, ReasonMissingError
from chainlead.model import moment_from_text, moment_to_text
from chainlead.request import Clock
from chainlead.store import Row, Store
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.transfer_reason import require_transfer_reason

_MOST_NAME = 200


class PersonRole(StrEnum):
    """What somebody is in the case, by a person's decision: the classes of LED Art. 6."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RoleDecision:
    """One decision about a role: who made it, when and why."""

    role: PersonRole
    who: str
    at: str
    why: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the case: a pseudonym or reference, the role now, and every decision about it."""

    person_id: str
    name: str
    role: PersonRole
    decisions: tuple[RoleDecision, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when the case is kept: look again on one day, erase on another, as a person decided."""

    review_on: date | None
    erase_on: date | None
    who: str
    at: str
    why: str


def add_person(case: Case, name: str, *, why: str = "") -> Person:
    """Add somebody under a pseudonym or a reference; the role is unknown.

    Raises:
        CaseError: no name, a name that is too long, or one that is there already.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > _MOST_NAME or not wanted.isprintable():
        raise CaseError(
            f"A person needs a pseudonym or reference of up to {_MOST_NAME} printable characters.",
            next_step="Use the reference of your own files, for example `P1` or `witness 3`.",
        )
    if any(row["name"] == wanted for row in case.store.rows("persons")):
        raise CaseError(
            "The case has a person of this name already.",
            next_step=f"List them with `chainlead person list {case.folder}`.",
        )
    person_id = f"p{case.store.count('persons') + 1}"
    what = {"person_id": person_id}
    case.act("personal_data.person", why=why, what=what, blobs={"name": wanted.encode()})
    return get_person(case.store, person_id)


def apply_person(projection: Projection, entry: Entry) -> None:
    """`personal_data.person`: one person, of unknown role."""
    name = projection.blobs.get(entry.blobs["name"]).decode()
    row = {"person_id": entry.what["person_id"], "name": name, "journal_seq": entry.seq}
    projection.store.insert("persons", [row])


def decide_role(case: Case, person_id: str, role: str, *, why: str) -> Person:
    """Record a person's decision about a role; the decisions before it stay.

    Args:
        case: open for writing.
        person_id: `p1`, or the name.
        role: one of `PersonRole`.
        why: the reason; it has to be given.

    Raises:
        CaseError: no such person or role.
        ReasonMissingError: no reason.
    """
    person = get_person(case.store, person_id)
    if role not in set(PersonRole):
        raise CaseError(
            f"There is no role {role!r:.40}.", next_step=f"Known: {', '.join(PersonRole)}."
        )
    if not why.strip():
        raise ReasonMissingError(
            "A role is decided for a reason: it says what somebody is in a criminal case."
        )
    case.act(
        "personal_data.role", why=why.strip(), what={"person_id": person.person_id, "role": role}
    )
    return get_person(case.store, person.person_id)


def apply_role(projection: Projection, entry: Entry) -> None:
    """`personal_data.role`: one more decision."""
    row = {
        "journal_seq": entry.seq,
        "person_id": entry.what["person_id"],
        "role": entry.what["role"],
        "why": entry.why,
        "who": entry.who,
        "at": moment_to_text(entry.at),
    }
    projection.store.insert("person_roles", [row])


def get_person(store: Store, person_id: str) -> Person:
    """One person, by id or name.

    Raises:
        CaseError: nobody has this id or name.
    """
    wanted = " ".join(person_id.split())
    found = [p for p in persons(store) if wanted.casefold() in {p.person_id, p.name.casefold()}]
    if len(found) != 1:
        raise CaseError(
            "The case has no person of this id or name.",
            next_step="List them with `chainlead person list CASE`.",
        )
    return found[0]


def persons(store: Store) -> tuple[Person, ...]:
    """Everybody, in the order they were added."""
    decided: dict[str, list[RoleDecision]] = {}
    for row in store.rows("person_roles", order_by=["journal_seq"]):
        decision = RoleDecision(PersonRole(row["role"]), row["who"], row["at"], row["why"])
        decided.setdefault(row["person_id"], []).append(decision)
    made = []
    for row in store.rows("persons", order_by=["journal_seq"]):
        told = decided.get(row["person_id"], [])
        role = told[-1].role if told else PersonRole.UNKNOWN
        made.append(Person(row["person_id"], row["name"], role, tuple(told)))
    return tuple(made)


def has_personal_data(store: Store) -> bool:
    """Whether the case holds anything about persons; a practice case holds none."""
    practice = store.lookup("settings", name="practice")
    if practice is not None and practice["text"] == "yes":
        return False
    return any(
        store.count(table)
        for table in ("persons", "exhibits", "findings", "request_events", "answers")
    )


def require_reason(case: Case, why: str, *, doing: str) -> str:
    """The reason to keep; the one of `CHAINLEAD_WHY` where the command gave none.

    Raises:
        ReasonMissingError: none was given, and the case's setting `reasons` requires one.
    """
    from chainlead.config import current_reason

    given = why.strip() or current_reason()
    if not given and case.settings.get("reasons") == "required" and has_personal_data(case.store):
        raise ReasonMissingError(
            f"This case asks for a reason before {doing}: it holds personal data.",
            safe="Nothing was done.",
        )
    return given


def note_disclosure(
    case: Case,
    thing: str,
    *,
    why: str = "",
    recipients: Sequence[str] = (),
    to_country: str = "",
    outside_eu: str = "",
) -> bool:
    """Record that something of the case is handed out; the journal keeps to whom and why.

    Args:
        case: open for writing.
        thing: what: `pack`, `report`, or words.
        why: the reason.
        recipients: who gets it, as far as known.
        to_country: where they sit, two letters.
        outside_eu: why a transfer out of the EU is necessary (LED Art. 35 to 39).

    Returns:
        Whether an act was written: nothing is, where nobody said why or to whom.

    Raises:
        ReasonMissingError: the case requires a reason, or it leaves the EU and nobody said why.
    """
    reason = require_reason(case, why, doing=f"it hands out the {thing}")
    named = [" ".join(each.split()) for each in recipients if each.strip()]
    transfer = {}
    if to_country.strip():
        transfer = require_transfer_reason(case, to_country, outside_eu)
    if not (reason or named or transfer):
        return False
    what = {"thing": thing, "recipients": named, **transfer}
    last = next((e for e in reversed(case.entries) if e.act != "case.seal"), None)
    if last and (last.act, last.why, last.what) == ("personal_data.disclose", reason, what):
        return False
    case.act("personal_data.disclose", why=reason, what=what)
    return True


def note_handing_out(folder: Path, thing: str, **told: Any) -> bool:
    """`note_disclosure` for a command that does not write otherwise.

    The case is opened for writing only where there is something to record or to refuse.

    Raises:
        ReasonMissingError: see `note_disclosure`.
        CaseNotFoundError: no case there.
    """
    from chainlead.config import current_reason

    with Case.open_to_read(folder) as opened:
        asks = opened.settings.get("reasons") == "required"
    if not (asks or any(told.values()) or current_reason()):
        return False
    with Case.open_to_write(folder) as opened:
        return note_disclosure(opened, thing, **told)


def apply_disclose(_projection: Projection, _entry: Entry) -> None:
    """`personal_data.disclose`: the journal itself is the record."""


def note_consultation(case: Case, thing: str, *, why: str = "", count: int = 0) -> bool:
    """Record a look at personal data, where the case's setting `log_views` asks for it.

    Returns:
        Whether an act was written.

    Raises:
        ReasonMissingError: the case requires a reason, and none was given.
    """
    if not wants_views(case):
        return False
    reason = require_reason(case, why, doing=f"it shows {thing}")
    case.act("personal_data.consult", why=reason, what={"thing": thing, "count": count})
    return True


def wants_views(case: Case) -> bool:
    """Whether looks are kept in this case."""
    return case.settings.get("log_views") == "yes"


def apply_consult(_projection: Projection, _entry: Entry) -> None:
    """`personal_data.consult`: the journal itself is the record."""


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
    case.act("personal_data.retention", why=why.strip(), what=what)
    made = lookup_retention(case.store)
    assert made is not None
    return made


def apply_retention(projection: Projection, entry: Entry) -> None:
    """`personal_data.retention`: one more decision; the newest counts."""
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
