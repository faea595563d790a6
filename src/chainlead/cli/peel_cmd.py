"""`chainlead peel`: follow what a wallet keeps, hop by hop."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json, print_table
from chainlead.model import Chain

app = typer.Typer(
    help="Follow a wallet's change from a transaction on, with the evidence of each hop."
)


@app.command()
def peel(
    case: CaseFolder,
    txid: Annotated[str, typer.Argument(metavar="TXID", show_default=False)],
    *,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    until: Annotated[
        int | None, typer.Option(metavar="HEIGHT", help="Look at nothing after this height.")
    ] = None,
    max_hops: Annotated[int, typer.Option(min=1, help="End after so many hops.")] = 1_000,
    as_json: Json = False,
) -> None:
    """Print each hop with the features that matched. Nothing in the case changes."""
    from chainlead.model import NATIVE, Amount
    from chainlead.workflow.case import Case
    from chainlead.workflow.peel import follow_peels

    with Case.open_to_read(case) as opened:
        document = follow_peels(opened, txid, chain=chain, until_height=until, most_hops=max_hops)
    if as_json:
        print_json(document)
        return
    asset = NATIVE[Chain(document["pinned"]["chain"])]
    steps = document["steps"]
    peeled = Amount(asset, int(document["peeled_units"]))
    print(f"Inferred: {len(steps)} hops, {peeled} peeled off. It ends: {document['ended']}.")
    if steps:
        print_table(
            ["#", "followed output", "kept", "peeled off to", "spent by", "height", "alike"],
            (
                [
                    number,
                    step["change"]["outpoint"],
                    Amount(asset, int(step["change"]["amount_units"])),
                    ", ".join(
                        one["service"] or one["address"] or one["outpoint"]
                        for one in step["peeled"]
                    ),
                    step["spender"],
                    step["height"],
                    " ".join(step["same"]),
                ]
                for number, step in enumerate(steps, 1)
            ),
        )
    card = document["inferences"][0]
    print(f"Assumption: {card['assumption']}")
    print(f"Known failure: {card['known_failure']}")
    print(f"Error rate: {card['error_rate'] or 'not measured'}")
