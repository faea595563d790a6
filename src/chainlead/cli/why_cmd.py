"""`chainlead why`: what joins two addresses."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json, print_table
from chainlead.model import Chain

app = typer.Typer(help="Show the transactions that join two addresses.")


@app.command()
def why(
    case: CaseFolder,
    a: Annotated[str, typer.Argument(metavar="A", help="An address.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another address.", show_default=False)],
    *,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the shortest chain of co-spends between two addresses, with rule and version."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.links import find_links

    with Case.open_to_read(case) as opened:
        document = find_links(opened, a, b, chain=chain)
    if as_json:
        print_json(document)
        return
    print(f"Inferred: {a} and {b} are in one cluster of {document['cluster']['size']} addresses.")
    rows = [
        [link["addresses"][0], link["addresses"][1], link["txid"], link["height"], link["rule"]]
        for link in document["links"]
    ]
    print_table(["address", "spent together with", "in transaction", "height", "rule"], rows)
    for card in document["inferences"]:
        print(f"{card['name']} v{card['version']}: {card['assumption']}")
        print(f"  Known failure: {card['known_failure']}")
        for name, value in sorted(card["parameters"].items()):
            print(f"  Parameter: {name} = {value}")
        print(f"  Error rate: {card['error_rate'] or 'not measured'}")
    print(f"Next: chainlead without {case} TXID shows what hangs on one of these transactions.")
