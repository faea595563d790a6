"""The words of `chainlead request` for what happens to a draft after it is made. Sends nothing."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chainlead.cli._option_group import with_options
from chainlead.cli._output import CaseFolder, Json, print_json, print_table, printable

Draft = Annotated[
    str, typer.Argument(metavar="DRAFT", help="A draft's id, or its beginning.", show_default=False)
]
At = Annotated[
    str,
    typer.Option(
        "--at", help="When it happened, with zone: 2026-03-01T09:30+01:00. Now if left out."
    ),
]
Person = Annotated[str, typer.Option("--person", help="Who did it, if it was not you.")]
Note = Annotated[str, typer.Option("--note", "--why", help="What is to be said about it.")]
Reference = Annotated[str, typer.Option("--reference", help="The addressee's own number.")]

Clocks = Annotated[
    list[str] | None,
    typer.Option("--clock", help="A clock that runs only if you name it: spoc_other. Repeatable."),
]

_STEPS = {
    "clarify": ("clarification", "Record that the addressee asks back."),
    "partial": ("partial", "Record that a part of what was asked came."),
    "complete": ("complete", "Record that everything asked for came."),
    "refuse": ("refused", "Record that the addressee refused."),
    "expire": ("expired", "Record that the term ended without an answer."),
}


_WORDS = {
    "clarification": "asked back about",
    "partial": "answered in part",
    "complete": "answered in full",
}


def _told(
    *, at: At = "", person: Person = "", note: Note = "", reference: Reference = ""
) -> dict[str, Any]:
    """The options that tell when something happened, and who did it."""
    return {"when": parse_moment(at), "person": person, "note": note, "reference": reference}


def add_state_commands(app: typer.Typer) -> None:
    """Hang the commands into `chainlead request`."""
    app.command("review")(review)
    app.command("confirm-addressee")(confirm)
    app.command("send")(send)
    app.command("acknowledge")(acknowledge)
    for word, (state, told) in _STEPS.items():
        app.command(word, help=told)(_recorder(state))
    app.command("event")(event)
    app.command("history")(history)


def review(
    case: CaseFolder,
    draft: Draft,
    *,
    at: At = "",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Record that you, who did not draft it, read the whole draft and agree with it."""
    _record(case, draft, "reviewed", as_json=as_json, when=parse_moment(at), note=note)


def confirm(
    case: CaseFolder,
    draft: Draft,
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help="Where the request will go.", show_default=False),
    ],
    *,
    despite_warnings: Annotated[
        bool,
        typer.Option("--despite-warnings", help="You know it from another way; --note says which."),
    ] = False,
    at: At = "",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Record that you, who did not draft it, compared the address with the service directory."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.request_addressee import confirm_addressee

    with Case.open_to_write(case) as opened:
        made = confirm_addressee(
            opened,
            draft,
            address,
            despite_warnings=despite_warnings,
            note=note,
            when=parse_moment(at),
        )
    if as_json:
        document = state_document(made.state)
        document["addressee"] = {
            "address": made.address,
            "domain": made.domain,
            "service": made.service,
            "warnings": made.warnings,
        }
        print_json(document)
        return
    print(f"\n    {printable(made.domain or 'NO DOMAIN')}\n")
    print(
        f"{printable(made.address)} is confirmed, {made.service or 'a service that the directory does not know'}."
    )
    for warning in made.warnings:
        print(f"Warning: {printable(warning)}")
    show_state(made.state, as_json=False)


@with_options("told", _told)
def send(
    case: CaseFolder,
    draft: Draft,
    *,
    channel: Annotated[str, typer.Option("--to", help="The address that it went to.")],
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part", help="Only this part: preservation, production, freeze. Repeatable."
        ),
    ] = None,
    clock: Annotated[
        list[str] | None,
        typer.Option(
            "--clock", help="A clock that this sending starts, as spoc_other. Repeatable."
        ),
    ] = None,
    to_country: Annotated[
        str, typer.Option("--to-country", help="Where it went, two letters; the draft's country.")
    ] = "",
    outside_eu: Annotated[
        str,
        typer.Option(
            "--outside-eu", help="Why a transfer out of the EU is necessary (LED Art. 39)."
        ),
    ] = "",
    told: dict[str, Any],
    as_json: Json = False,
) -> None:
    """Record that a person sent it. chainlead sends nothing."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.deadlines import idle_clocks
    from chainlead.workflow.request_addressee import record_sent

    with Case.open_to_write(case) as opened:
        state = record_sent(
            opened,
            draft,
            channel,
            parts=part or (),
            clocks=clock or (),
            to_country=to_country,
            outside_eu=outside_eu,
            **told,
        )
        idle = idle_clocks(opened, state.draft_id)
    show_state(state, as_json=as_json)
    if idle and not as_json:
        print(f"Not running, because nobody named it: {', '.join(idle)}")
        print(f"  If one applies: chainlead request event {case} {draft} receipt --clock NAME")


@with_options("told", _told)
def event(
    case: CaseFolder,
    draft: Draft,
    name: Annotated[
        str,
        typer.Argument(
            metavar="EVENT",
            help="receipt, decision, certificate, order, preserved, extended, renewed, "
            "production_confirmed, validated, frozen.",
            show_default=False,
        ),
    ],
    *,
    part: Annotated[
        list[str] | None, typer.Option("--part", help="The part that it is about. Repeatable.")
    ] = None,
    clock: Clocks = None,
    until: Annotated[
        str,
        typer.Option(
            "--until", help="Until when the data are kept, as the addressee says: 2027-01-31."
        ),
    ] = "",
    told: dict[str, Any],
    as_json: Json = False,
) -> None:
    """Record an event that starts or ends a clock, without changing the state."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.request_states import record_moment

    with Case.open_to_write(case) as opened:
        state = record_moment(
            opened,
            draft,
            name,
            until=parse_day(until),
            **told,
            parts=part or (),
            clocks=clock or (),
        )
    show_state(state, as_json=as_json)


@with_options("told", _told)
def acknowledge(
    case: CaseFolder,
    draft: Draft,
    *,
    until: Annotated[
        str,
        typer.Option(
            "--until", help="Until when the data are kept, as the addressee says: 2027-01-31."
        ),
    ] = "",
    told: dict[str, Any],
    as_json: Json = False,
) -> None:
    """Record that the addressee has it; keeps its reference and how long it preserves."""
    _record(case, draft, "acknowledged", as_json=as_json, until=parse_day(until), **told)


def _recorder(event: str) -> Any:
    @with_options("told", _told)
    def record(
        case: CaseFolder, draft: Draft, *, told: dict[str, Any], as_json: Json = False
    ) -> None:
        _record(case, draft, event, as_json=as_json, **told)

    return record


def _record(case: Path, draft: str, event: str, *, as_json: bool, **told: Any) -> None:
    from chainlead.workflow.case import Case
    from chainlead.workflow.request_states import record_state

    with Case.open_to_write(case) as opened:
        state = record_state(opened, draft, event, **told)
    show_state(state, as_json=as_json)


def parse_day(text: str) -> datetime | None:
    """A day, which ends a term at its very beginning in UTC, or a time with its zone."""
    if len(text) == len("2026-03-01") and "T" not in text:
        return parse_moment(f"{text}T00:00Z")
    return parse_moment(text)


def parse_moment(text: str) -> datetime | None:
    """A time with its zone, or None for an empty text."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time like 2026-03-01T09:30+01:00") from error
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; add Z for UTC, or +01:00")
    return moment


def state_document(state: Any) -> dict[str, Any]:
    """A request's state as JSON, with its events."""
    from chainlead.model import moment_to_text

    return {
        "draft_id": state.draft_id,
        "state": state.state.value,
        "since": moment_to_text(state.since) if state.since else None,
        "reviewed_by": state.reviewed_by,
        "lost_review": state.lost_review,
        "confirmed_by": state.confirmed_by,
        "confirmed_channels": state.confirmed_channels,
        "changed_since_sent": state.changed_since_sent,
        "reference": state.reference,
        "events": [
            {
                "seq": event.seq,
                "event": event.event,
                "at": moment_to_text(event.at),
                "recorded_at": moment_to_text(event.recorded_at),
                "who": event.who,
                "person": event.person,
                "note": event.note,
                "reference": event.reference,
                "channel": event.channel,
                "until": moment_to_text(event.until) if event.until else None,
                "detail": event.detail,
            }
            for event in state.events
        ],
    }


def show_state(state: Any, *, as_json: bool) -> None:
    """Print where a request stands."""
    if as_json:
        print_json(state_document(state))
        return
    word = _WORDS.get(state.state.value, state.state.value)
    print(f"Draft {state.draft_id} is {word}.")
    if state.lost_review and not state.was_sent:
        print("It was changed after its review: it has to be reviewed again.")
    if state.changed_since_sent:
        print("It was drafted anew after it was sent; what was sent is the version before.")
    print("chainlead sends nothing; this is a record of what people did.")


def _event_words(told: Any) -> str:
    parts = told.detail.get("parts") if told.event != "drafted" else ()
    until = f" until {told.until:%Y-%m-%d}" if told.until else ""
    about = f" ({', '.join(parts)})" if parts else ""
    return f"{told.event}{about}{until}"


def history(case: CaseFolder, draft: Draft, *, as_json: Json = False) -> None:
    """Show everything that was recorded about a draft, first to last."""
    from chainlead.model import moment_to_text
    from chainlead.workflow.case import Case
    from chainlead.workflow.request_states import state_of

    with Case.open_to_read(case) as opened:
        state = state_of(opened.store, draft)
    if as_json:
        print_json(state_document(state))
        return
    print_table(
        ("when", "what", "recorded by", "person", "reference", "channel", "note"),
        [
            (
                moment_to_text(e.at), _event_words(e), e.who, e.person, e.reference, e.channel,
                " ".join(e.note.split()),
            )
            for e in state.events
        ],
    )  # fmt: skip
    print(f"Now: {state.state.value}.")
