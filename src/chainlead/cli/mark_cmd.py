"""`chainlead mark`: mark something for the report, or take the mark away."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Mark a node, finding, lead or saved view for the report.")


@app.command()
def mark(
    case: CaseFolder,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="[SUBJECT]",
            help="What to mark, as for `chainlead note`. Without it, the marks are listed.",
        ),
    ] = "",
    *,
    off: Annotated[bool, typer.Option("--off", help="Take the mark away.")] = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Mark something for the report. A marked saved view is drawn there, with its digest."""
    from chainlead.workflow.canvas import canvas_of, set_mark
    from chainlead.workflow.case import Case

    if not subject:
        with Case.open_to_read(case) as opened:
            marked = sorted(canvas_of(opened).marked)
        if as_json:
            print_json({"marked": marked})
        else:
            print("\n".join(marked) or "Nothing is marked.")
        return
    with Case.open_to_write(case) as opened:
        changed = set_mark(opened, subject, marked=not off, why=why)
    if as_json:
        print_json({"subject": subject, "marked": not off, "changed": changed})
    elif changed:
        print("The mark is taken away." if off else "Marked for the report.")
    else:
        print("It was not marked." if off else "It was marked already.")
