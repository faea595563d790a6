"""What happens to a drafted request: recorded as events, each with who, when and why. Sends nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from chainlead.custody import Entry
from chainlead.errors import DraftNotFoundError, RequestError, RequestOrderError
from chainlead.model import moment_to_text
from chainlead.request import (
    Moment,
    RequestEvent,
    RequestState,
    State,
    check_step,
    deadlines,
    derive_state,
)
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection

_NO_CONTENT = frozenset({"rates", "service", "docx_template"})


def record_state(
    case: Case,
    draft_id: str,
    state: str,
    *,
    person: str = "",
    when: datetime | None = None,
    note: str = "",
    reference: str = "",
    channel: str = "",
    until: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
) -> RequestState:
    """Record one event of a request; nothing that was recorded before changes.

    Args:
        case: open for writing; its author is who the rules about two persons look at.
        draft_id: or its beginning.
        state: a `State` or a `Moment` of `chainlead.request`.
        person: who did it, where that is somebody else than the author.
        when: the moment at which it happened, aware; now if left out.
        note: what a person says about it; also the journal's reason.
        reference: the addressee's own number.
        channel: the address that it was sent to, or that was confirmed.
        until: how long the addressee keeps the data, where it said so.
        detail: more, as JSON values.

    Returns:
        The request as it stands now.

    Raises:
        DraftNotFoundError: no such draft, or several begin so.
        RequestOrderError, SecondPersonError, AddresseeUnconfirmedError: see `check_step`.
    """
    before = state_of(case.store, draft_id)
    now = case.now()
    at = when or now
    parts = tuple((detail or {}).get("parts", ()))
    check_step(before, str(state), who=case.who, at=at, now=now, channel=channel, parts=parts)
    drafted = before.newest(State.DRAFTED)
    assert drafted is not None
    what = {
        "draft_id": before.draft_id,
        "event": str(state),
        "at": moment_to_text(at),
        "person": person.strip(),
        "note": note.strip(),
        "reference": reference.strip(),
        "channel": channel.strip(),
        "until": moment_to_text(until) if until else None,
        "content_sha256": drafted.content_sha256,
        "detail": dict(detail or {}),
    }
    case.act("request_states.record", why=note.strip(), what=what)
    return state_of(case.store, before.draft_id)


def record_moment(
    case: Case,
    draft_id: str,
    name: str,
    *,
    when: datetime | None = None,
    until: datetime | None = None,
    person: str = "",
    note: str = "",
    reference: str = "",
    parts: Sequence[str] = (),
    clocks: Sequence[str] = (),
) -> RequestState:
    """Record an event that starts or ends a clock: a receipt, a decision, an extension.

    Args:
        case: open for writing.
        draft_id: or its beginning.
        name: a `Moment`, but not the confirmation of an addressee, which has its own rules.
        when: the moment; now if left out.
        until: how long the addressee keeps the data, where it said so.
        person: who told it.
        note: what is to be said about it.
        reference: the addressee's number.
        parts: the parts of the request that it is about; those that were sent if left out.
        clocks: clocks that run only because a person names them, such as `spoc_other`.

    Raises:
        RequestOrderError: no such event, or it cannot come now.
        RequestError: an unknown clock.
        DraftNotFoundError: no such draft.
    """
    known = [moment.value for moment in Moment if moment is not Moment.CONFIRMED]
    if name not in known:
        raise RequestOrderError(
            f"There is no event named {name!r:.40}.", next_step=f"Known: {', '.join(known)}."
        )
    state = state_of(case.store, draft_id)
    if unknown := [part for part in parts if part not in state.parts_sent]:
        raise RequestOrderError(
            f"No part named {unknown[0]!r:.40} was sent; sent: {', '.join(state.parts_sent) or 'none'}."
        )
    check_clocks(clocks)
    about = tuple(parts) or (state.parts_sent if state.parts_sent != state.parts else ())
    return record_state(
        case, draft_id, name, person=person, when=when, until=until, note=note,
        reference=reference, detail={
            **({"parts": list(about)} if about else {}),
            **({"clocks": sorted(set(clocks))} if clocks else {}),
        },
    )  # fmt: skip


def check_clocks(names: Sequence[str]) -> None:
    """Refuse a clock that is in no table.

    Raises:
        RequestError: with the known ones.
    """
    if unknown := [name for name in names if name not in deadlines()]:
        raise RequestError(
            f"There is no clock named {unknown[0]!r:.40}.",
            next_step=f"Known clocks: {', '.join(sorted(deadlines()))}.",
        )


def apply_record(projection: Projection, entry: Entry) -> None:
    """`request_states.record`: one more event."""
    row = {
        **{name: value for name, value in entry.what.items() if name != "detail"},
        "detail": dict(entry.what["detail"]),
        "journal_seq": entry.seq,
        "recorded_at": moment_to_text(entry.at),
        "who": entry.who,
    }
    projection.store.insert("request_events", [row])


def apply_drafted(projection: Projection, entry: Entry) -> None:
    """The event that a `request.draft` is: called by its own applier, so that the author is known."""
    row = {
        "journal_seq": entry.seq,
        "draft_id": entry.what["draft_id"],
        "event": State.DRAFTED.value,
        "at": moment_to_text(entry.at),
        "recorded_at": moment_to_text(entry.at),
        "who": entry.who,
        "person": "",
        "note": entry.why,
        "reference": "",
        "channel": "",
        "until": None,
        "content_sha256": content_digest(entry.blobs),
        "detail": {"parts": entry.what["kind"].split("+")},
    }
    projection.store.insert("request_events", [row])


def content_digest(files: Mapping[str, str]) -> str:
    """One digest over the names and digests of everything that an act of drafting stored."""
    return hashlib.sha256(msgspec.json.encode(dict(files), order="sorted")).hexdigest()


def state_of(store: Store, draft_id: str) -> RequestState:
    """How a request stands.

    Raises:
        DraftNotFoundError: no such draft, or several begin so.
    """
    known = [row["draft_id"] for row in store.rows("drafts", columns=["draft_id"])]
    wanted = draft_id.strip().lower()
    found = [each for each in known if wanted and each.startswith(wanted)]
    if wanted in known:
        found = [wanted]
    if len(found) != 1:
        many = f"{len(found)} drafts begin with" if found else "The case has no draft"
        raise DraftNotFoundError(f"{many} {draft_id[:200]!r}.")
    rows = store.rows("request_events", order_by=["journal_seq"], draft_id=found[0])
    return derive_state(found[0], map(RequestEvent.from_row, rows))


def states(store: Store) -> tuple[RequestState, ...]:
    """How every request of a case stands, in the order they were drafted."""
    told: dict[str, list[RequestEvent]] = {}
    for row in store.rows("request_events", order_by=["journal_seq"]):
        told.setdefault(row["draft_id"], []).append(RequestEvent.from_row(row))
    drafts = store.rows("drafts", columns=["draft_id"], order_by=["journal_seq"])
    return tuple(derive_state(row["draft_id"], told.get(row["draft_id"], ())) for row in drafts)
