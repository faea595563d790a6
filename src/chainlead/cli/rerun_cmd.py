"""`chainlead rerun`: work out again what rests on blocks that left the chain, and see what became of it."""

from typing import Annotated

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, print_json
from chainlead.cli._rerun import has_open_ends, print_reruns, rerun_documents, run_again

app = typer.Typer(help="Work out again what rests on blocks that left the chain.")


@app.command()
def rerun(
    case: CaseFolder,
    *,
    listed: Annotated[
        bool, typer.Option("--list", help="Only list what was worked out again, and why.")
    ] = False,
    show: Annotated[
        str,
        typer.Option("--show", metavar="ID", help="Print a result that another took the place of."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Traces, searches, answers and drafts that are not sent, in order, with the same parameters.

    A fetch does it by itself, unless it was told --no-rerun. Nothing is asked of anybody. Ends with 1
    where something waits for a fetch, or a person has to look at a request.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.old_results import old_result
    from chainlead.workflow.rerun import list_reruns

    if show:
        with Case.open_to_read(case) as opened:
            print_json(old_result(opened, show))
        return
    if listed:
        with Case.open_to_read(case) as opened:
            found = tuple(list_reruns(opened.store))
    else:
        with Case.open_to_write(case) as opened:
            found = run_again(opened)
    if as_json:
        print_json({"reruns": rerun_documents(found)})
    elif found:
        print_reruns(found, case)
    else:
        print("Nothing rests on blocks that left the chain.")
    if has_open_ends(found):
        raise typer.Exit(WARNINGS)
