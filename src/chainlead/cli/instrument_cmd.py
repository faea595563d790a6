"""`chainlead instrument`: which legal paper for which service, explained. Sends nothing."""

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, Json, print_json, print_table

if TYPE_CHECKING:
    from chainlead.request import Instrument
    from chainlead.workflow.instrument import Explained

app = typer.Typer(help="Say which legal instrument fits, why, and why not the others.")


@app.command()
def instrument(
    *,
    requester: Annotated[
        str, typer.Option("--from", metavar="COUNTRY", help="Your country: SE, DE, US, GB, …")
    ],
    addressee: Annotated[
        str,
        typer.Option(
            "--to", metavar="SERVICE|COUNTRY", help="A service, a country's two letters, `unknown`."
        ),
    ],
    kind: Annotated[
        str,
        typer.Option("--kind", help="financial, information, issuer, seizure or unknown."),
    ] = "",
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Life or limb is at risk now.")
    ] = False,
    prefer: Annotated[
        str, typer.Option("--instrument", help="Another compulsory step than the table's.")
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the transfer; today."),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the answer.")] = "en",
    as_json: Json = False,
) -> None:
    """Explain the choice: first step, compulsory step, freeze, clocks, what to do beside it."""
    from chainlead.custody import SystemClock
    from chainlead.workflow.instrument import explain_instrument

    today = SystemClock().now().date()
    found = explain_instrument(
        requester,
        addressee,
        on=on.date() if on else today,
        today=today,
        kind=kind,
        instrument=prefer,
        is_emergency=emergency,
        language=language,
    )
    if as_json:
        print_json(_document(found))
    else:
        _print(found)
    if found.notes:
        sys.exit(WARNINGS)


def _document(found: "Explained") -> dict[str, Any]:
    from chainlead.attribution import service_document

    return {
        "choice": found.choice,
        "service": service_document(found.service) if found.service else None,
        "companies": found.companies,
        "clocks": [{"clock": name, "deadline": deadline} for name, deadline in found.clocks],
        "notes": found.notes,
        "confirm": found.choice.confirm,
    }


def _print(found: "Explained") -> None:
    from chainlead.request import get_texts

    choice = found.choice
    texts = get_texts(choice.language)
    say = texts.plain
    to = texts.country(choice.addressee_country)
    name = f"{found.service.brand}, {to}" if found.service else to
    print(f"{texts.country(choice.requester_country)} -> {name} ({choice.kind})")
    for company in found.companies:
        print(f"  {company}")
    print(f"\n{choice.situation} {choice.why}")
    print(f"{say('clock_certainty')}: {texts.certainty(choice.certainty)}.")
    _print_steps(say("officer_first"), choice.first)
    _print_steps(say("officer_then"), [choice.chosen])
    if choice.freeze:
        _print_steps(say("officer_freeze"), choice.freeze)
    print(f"\n{say('officer_parallel')}")
    for reason in choice.parallel:
        print(f"  - {reason}")
    print(f"\n{say('officer_why_not')}")
    for other in choice.alternatives:
        print(f"  - {other.instrument.name}: {other.why_not}")
    print(f"\n{say('clocks')}")
    if found.clocks:
        clocks = [texts.clock_words(*clock) for clock in found.clocks]
        rows = [(c["name"], c["length"], c["starts"], c["certainty"]) for c in clocks]
        head = (say("clock"), say("clock_length"), say("clock_from"), say("clock_certainty"))
        print_table(head, rows)
    else:
        print(f"  {say('no_clocks')}")
    for note in (*choice.warnings, *found.notes):
        print(f"\n{say('officer_note', note=note)}")
    print(f"\n{choice.confirm}")


def _print_steps(title: str, steps: Iterable["Instrument"]) -> None:
    print(f"\n{title}")
    for step in steps:
        print(f"  - {step.name}")
        for line in (
            step.legal_basis,
            step.issuing_authority,
            f"{step.form}; {'; '.join(step.languages)}",
            f"[{step.certainty.value}] {step.source} ({step.read})",
            *step.exclusions,
        ):
            print(f"      {line}")
