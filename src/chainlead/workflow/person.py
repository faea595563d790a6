"""`person`: somebody in the case under a pseudonym, with a role that only a person decides.

Acts: `person.add`, `person.role`. The name is a stored file, so that a purge erases it while the journal's
digests stay. A role is `unknown` until a person says otherwise and why (Directive (EU) 2016/680,
Art. 6): who paid is not therefore a suspect. Nothing in chainlead sets a role by itself (Art. 11).
"""

from dataclasses import dataclass
from enum import StrEnum

from chainlead.custody import Entry
from chainlead.errors import CaseError, ReasonMissingError
from chainlead.model import moment_to_text
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection

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
    case.act("person.add", why=why, what=what, blobs={"name": wanted.encode()})
    return get_person(case.store, person_id)


def apply_add(projection: Projection, entry: Entry) -> None:
    """`person.add`: one person, of unknown role."""
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
    case.act("person.role", why=why.strip(), what={"person_id": person.person_id, "role": role})
    return get_person(case.store, person.person_id)


def apply_role(projection: Projection, entry: Entry) -> None:
    """`person.role`: one more decision."""
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
