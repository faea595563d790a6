"""`chainlead demo`: the practice case, from exhibit to answer and report, in under a minute."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import Json, print_json

app = typer.Typer()


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to put it; an older demo is replaced.")
    ] = Path("demo-case"),
    *,
    empty: Annotated[
        bool, typer.Option("--empty", help="The world and an empty case: you do everything.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build the practice case, work it from exhibit to answer and report, and say what to look at."""
    from chainlead.config import current_user
    from chainlead.errors import VerificationError
    from chainlead.workflow.demo import prepare_demo, run_demo

    if empty:
        _print_empty(folder, prepare_demo(folder, current_user()), as_json=as_json)
        return
    made = run_demo(folder, lambda line: print(line, file=sys.stderr))
    if as_json:
        print_json(
            {
                name: str(value) if isinstance(value, Path) else value
                for name, value in asdict(made).items()
            }
        )
    else:
        print(f"""
PRACTICE CASE: nothing in it is real.

Report      {made.report}
Requests    {made.case / "requests"}
Exhibit     {made.exhibit}
The truth   {made.truth}   (look last: it is what a right investigation finds)

Look at, in this order:
  chainlead findings {made.case}                what the seized devices held, own wallet first
  chainlead patterns {made.case}                peel chains, sweeps, deposit addresses, dust
  chainlead contested {made.case}               links that no rule may draw: you decide
  chainlead leads {made.case}                   the services that the money reached
  chainlead deadlines {made.case}               the clocks of the request that went out
  chainlead answer show {made.case} {made.answered.answer_id}
                                                what the exchange answered, and what is wrong with it
  chainlead next {made.case}                    what to do now, and what was forgotten
  chainlead journal {made.case}                 who did what, when and why
  chainlead verify {made.case}                  the whole case made again, byte for byte

In the report: the trail (time runs left to right), the taint rules side by side, the stop at the
mix, the trail that goes on behind the exchange on its word alone (dotted), the payments at the shop's
prices, the conflicting tag on the exchange's wallet, and what could not be read. Each rule stands with its assumption, its known failure and its measured error rate.""")
    if made.problems:
        raise VerificationError(f"The practice case did not verify: {made.problems} problem(s).")


def _print_empty(folder: Path, case: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"folder": str(folder), "case": str(case), "world": str(folder / "world")})
        return
    print(f"""PRACTICE CASE: nothing in it is real.

Case        {case}   (empty: everything is still to do)
What to read{"":2}{folder / "world"}

Begin with: chainlead scan {case} {folder / "world" / "exhibit"}
Or in the browser: chainlead serve {folder.parent}""")
