"""`chainlead contested`: links that are not drawn without a person, and the person's decision."""

from typing import Annotated, Any

import typer

from chainlead.cli._links_output import LEVEL, UNTIL, parse_level, plain, print_cards
from chainlead.cli._output import CaseFolder, Json, Why, print_json
from chainlead.model import Chain

SIDES = 12
"""More clusters than this are not listed for one transaction."""

app = typer.Typer(help="List contested links between addresses, and decide about them.")


@app.command()
def contested(
    case: CaseFolder,
    txid: Annotated[
        str | None, typer.Argument(metavar="[TXID]", help="Decide about this transaction.")
    ] = None,
    *,
    accept: Annotated[bool, typer.Option("--accept", help="The link holds: one party.")] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="The two sides are different parties.")
    ] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Undo the decision.")] = False,
    level: LEVEL = "co-spend",
    until_height: UNTIL = None,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """List what would merge clusters and was not drawn; with TXID and a verdict, decide.

    A link is contested where two large clusters would merge, or clusters of different parties, or
    where it rests on dust or on a transaction that several people may have signed.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.contested import find_contested
    from chainlead.workflow.links import decide_link

    asked = [
        name
        for name, given in (("accept", accept), ("refuse", refuse), ("withdraw", withdraw))
        if given
    ]
    if bool(txid) != bool(asked) or len(asked) > 1:
        raise typer.BadParameter(
            "give a TXID with one of --accept, --refuse and --withdraw, or none of them"
        )
    wanted = parse_level(level)
    if txid:
        with Case.open_to_write(case) as opened:
            done = decide_link(opened, txid, asked[0], why=why, chain=chain, level=wanted)
        if as_json:
            print_json(done)
        else:
            print(f"Noted in the journal: {asked[0]} the link by {done['txid']}.")
            _print_sides(done)
            print(f"Next: chainlead without {case} {done['txid']} shows what hangs on it.")
        return
    with Case.open_to_read(case) as opened:
        document = find_contested(opened, chain=chain, level=wanted, until_height=until_height)
    if as_json:
        print_json(document)
        return
    _print(str(case), document)


def _print(case: str, document: dict[str, Any]) -> None:
    pinned = document["pinned"]
    print(
        f"Ledger: {pinned['chain']} {pinned['network']}, up to height {pinned['height']}. "
        f"Level: {document['level']}. Clusters: {document['clusters']}."
    )
    still_open = [link for link in document["contested"] if link["state"] == "open"]
    print(f"Contested links: {len(still_open)} open.")
    for link in document["contested"]:
        print()
        print(
            f"{link['txid']} at height {link['height']}, by {link['rule']} v{link['version']}: "
            f"{link['state']}"
        )
        for doubt, reason in zip(link["doubts"], link["reasons"], strict=True):
            print(f"  {doubt}: {reason}")
        _print_sides(link)
    if document["decisions"]:
        print()
        print("Decided:")
        for row in document["decisions"]:
            print(f"  {row['txid']} ({row['rule']}): {row['verdict']}: {plain(row['why'])}")
    print()
    print_cards(document["inferences"])
    if still_open:
        print(f'Next: chainlead contested {case} TXID --accept (or --refuse) --why "…"')


def _print_sides(link: dict[str, Any]) -> None:
    for side in link["sides"][:SIDES]:
        said = (
            f", said to belong to {plain(' or '.join(side['parties']))}" if side["parties"] else ""
        )
        shown = ", ".join(side["addresses"][:3])
        more = len(side["addresses"]) - 3
        print(
            f"  cluster {side['name']} of {side['size']}{said}; takes part with {shown}"
            + (f" and {more} more" if more > 0 else "")
        )
    if len(link["sides"]) > SIDES:
        print(f"  and {len(link['sides']) - SIDES} more clusters: see --json")
