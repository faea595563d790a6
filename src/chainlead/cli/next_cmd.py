"""`chainlead next`: what to do next, in plain words."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chainlead.guide import Ask

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
    ask: Annotated[
        bool, typer.Option("--ask", help="Say what could be asked, of whom, and what it brings.")
    ] = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Say what to do next and what was forgotten, each with the exact command."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.next import dismiss_step, next_steps, what_to_ask

    if dismiss:
        with Case.open_to_write(case) as opened:
            step = dismiss_step(opened, dismiss, why=why)
        if as_json:
            print_json({"dismissed": step.step_id, "why": why})
        else:
            print(f"Set aside: {step.title}")
        return
    if ask:
        with Case.open_to_read(case) as opened:
            _print_asks(what_to_ask(opened), as_json=as_json)
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


def _print_asks(found: "Iterable[Ask]", *, as_json: bool) -> None:
    """Each question with whom to ask, what it brings, what it costs, how long it takes."""
    from chainlead.guide import CONFIRM, WHOM

    if as_json:
        print_json(
            {"asks": [{**asdict(each), "certainty": each.certainty.value} for each in found]}
        )
        return
    for each in found:
        print(f"Ask {WHOM[each.whom]}: {printable(each.question)}")
        print(f"    It brings: {printable(each.brings)}")
        print(f"    It costs: {printable(each.cost)}")
        print(f"    It takes: {printable(each.time)}")
        print(f"    How sure: {each.certainty.words}. Source: {each.source}")
        if each.is_law:
            print(f"    {CONFIRM}")
        print(f"    [{each.ask_id}]\n")
