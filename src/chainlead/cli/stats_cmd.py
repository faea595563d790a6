"""`chainlead stats`: how common crypto is in the unit's own cases."""

from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import Json, print_json, print_table

app = typer.Typer(help="Count in how many cases crypto traces were found, with interval.")


@app.command("stats")
def stats(
    cases: Annotated[
        list[Path], typer.Argument(metavar="CASE…", help="Case folders.", show_default=False)
    ],
    *,
    practice: Annotated[bool, typer.Option("--practice", help="Count practice cases too.")] = False,
    as_json: Json = False,
) -> None:
    """Count the cases with crypto traces: numerator, denominator, period, definition, interval."""
    from chainlead.workflow.stats import unit_figures

    document = unit_figures(cases, with_practice=practice).to_document()
    if as_json:
        print_json(document)
        return
    period, interval = document["period"], document["wilson_95_percent"]
    print(f"Cases with crypto traces: {document['numerator']} of {document['denominator']}")
    if interval:
        print(
            f"Share: {document['percent']} %  (95 % interval {interval['low']} to "
            f"{interval['high']} %, Wilson)"
        )
    else:
        print("Share: not printed, because there are too few cases.")
    if period:
        print(f"Period: cases opened from {period['first_case']} to {period['last_case']}")
    print(f"Definition: {document['definition']}")
    print(f"Denominator: {document['denominator_is']}")
    print(f"Not searched, in no denominator: {document['unsearched_cases']}")
    print(f"Practice cases left out: {document['practice_cases_left_out']}")
    if document["survey_class"]:
        survey = document["survey_class"]
        print(f"Beside the survey: {survey['class']}. {survey['label']}")
        print(survey["published"])
    if document["by_chain"]:
        print()
        print_table(("chain", "cases"), sorted(document["by_chain"].items()))
    print(document["suppression"])
