"""`chainlead consent`: which host may be asked what, who agreed, and why."""

from typing import Annotated

import typer

from chainlead.cli._case_first import ListByDefault
from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table

app = typer.Typer(
    cls=ListByDefault,
    no_args_is_help=True,
    help="Agree that a host may be asked, take it back, and see what was agreed.",
)

Host = Annotated[
    str,
    typer.Argument(
        metavar="HOST",
        help="As in its address, with the port if it is not the usual one: 127.0.0.1:8332.",
        show_default=False,
    ),
]


@app.command("grant")
def grant(
    case: CaseFolder,
    host: Host,
    *,
    questions: Annotated[
        list[str],
        typer.Option("--for", help="A class of question; may be repeated. See `consent list`."),
    ],
    why: Why,
) -> None:
    """Agree that a host may be asked these classes of question; the journal keeps who and why."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.consent import grant as run

    with Case.open_to_write(case) as opened:
        run(opened, host, tuple(questions), why=why)
    print(f"{host} may now be asked: {', '.join(sorted(questions))}.")
    print(f"Next: chainlead fetch blocks {case} FIRST LAST --node http://{host}/")


@app.command("withdraw")
def withdraw(case: CaseFolder, host: Host, *, why: Why = "") -> None:
    """Take back every consent for a host."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.consent import withdraw as run

    with Case.open_to_write(case) as opened:
        run(opened, host, why=why)
    print(f"{host} is not asked any more.")


@app.command("list")
def show(case: CaseFolder, *, as_json: Json = False) -> None:
    """Print the consents that hold, and what each class of question tells a host."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.consent import QUESTIONS, find_consents

    with Case.open_to_read(case) as opened:
        held = [consent.to_document() for consent in find_consents(opened)]
    if as_json:
        print_json({"consents": held, "questions": QUESTIONS})
        return
    if held:
        print_table(
            ("host", "may be asked", "who agreed", "why"),
            [(c["host"], c["question"], c["who"], c["why"]) for c in held],
        )
        print()
    print_table(("class of question", "what the host learns"), list(QUESTIONS.items()))
