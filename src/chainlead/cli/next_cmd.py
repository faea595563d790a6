"""`chainlead next`: what to do next, in plain words."""

from dataclasses import asdict
from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Say what to do next and what was forgotten, in plain words.")

_TITLES = {
    "now": "Now: value or data may be lost",
    "next": "Next",
    "soon": "Soon",
    "later": "Later",
}


@app.command()
def next_(
    case: CaseFolder,
    *,
    dismiss: Annotated[
        str, typer.Option("--dismiss", metavar="STEP", help="Set this step aside; needs --why.")
    ] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Say what to do next and what was forgotten, each with the exact command."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.next import dismiss_step, next_steps

    if dismiss:
        with Case.open_to_write(case) as opened:
            step = dismiss_step(opened, dismiss, why=why)
        if as_json:
            print_json({"dismissed": step.step_id, "why": why})
        else:
            print(f"Set aside: {step.title}")
        return
    with Case.open_to_read(case) as opened:
        steps = next_steps(opened)
    if as_json:
        print_json({"steps": [{**asdict(step), "urgency": step.urgency.word} for step in steps]})
        return
    if not steps:
        print("Nothing is left to do that chainlead could see.")
    urgency = ""
    for step in steps:
        if step.urgency.word != urgency:
            urgency = step.urgency.word
            print(f"{_TITLES[urgency]}\n")
        print(f"  {step.title}{' (forgotten?)' if step.forgotten else ''}")
        print(f"    {step.why}")
        if step.command:
            print(f"    $ {step.command}")
        print(f"    [{step.step_id}]\n")
