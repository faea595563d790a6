"""`chainlead without`: what falls apart if one link is not counted."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json
from chainlead.model import Chain

app = typer.Typer(help="Show what falls apart if one transaction is not counted as a link.")


@app.command()
def without(
    case: CaseFolder,
    txid: Annotated[
        str, typer.Argument(metavar="TXID", help="A transaction id.", show_default=False)
    ],
    *,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the cluster that a transaction joins, and its groups without that transaction."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.links import derive_without

    with Case.open_to_read(case) as opened:
        document = derive_without(opened, txid, chain=chain)
    if as_json:
        print_json(document)
        return
    if document["refused_as_mixing"]:
        print("This transaction looks like a mixing round; it joins no addresses.")
    elif not document["joins"]:
        print("This transaction joins no addresses: nothing hangs on it.")
    elif len(document["after"]) == 1:
        print(
            f"Nothing falls apart: the cluster of {len(document['before'])} addresses holds "
            "through other transactions."
        )
    else:
        print(
            f"The cluster of {len(document['before'])} addresses falls into "
            f"{len(document['after'])} groups:"
        )
        for number, group in enumerate(document["after"], start=1):
            print(f"{number}: {len(group)} addresses")
            for address in group:
                print(f"   {address}")
