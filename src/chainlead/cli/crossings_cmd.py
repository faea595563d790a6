"""`chainlead crossings`: money that may have come out on another ledger."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json, print_table
from chainlead.model import Chain

app = typer.Typer(help="List payouts on one ledger that fit deposits on another.")


@app.command()
def crossings(
    case: CaseFolder,
    start: Annotated[Chain, typer.Argument(metavar="FROM", show_default=False)],
    end: Annotated[Chain, typer.Argument(metavar="TO", show_default=False)],
    *,
    after: Annotated[
        int, typer.Option(metavar="MINUTES", min=0, help="How long the service may take.")
    ] = 60,
    before: Annotated[
        int, typer.Option(metavar="MINUTES", min=0, help="How early it may pay.")
    ] = 10,
    less: Annotated[
        int, typer.Option(metavar="PERMILLE", min=0, max=999, help="How much less may come out.")
    ] = 30,
    more: Annotated[
        int, typer.Option(metavar="PERMILLE", min=0, max=999, help="How much more may come out.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """List candidates with the number that compete, and ways there and back. Only leads."""
    from chainlead.model import NATIVE, Amount
    from chainlead.trace import CrossLedger
    from chainlead.workflow.case import Case
    from chainlead.workflow.crossings import find_crossings

    rule = CrossLedger(
        before_seconds=before * 60,
        after_seconds=after * 60,
        most_fee_permille=less,
        most_gain_permille=more,
    )
    with Case.open_to_read(case) as opened:
        document = find_crossings(opened, start, end, rule=rule)
    if as_json:
        print_json(document)
        return
    found = document["candidates"]
    print(
        f"{document['deposits']} deposits to services on {start.value}, {document['payouts']} payouts "
        f"on {end.value}: {len(found)} candidates, inferred."
    )
    if document["deposits_without_a_rate"]:
        print(f"{document['deposits_without_a_rate']} deposits have no rate on their day.")
    print_table(
        ["score", "service", "deposited", "at", "transaction", "paid out", "at", "transaction"],
        (
            [
                one["score"],
                one["service"],
                Amount(NATIVE[start], int(one["deposit"]["amount_units"])),
                one["deposit"]["at"],
                one["deposit"]["txid"],
                Amount(NATIVE[end], int(one["payout"]["amount_units"])),
                one["payout"]["at"],
                one["payout"]["txid"],
            ]
            for one in found
        ),
    )
    for turn in document["u_turns"]:
        home = ", to the same hand" if turn["is_round_trip"] else ""
        print(
            f"There and back{home}: {turn['out']['deposit']['txid']} to "
            f"{turn['back']['payout']['txid']}, score {turn['score']}."
        )
    for card in document["inferences"]:
        print(f"{card['name']} v{card['version']}: {card['assumption']}")
        print(f"  Known failure: {card['known_failure']}")
    for note in document["notes"]:
        print(note)
    print("A score is 1 divided by the candidates that compete. It is a lead: ask the service.")
