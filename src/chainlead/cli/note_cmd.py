"""`chainlead note`: write a note on something of a case, list the notes, take one away."""

from typing import Annotated, Any

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Write a note on a node, a finding, a lead or a moment; list the notes.")


@app.command()
def note(
    case: CaseFolder,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="[SUBJECT]",
            help="node:TRACE:KEY, edge:TRACE:TAIL:HEAD, trace:ID, finding:ID, lead:ID, draft:ID, "
            "view:NAME or time:MOMENT. Without it, the notes of the case are listed.",
        ),
    ] = "",
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="The note.")] = "",
    *,
    for_report: Annotated[
        bool, typer.Option("--for-report", help="Show it in the report; else it stays internal.")
    ] = False,
    remove: Annotated[
        str, typer.Option("--remove", metavar="ID", help="Take this note away instead.")
    ] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Write a note, with your name and the time. An internal note never comes into the report."""
    from chainlead.workflow.canvas import add_note, list_notes, remove_note
    from chainlead.workflow.case import Case

    if remove:
        with Case.open_to_write(case) as opened:
            remove_note(opened, remove, why=why)
        if as_json:
            print_json({"removed": remove})
        else:
            print(f"Taken away: note {remove}. `chainlead undo` brings it back.")
        return
    if subject and text:
        with Case.open_to_write(case) as opened:
            made = [add_note(opened, subject, text, for_report=for_report)]
    else:
        with Case.open_to_read(case) as opened:
            made = list(list_notes(opened, subject))
    if as_json:
        print_json({"notes": [_document(each) for each in made]})
        return
    for each in made:
        kind = "for the report" if each.for_report else "internal"
        print(f"{each.note_id}  {each.at:%Y-%m-%d %H:%M:%S} UTC  {each.who}  {kind}")
        print(f"  {each.subject}")
        for line in each.text.splitlines():
            print(f"  {_shown(line)}")
    if not made:
        print("No note.")


def _shown(line: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in line)


def _document(note: Any) -> dict[str, Any]:
    from chainlead.model import moment_to_text

    return {
        "note_id": note.note_id,
        "subject": note.subject,
        "text": note.text,
        "for_report": note.for_report,
        "who": note.who,
        "at": moment_to_text(note.at),
    }
