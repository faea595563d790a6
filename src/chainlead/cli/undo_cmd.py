"""`chainlead undo`: take the last decision of a case back."""

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Take the last decision back; `redo` makes it again.")


@app.command()
def undo(case: CaseFolder, *, why: Why = "", as_json: Json = False) -> None:
    """Take back the last judgement, decision on a link, or step set aside. The journal keeps both."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.undo import undo as take_back

    with Case.open_to_write(case) as opened:
        entry = take_back(opened, why=why)
    if as_json:
        print_json({"undone": entry.seq, "act": entry.act, "by": entry.who})
    else:
        print(f"Taken back: {entry.act} of {entry.who}, journal entry {entry.seq}.")
