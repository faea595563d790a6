"""`chainlead match`: payments that match advertised prices, and how many would match by chance."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table
from chainlead.cli._percent import parse_percent, percent_text
from chainlead.model import Chain

app = typer.Typer(help="Payments that match advertised prices, and how many would by chance.")

_DAY_CHARACTERS = 10
_SHOWN = 50


@app.command()
def match(
    case: CaseFolder,
    *,
    price: Annotated[
        list[str] | None,
        typer.Option(help='An advertised price: "49.90 EUR", "0.01 BTC"; may be repeated.'),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Take the prices of this saved page.", exists=True)
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="Receipts of this address; may be repeated.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Receipts of every address of the ledger.")
    ] = False,
    since: Annotated[str, typer.Option(help="From this UTC day or time on: 2024-03-01.")] = "",
    until: Annotated[str, typer.Option(help="Until the end of this UTC day or time.")] = "",
    recurring: Annotated[
        str, typer.Option(help='Only at these times: "every monday 18:00-20:00".')
    ] = "",
    time_zone: Annotated[str, typer.Option(help="Of --recurring: Europe/Stockholm.")] = "UTC",
    tolerance: Annotated[str, typer.Option(help="How far from a price: 2%.")] = "2%",
    fee_tolerance: Annotated[
        str, typer.Option(help='What may be missing for the network\'s fee: "0.0002 BTC".')
    ] = "",
    quantity: Annotated[int, typer.Option(min=1, max=100, help="Up to so many times a price.")] = 1,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    token: Annotated[str, typer.Option(help="Contract of a token instead of the coin.")] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Find transfers whose value at their time matches a price; count the same where none was asked.

    Ends with code 1 where receipts could not be compared for want of a rate.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.match import Search, prices_of_page
    from chainlead.workflow.match import match as run

    if bool(address) == everything:
        raise typer.BadParameter("name addresses with --address, or give --all: one of the two")
    prices = [*(price or []), *(prices_of_page(page) if page else [])]
    if not prices:
        raise typer.BadParameter("give a price with --price, or a page with prices with --page")
    search = Search(
        prices=tuple(prices),
        addresses=tuple(address or ()),
        since=_moment(since, is_end=False),
        until=_moment(until, is_end=True),
        recurring=recurring,
        time_zone=time_zone,
        tolerance_ppm=parse_percent(tolerance, "--tolerance"),
        fee_tolerance=fee_tolerance,
        most_quantity=quantity,
        chain=chain,
        token=token,
    )
    with Case.open_to_write(case) as opened:
        _, document = run(opened, search, why=why)
    if as_json:
        print_json(document)
    else:
        _print(document)
    if document["unrated"]:
        raise typer.Exit(WARNINGS)


def _moment(text: str, *, is_end: bool) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day or time like 2024-03-01T18:00") from error
    if len(text) == _DAY_CHARACTERS and is_end:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _print(document: dict[str, Any]) -> None:
    pinned = document["pinned"]
    print(
        f"Match {document['match_id']}: {pinned['chain']} {pinned['network']} up to height "
        f"{pinned['height']}, blocks from {document['ledger_from']} to {document['ledger_to']}"
    )
    if document["matches"]:
        print()
        print_table(
            ("mined at (UTC)", "amount", "price", "off by", "value then", "output", "address"),
            [_row(one) for one in document["matches"][:_SHOWN]],
        )
        hidden = document["match_count"] - _SHOWN
        if hidden > 0:
            print(f"{hidden} more: see --json.")
        for one in document["matches"][:_SHOWN]:
            for note in one["notes"]:
                print(f"  {one['outpoint'][:16]}…: {note}")
    if document["by_price"]:
        print()
        print_table(
            (
                "price by itself",
                "matches",
                "by chance, mean",
                "least",
                "most",
                "moves with as many",
            ),
            [_share(one) for one in document["by_price"]],
        )
    print()
    for line in document["summary"]:
        print(line)
    for line in document["competing_explanations"]:
        print(f"But: {line}")


def _share(one: dict[str, Any]) -> tuple[object, ...]:
    chance = one["by_chance"]
    as_many = f"{chance['moves_with_as_many']} of {len(chance['moves'])}"
    return (
        one["price"],
        one["matches"],
        *(chance["words"][name] or "-" for name in ("mean", "least", "most")),
        as_many,
    )


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    times = f"{one['quantity']} x " if one["quantity"] > 1 else ""
    value = one["value"]
    return (
        one["mined_at"] or "time unknown",
        one["amount"],
        f"{times}{one['price']}",
        percent_text(one["difference_ppm"]),
        f"{value['value']} {value['currency']}{' (disputed)' if value['disagrees'] else ''}"
        if value
        else "",
        one["outpoint"],
        one["address"],
    )
