"""`chainlead request`: draft the letters for a lead, list drafts. Nothing is ever sent."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table
from chainlead.cli._request_states import add_state_commands

app = typer.Typer(no_args_is_help=True, help="Draft the legal request for a lead; sends nothing.")


@app.command("draft")
def draft_letters(
    case: CaseFolder,
    lead: Annotated[str, typer.Argument(help="A lead's id (or its beginning), from `leads`.")],
    *,
    instrument: Annotated[
        str, typer.Option("--instrument", help="Another compulsory step than the table's.")
    ] = "",
    language: Annotated[str, typer.Option("--language", help="Language of the letters.")] = "",
    also: Annotated[
        list[int] | None,
        typer.Option("--also", help="Number of a data item to ask for beside the minimal set."),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            help="Only this part: preservation, production, freeze, confidentiality (repeat).",
        ),
    ] = None,
    period_days: Annotated[
        int, typer.Option("--period-days", help="Days around the transfers.", min=0, max=3660)
    ] = 7,
    rates: Annotated[
        Path | None,
        typer.Option(
            "--rates",
            help="Rates for this draft only: date,asset,currency,rate,source.",
            exists=True,
        ),
    ] = None,
    dated: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Date on the letters; today."),
    ] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Life or limb is at risk now.")
    ] = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Draft the letters of a lead: preserve, produce, freeze (Markdown, PDF, DOCX, annex, JSON)."""
    from chainlead.custody import SystemClock
    from chainlead.workflow.case import Case
    from chainlead.workflow.request import RATES_NAME, REQUESTS, draft

    day = dated.date() if dated else SystemClock().now().date()
    with Case.open_to_write(case) as opened:
        made = draft(
            opened,
            lead,
            dated=day,
            instrument=instrument,
            language=language,
            also=also or (),
            parts=part or (),
            period_days=period_days,
            rates=rates.read_bytes() if rates else b"",
            rates_name=rates.name if rates else RATES_NAME,
            is_emergency=emergency,
            why=why,
        )
    folder = case / REQUESTS / made.draft_id
    if as_json:
        print_json(
            {
                "draft_id": made.draft_id,
                "lead_id": made.lead_id,
                "instrument": made.instrument,
                "language": made.language,
                "certainty": made.choice.certainty.value,
                "alternatives": [
                    {"instrument": each.instrument_id, "why_not": each.why_not}
                    for each in made.choice.alternatives
                ],
                "warnings": made.choice.warnings,
                "confirm": made.choice.confirm,
                "open_fields": made.open_fields,
                "files": [str(folder / name) for name in made.files],
            }
        )
        return
    print(f"Draft {made.draft_id} in {folder}: {', '.join(made.files)}")
    print(f"Situation: {made.choice.situation}")
    print(f"First: {', '.join(each.name for each in made.choice.first)}")
    print(f"Then: {made.choice.chosen.name} ({made.choice.certainty.words})")
    for other in made.choice.alternatives:
        print(f"Not {other.instrument.name}: {other.why_not}")
    for warning in made.choice.warnings:
        print(f"Note: {warning}")
    print(f"{len(made.open_fields)} fields are open; the letters list them at the top.")
    print(f"{made.choice.confirm} Nothing was sent.")


@app.command("template")
def write_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it: request.docx.")],
    *,
    as_json: Json = False,
) -> None:
    """Write the shipped Word template, to be changed and put into the unit's folder."""
    from chainlead.workflow.request import TEMPLATE, write_default_template

    write_default_template(file)
    if as_json:
        print_json({"file": str(file), "goes_to": TEMPLATE})
        return
    print(f"Written: {file}. Change letterhead, fonts and styles, keep the tags, and put it into")
    print(f"the unit's folder as {TEMPLATE}.")


@app.command("list")
def list_all(case: CaseFolder, *, as_json: Json = False) -> None:
    """List the drafts of a case."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.request import list_drafts

    with Case.open_to_read(case) as opened:
        drafts = list_drafts(opened)
    if as_json:
        print_json({"drafts": drafts})
        return
    if not drafts:
        print("No request was drafted yet.")
        return
    print_table(
        ("draft", "lead", "dated", "instrument", "language", "state"),
        [
            (
                d["draft_id"],
                d["lead_id"],
                d["parameters"]["dated"],
                d["instrument"],
                d["language"],
                d["state"],
            )
            for d in drafts
        ],
    )


add_state_commands(app)
