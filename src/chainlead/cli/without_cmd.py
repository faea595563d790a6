"""`chainlead without`: what falls apart if one link is not counted."""

from typing import Annotated, Any

import typer

from chainlead.cli._links_output import LEVEL, UNTIL, left_out, parse_level
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
    level: LEVEL = "co-spend",
    until_height: UNTIL = None,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the cluster that a transaction joins, and its groups without that transaction."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.links import derive_without

    with Case.open_to_read(case) as opened:
        document = derive_without(
            opened, txid, chain=chain, level=parse_level(level), until_height=until_height
        )
    if as_json:
        print_json(document)
        return
    for line in _lines(document):
        print(line)
    if document["unknown_inputs"]:
        print(f"Of this transaction {left_out(document['unknown_inputs'])}")


def _lines(document: dict[str, Any]) -> list[str]:
    contested = [
        f"This transaction is contested ({link['rule']}): {', '.join(link['doubts'])}."
        for link in document["contested"]
    ]
    if document["refused_as_mixing"]:
        return [f"This transaction looks like {document['mixing']}; it joins no addresses."]
    if not document["joins"]:
        return contested or ["This transaction joins no addresses: nothing hangs on it."]
    before, after = document["before"], document["after"]
    if len(after) == 1:
        size = len(before)
        held = f"Nothing falls apart: the cluster of {size} addresses holds through other transactions."
        return [*contested, held]
    lines = [*contested, f"The cluster of {len(before)} addresses falls into {len(after)} groups:"]
    for number, group in enumerate(after, start=1):
        lines.append(f"{number}: {len(group)} addresses")
        lines += [f"   {address}" for address in group]
    return lines
