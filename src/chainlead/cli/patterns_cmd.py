"""`chainlead patterns`: shapes in the ledger that have a name."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json, print_table
from chainlead.model import Chain

app = typer.Typer(help="Show peel chains, sweeps, batch payouts, deposit addresses and dust.")


@app.command()
def patterns(
    case: CaseFolder,
    *,
    pattern: Annotated[
        list[str] | None,
        typer.Option(help="Look for this pattern only; may be given several times."),
    ] = None,
    trace: Annotated[
        str | None, typer.Option(metavar="ID", help="Look only at the transactions of this trace.")
    ] = None,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    until: Annotated[
        int | None, typer.Option(metavar="HEIGHT", help="Look at nothing after this height.")
    ] = None,
    rows: Annotated[
        int, typer.Option(min=1, help="Show at most so many finds of each pattern.")
    ] = 50,
    as_json: Json = False,
) -> None:
    """List what was found, folded to one line each; --json unfolds. Nothing in the case changes."""
    from chainlead.model import NATIVE, Amount
    from chainlead.trace import find_patterns
    from chainlead.workflow.case import Case
    from chainlead.workflow.patterns import find_case_patterns

    with Case.open_to_read(case) as opened:
        document = find_case_patterns(
            opened, chain=chain, names=pattern, trace_id=trace, until_height=until
        )
    if as_json:
        print_json(document)
        return
    asset = NATIVE[Chain(document["pinned"]["chain"])]
    cards = {card["name"]: card for card in document["inferences"]}
    count = document["looked_at"]["transactions"]
    print(f"Looked at {count} transactions up to height {document['pinned']['height']}.")
    for kind in find_patterns(pattern):
        finds = [found for found in document["patterns"] if found["pattern"] == kind.name]
        if not finds:
            continue
        print(f"\n{kind.title}: {len(finds)} found, inferred ({kind.name} v{kind.version})")
        print_table(
            ["heights", "first transaction", "about", "what", "amounts"],
            (
                [
                    "-".join(str(height) for height in sorted(set(found["heights"]))),
                    found["txids"][0],
                    found["addresses"][0]
                    if len(found["addresses"]) == 1
                    else f"{len(found['addresses'])} addresses",
                    found["summary"],
                    "; ".join(
                        f"{name} {Amount(asset, int(units))}"
                        for name, units in found["amounts_units"].items()
                    ),
                ]
                for found in finds[:rows]
            ),
        )
        if len(finds) > rows:
            print(f"… and {len(finds) - rows} more: --rows shows them, --json all.")
        card = cards[kind.name]
        print(f"Assumption: {card['assumption']}")
        print(f"Known failure: {card['known_failure']}")
        print(f"Error rate: {card['error_rate'] or 'not measured'}")
    if not document["patterns"]:
        print("No pattern was found.")
    print(f"Next: chainlead trace {case} ORIGIN follows one of these; --json unfolds them all.")
