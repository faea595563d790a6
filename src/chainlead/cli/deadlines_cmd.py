"""`chainlead deadlines`: what is due, over all cases, the most urgent first."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import WARNINGS, Json, print_json, print_table, printable

app = typer.Typer(help="List what is due in all cases of a folder, the most urgent first.")


@app.command("deadlines")
def deadlines(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CASE_OR_FOLDER]…", help="Cases, or folders with cases; here if left out."
        ),
    ] = None,
    *,
    on: Annotated[
        str, typer.Option("--on", help="Look from this day or moment: 2026-03-01. Now if left out.")
    ] = "",
    ical: Annotated[
        Path | None, typer.Option("--ical", help="Write an iCalendar file too (RFC 5545).")
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Show the clocks that ended too.")] = False,
    as_json: Json = False,
) -> None:
    """List what is due in all cases, the most urgent first; reads only. Exit 1: a case was skipped."""
    from chainlead.custody import SystemClock
    from chainlead.workflow.deadlines import list_deadlines

    now = _moment(on) if on else SystemClock().now()
    found = list_deadlines(folders or [Path()], now=now)
    rows = found.rows if ended else found.open_rows
    if ical is not None:
        ical.write_bytes(found.to_calendar())
    if as_json:
        print_json(
            {
                "on": now,
                "cases": found.cases,
                "deadlines": [row.to_document(now) for row in rows],
                "skipped": [
                    {
                        "case": str(p.folder),
                        "why": p.sentence,
                        "next_step": p.next_step,
                        "was_read": p.was_read,
                    }
                    for p in found.passed
                ],
                "calendar": str(ical) if ical else None,
            }
        )
    else:
        _print(found, rows, now)
        if ical is not None:
            print(f"Calendar written: {ical}")
    if found.passed:
        raise typer.Exit(WARNINGS)


def _print(found: object, rows: object, now: datetime) -> None:
    import sys

    from chainlead.workflow.deadlines import DeadlineList, DueRow

    assert isinstance(found, DeadlineList)
    assert isinstance(rows, tuple)
    unsent: dict[str, set[str]] = {}
    table = []
    for row in rows:
        assert isinstance(row, DueRow)
        if row.is_unsent:
            about = f"{row.clock.draft_id} of {row.reference} ({row.state})"
            unsent.setdefault(about, set()).add(row.clock.part)
        else:
            table.append(_cells(row, now))
    if table:
        print_table(("", "due (UTC)", "left", "case", "draft", "state", "what", "certainty"), table)
    elif not unsent:
        print(f"Nothing is due in {found.cases} case{'s' if found.cases != 1 else ''}.")
    for about, parts in unsent.items():
        waiting = printable(f"draft {about}, {', '.join(sorted(parts))}")
        print(f"Not sent yet, so its clocks wait: {waiting}")
    for passed in found.passed:
        word = "Note" if passed.was_read else "Skipped"
        print(
            printable(f"{word}: {passed.folder}: {passed.sentence} {passed.next_step}"),
            file=sys.stderr,
        )
    if table:
        print("Terms of law end as national law says; confirm with the prosecutor or the SPOC.")


def _cells(row: object, now: datetime) -> tuple[str, ...]:
    from chainlead.request import Running
    from chainlead.workflow.deadlines import DueRow

    assert isinstance(row, DueRow)
    clock = row.clock
    standing = clock.standing(now)
    mark = "RED" if clock.is_red else ""
    if clock.reminder(now):
        mark = f"{mark} {clock.reminder(now)} %".strip()
    due, left = "", clock.starts_when
    if clock.due_at is not None:
        due = clock.due_at.strftime("%Y-%m-%d %H:%M")
        left = (
            "ended: " + clock.ended_by
            if standing is Running.ENDED
            else left_words(clock.due_at, now)
        )
    elif clock.earliest_at is not None:
        due = f"not before {clock.earliest_at.strftime('%Y-%m-%d %H:%M')}"
    about = f"{clock.name}" + (f" (from {clock.started_by})" if clock.started_by else "")
    return (
        mark, due, left, row.reference, clock.draft_id, row.state, about, clock.certainty_word,
    )  # fmt: skip


def left_words(due: datetime, now: datetime) -> str:
    """`3 days left`, `5 hours ago`."""
    gone = due <= now
    seconds = int(abs((due - now).total_seconds()))
    days, hours = seconds // 86_400, seconds // 3_600
    number, unit = (days, "day") if days >= 2 else (hours, "hour")
    if not hours:
        number, unit = seconds // 60, "minute"
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"over for {words}" if gone else f"{words} left"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day like 2026-03-01") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
