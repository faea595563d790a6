"""The states of a request, derived from its events; who may take which step, and in what order.

A request is a draft with what happened to it. Events are only added: a state is never written, it
follows from the events. The rules: another person than every drafter reviews; another person
confirms the addressee; a draft whose bytes change loses both; nothing is answered that was not
sent. This tool sends nothing: `sent` says that a person did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from chainlead.errors import (
    AddresseeUnconfirmedError,
    CaseDamagedError,
    RequestOrderError,
    SecondPersonError,
)
from chainlead.model import moment_from_text


class State(StrEnum):
    """Where a request stands."""

    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CLARIFICATION = "clarification"
    PARTIAL = "partial"
    COMPLETE = "complete"
    REFUSED = "refused"
    EXPIRED = "expired"


class Moment(StrEnum):
    """An event that changes no state, but starts or ends a clock, or lets a later step be taken."""

    CONFIRMED = "addressee_confirmed"
    RECEIPT = "receipt"
    DECISION = "decision"
    CERTIFICATE = "certificate"
    ORDER = "order"
    PRESERVED = "preserved"
    EXTENDED = "extended"
    RENEWED = "renewed"
    PRODUCTION_CONFIRMED = "production_confirmed"
    VALIDATED = "validated"
    FROZEN = "frozen"


EVENTS: tuple[str, ...] = (*State, *Moment)

_SENT_ONCE = frozenset(State) - {State.DRAFTED, State.REVIEWED}
_ANSWERS = frozenset({State.CLARIFICATION, State.PARTIAL, State.COMPLETE, State.REFUSED})
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.DRAFTED: frozenset({State.REVIEWED}),
    State.REVIEWED: frozenset({State.REVIEWED, State.SENT}),
    State.SENT: _ANSWERS | {State.SENT, State.ACKNOWLEDGED, State.EXPIRED},
    State.ACKNOWLEDGED: _ANSWERS | {State.SENT, State.ACKNOWLEDGED, State.EXPIRED},
    State.CLARIFICATION: _ANSWERS | {State.SENT, State.ACKNOWLEDGED, State.EXPIRED},
    State.PARTIAL: _ANSWERS | {State.SENT, State.EXPIRED},
    State.COMPLETE: frozenset({State.PARTIAL, State.COMPLETE}),
    State.REFUSED: _ANSWERS,
    State.EXPIRED: _ANSWERS | {State.ACKNOWLEDGED},
}
"""Which state may follow which. A late answer may still come after a refusal or the end of a term;
`sent` follows `sent` where the parts of a request go out one after the other."""

CLOSED = frozenset({State.COMPLETE, State.REFUSED, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One thing that happened, as a person recorded it.

    Attributes:
        at: when it happened; `recorded_at` is when it was written down.
        who: the journal's author; the rules about two persons look at this name only.
        person: who did it, where that is somebody else than the author.
        reference: the addressee's own number for the request.
        channel: the address that it was sent to, or confirmed.
        until: how long something lasts, as the addressee said.
        content_sha256: the bytes of the draft that it is about.
    """

    seq: int
    draft_id: str
    event: str
    at: datetime
    recorded_at: datetime
    who: str
    person: str
    note: str
    reference: str
    channel: str
    until: datetime | None
    content_sha256: str
    detail: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "RequestEvent":
        """Read a row of `request_events`.

        Raises:
            CaseDamagedError: the row is not what chainlead writes.
        """
        fields = {name: row[name] for name in cls.__slots__ if name in row}
        try:
            return cls(
                **{
                    **fields,
                    "seq": row["journal_seq"],
                    "at": moment_from_text(row["at"]),
                    "recorded_at": moment_from_text(row["recorded_at"]),
                    "until": moment_from_text(row["until"]) if row["until"] else None,
                    "detail": _mapping(row["detail"]),
                }
            )
        except (TypeError, ValueError) as error:
            raise CaseDamagedError(
                f"Event {row['journal_seq']} of a request is not what was written."
            ) from error


def _mapping(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, Mapping) or not all(
        isinstance(told.get(name, []), list) for name in ("parts", "clocks")
    ):
        raise TypeError("no mapping")
    return told


@dataclass(frozen=True, slots=True)
class RequestState:
    """A request as its events leave it.

    Attributes:
        state: where it stands; `since` is when that happened.
        drafted_by: everybody who made a version of the draft.
        reviewed_by: who reviewed the bytes that the draft has now; empty if nobody.
        confirmed_by: who confirmed an address last for these bytes; empty if nobody.
        confirmed_channels: every address that somebody confirmed for these bytes.
        lost_review: it was reviewed, and changed since.
        changed_since_sent: the draft was made anew after it was sent; what was sent is the older one.
        reference: the newest reference of the addressee.
        parts: the parts of the draft: preservation, production, freeze, confidentiality.
        parts_sent: those of them that were sent.
    """

    draft_id: str
    state: State
    since: datetime | None
    events: tuple[RequestEvent, ...] = field(repr=False)
    drafted_by: frozenset[str] = frozenset()
    reviewed_by: str = ""
    confirmed_by: str = ""
    confirmed_channels: tuple[str, ...] = ()
    lost_review: bool = False
    changed_since_sent: bool = False
    reference: str = ""
    parts: tuple[str, ...] = ()
    parts_sent: tuple[str, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Nothing more is expected."""
        return self.state in CLOSED

    @property
    def was_sent(self) -> bool:
        """A person said that it was sent."""
        return any(event.event == State.SENT for event in self.events)

    def newest(self, name: str) -> RequestEvent | None:
        """The newest event of this name."""
        return next((event for event in reversed(self.events) if event.event == name), None)

    def first(self, name: str) -> RequestEvent | None:
        """The first event of this name."""
        return next((event for event in self.events if event.event == name), None)


def derive_state(draft_id: str, events: Iterable[RequestEvent]) -> RequestState:
    """What the events of one draft say together; `events` in the order they were recorded."""
    told = tuple(sorted(events, key=lambda event: event.seq))
    drafts = [event for event in told if event.event == State.DRAFTED]
    content = drafts[-1].content_sha256 if drafts else ""
    state, since = State.DRAFTED, drafts[-1].at if drafts else None
    drafters = {event.who.casefold() for event in drafts}

    def counts(event: RequestEvent) -> bool:
        """It is about the bytes of now, by somebody who drafted no version, not even later."""
        return event.content_sha256 == content and event.who.casefold() not in drafters

    reviewed = None
    confirmed = [e for e in told if e.event == Moment.CONFIRMED and counts(e)]
    reference, ever_reviewed, sent_content = "", False, ""
    for event in told:
        reference = event.reference or reference
        if event.event == State.REVIEWED:
            ever_reviewed = True
            reviewed = event if counts(event) else None
        elif event.event in _SENT_ONCE:
            state, since = State(event.event), event.at
            sent_content = event.content_sha256 if event.event == State.SENT else sent_content
    if state is State.DRAFTED and reviewed:
        state, since = State.REVIEWED, reviewed.at
    parts = tuple(drafts[-1].detail.get("parts", ())) if drafts else ()
    sent = {
        part
        for event in told
        if event.event == State.SENT
        for part in event.detail.get("parts") or parts
    }
    return RequestState(
        draft_id=draft_id,
        state=state,
        since=since,
        events=told,
        drafted_by=frozenset(event.who for event in drafts),
        reviewed_by=reviewed.who if reviewed else "",
        confirmed_by=confirmed[-1].who if confirmed else "",
        confirmed_channels=tuple(dict.fromkeys(event.channel for event in confirmed)),
        lost_review=ever_reviewed and reviewed is None,
        changed_since_sent=bool(sent_content) and sent_content != content,
        reference=reference,
        parts=parts,
        parts_sent=tuple(part for part in parts if part in sent),
    )


def check_step(
    state: RequestState,
    event: str,
    *,
    who: str,
    at: datetime,
    now: datetime,
    channel: str = "",
    parts: Sequence[str] = (),
) -> None:
    """Refuse a step that cannot come now.

    Args:
        state: the request as it stands.
        event: one of `EVENTS`.
        who: the journal's author.
        at: when it happened; not after `now`, not before the day of what it follows.
        now: the moment of recording.
        channel: the address that it was sent to.
        parts: the parts that were sent; all if left out.

    Raises:
        ValueError: a time has no zone.
        RequestOrderError: it cannot follow what was recorded, or the time cannot be.
        SecondPersonError: it needs somebody who did not draft.
        AddresseeUnconfirmedError: sent to an address that nobody confirmed.
    """
    if event not in EVENTS or event == State.DRAFTED:
        raise RequestOrderError(
            f"There is no step named {event!r:.40}; known: {', '.join(EVENTS)}."
        )
    if at.tzinfo is None:
        raise ValueError("a time without a zone is not a moment")
    at = at.astimezone(UTC)
    if at > now:
        raise RequestOrderError(
            f"{at.isoformat()} has not come yet; only what happened is recorded.",
            next_step="Give the moment at which it happened with --at.",
        )
    _check_order(state, event)
    drafters = {name.casefold() for name in state.drafted_by}
    if event in {State.REVIEWED, Moment.CONFIRMED} and who.casefold() in drafters:
        raise SecondPersonError(
            f"{who} drafted {state.draft_id}; another person has to "
            f"{'review it' if event == State.REVIEWED else 'confirm its addressee'}."
        )
    if event == State.SENT:
        _check_sending(state, channel, parts)
    before = state.first(
        State.DRAFTED if event in {State.REVIEWED, Moment.CONFIRMED, State.SENT} else State.SENT
    )
    if before is not None and at.date() < before.at.astimezone(UTC).date():
        raise RequestOrderError(
            f"{at.date()} is before the draft was {before.event} ({before.at.date()}).",
            next_step="Check the time and its zone, and give it with --at.",
        )


def _check_order(state: RequestState, event: str) -> None:
    if event in set(State):
        wanted = State(event)
        if wanted in FOLLOWS[state.state] or (wanted is State.REVIEWED and not state.is_closed):
            return
        if wanted is State.SENT and state.state is State.DRAFTED:
            lost = "The draft was changed after its review." if state.lost_review else ""
            raise SecondPersonError(
                lost or f"Nobody has reviewed {state.draft_id} yet; it cannot be marked sent.",
                next_step="Another person than the drafter runs "
                "`chainlead request review CASE DRAFT` first.",
            )
        if wanted in _SENT_ONCE and not state.was_sent:
            raise RequestOrderError(
                f"{state.draft_id} is {state.state}: it cannot be {event} before it was sent.",
                next_step="Record first that it was sent: `chainlead request send CASE DRAFT`.",
            )
        raise RequestOrderError(f"{state.draft_id} is {state.state}; {event} cannot follow that.")
    if event != Moment.CONFIRMED and not state.was_sent:
        raise RequestOrderError(
            f"{state.draft_id} was not sent yet; no {event} can have come.",
            next_step="Record first that it was sent: `chainlead request send CASE DRAFT`.",
        )


def _check_sending(state: RequestState, channel: str, parts: Sequence[str]) -> None:
    if unknown := [part for part in parts if part not in state.parts]:
        raise RequestOrderError(
            f"{state.draft_id} has no part named {unknown[0]!r:.40}; it has {', '.join(state.parts)}."
        )
    if again := [part for part in parts or state.parts if part in state.parts_sent]:
        raise RequestOrderError(
            f"{state.draft_id}: {', '.join(again)} was sent already.",
            next_step="Name the part that was sent now with --part; to ask again, draft a follow-up.",
        )
    if not state.reviewed_by:
        raise SecondPersonError(
            "The draft was changed after its review; it cannot be marked sent.",
            next_step="Another person than the drafter reviews it first.",
        )
    if not state.confirmed_by:
        raise AddresseeUnconfirmedError(
            f"Nobody has confirmed the addressee of {state.draft_id}; it cannot be marked sent."
        )
    known = [each.casefold() for each in state.confirmed_channels]
    if channel.strip().casefold() not in known:
        raise AddresseeUnconfirmedError(
            f"{channel[:200]!r} is not an address that somebody confirmed "
            f"({', '.join(state.confirmed_channels)}).",
            next_step="Check where it went; an address that nobody confirmed may be a stranger's.",
        )
