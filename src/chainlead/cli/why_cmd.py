"""`chainlead why`: what joins two addresses."""

from typing import Annotated

import typer

from chainlead.cli._links_output import LEVEL, UNTIL, left_out, parse_level, plain, print_cards
from chainlead.cli._output import CaseFolder, Json, print_json, print_table
from chainlead.model import Chain

app = typer.Typer(help="Show the transactions that join two addresses.")


@app.command()
def why(
    case: CaseFolder,
    a: Annotated[str, typer.Argument(metavar="A", help="An address.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another address.", show_default=False)],
    *,
    level: LEVEL = "co-spend",
    until_height: UNTIL = None,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the shortest chain of evidence between two addresses, with each rule's card."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.links import find_links

    with Case.open_to_read(case) as opened:
        document = find_links(
            opened, a, b, chain=chain, level=parse_level(level), until_height=until_height
        )
    if as_json:
        print_json(document)
        return
    cluster = document["cluster"]
    if not document["links"]:
        print(f"Both are one address; its cluster has {cluster['size']} addresses (inferred).")
        return
    print(f"Inferred: {a} and {b} are in one cluster of {cluster['size']} addresses.")
    print(f"Level {document['level']}: {document['level_meaning']}")
    rows = [
        [
            *link["addresses"],
            link["txid"],
            link["height"],
            f"{link['rule']} v{link['version']}"
            + (", accepted by a person" if link["accepted_by_a_person"] else ""),
        ]
        for link in document["links"]
    ]
    print_table(["address", "linked with", "by transaction", "height", "rule"], rows)
    for link in document["links"]:
        if link["unknown_inputs"]:
            print(f"{link['txid']}: {left_out(link['unknown_inputs'])}")
    for row in document["decisions"]:
        print(
            f"Accepted in journal entry {row['journal_seq']} ({row['txid']}): {plain(row['why'])}"
        )
    print_cards(document["inferences"])
    print(f"Next: chainlead without {case} TXID shows what hangs on one of these transactions.")
