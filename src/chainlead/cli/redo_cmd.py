"""`chainlead redo`: make the decision again that was taken back last."""

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Make a decision again that `undo` took back.")


@app.command()
def redo(case: CaseFolder, *, why: Why = "", as_json: Json = False) -> None:
    """Make the decision again that was taken back last, if nothing was decided since."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.undo import redo as make_again

    with Case.open_to_write(case) as opened:
        entry = make_again(opened, why=why)
    if as_json:
        print_json({"redone": entry.seq, "act": entry.act, "by": entry.who})
    else:
        print(f"Done again: {entry.act} of {entry.who}, journal entry {entry.seq}.")
