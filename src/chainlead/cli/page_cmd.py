"""`chainlead page`: check a saved page as text."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, Json, Why, print_json, print_table

app = typer.Typer(help="Check a saved page as text: prices, contacts, signs, receipts.")

_DAY_CHARACTERS = 10


@app.command()
def page(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="HTML, MHTML, WARC or text.", show_default=False)
    ],
    *,
    case: Annotated[
        Path | None,
        typer.Option(help="Compare with this case's pages and ledger, and keep the result."),
    ] = None,
    start: Annotated[
        str, typer.Option("--from", help="Receipts from this day on (2024-02-01), UTC.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="Receipts until the end of this day, UTC.")] = "",
    tolerance: Annotated[
        str, typer.Option(help="How far a receipt may be from a price, in percent.")
    ] = "0.5",
    quantity: Annotated[
        int, typer.Option(min=1, max=100, help="A receipt may be up to so many times a price.")
    ] = 1,
    rate: Annotated[
        list[str] | None,
        typer.Option(help="For prices in other money: EUR/BTC=40000; may be repeated."),
    ] = None,
    rate_source: Annotated[str, typer.Option(help="Where the rate comes from.")] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Check a saved page as text: prices, contacts, signs; with --case also clones and receipts."""
    from chainlead.ledger import Window
    from chainlead.workflow.case import Case
    from chainlead.workflow.page import check_file
    from chainlead.workflow.page_ledger import Asked, parse_rate

    asked = Asked(
        window=Window(_moment(start, is_end=False), _moment(end, is_end=True)),
        tolerance_ppm=_ppm(tolerance),
        most_quantity=quantity,
        rates=tuple(parse_rate(text, rate_source) for text in rate or []),
    )
    if case is None:
        result = check_file(file, asked=asked)
    else:
        with Case.open_to_write(case) as opened:
            result = check_file(file, case=opened, asked=asked, why=why)
    if as_json:
        print_json(result.document)
    else:
        _print(result.document, has_case=case is not None)
    if result.has_unread:
        raise typer.Exit(WARNINGS)


def _moment(text: str, *, is_end: bool) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day like 2024-02-01") from error
    if len(text) == _DAY_CHARACTERS and is_end:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _ppm(percent: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        ppm = Decimal(percent) * 10_000
    except InvalidOperation:
        ppm = Decimal(-1)
    if not 0 <= ppm <= 500_000 or ppm != ppm.to_integral_value():
        raise typer.BadParameter("--tolerance is a percentage from 0 to 50, like 0.5")
    return int(ppm)


def _print(document: dict[str, Any], *, has_case: bool) -> None:
    print(f"{document['file']}: {document['size_bytes']} bytes, SHA-256 {document['sha256']}")
    if not document["pages"]:
        print("No page and no text in this file.")
    for page_document in document["pages"]:
        _print_page(page_document, has_case=has_case)
    for note in [*document["notes"]]:
        print(f"Note: {note}")
    for unread in document["unread"]:
        print(f"Not read: {_safe(' › '.join(unread['location']))}: {_safe(unread['detail'])}")
    print("\nThese are observations about a saved text. They are no verdict on anybody.")


def _print_page(page_document: dict[str, Any], *, has_case: bool) -> None:
    print(f"\nPage {_safe(' › '.join(page_document['location']))}")
    if page_document["title"]:
        print(f"Title: {_safe(page_document['title'])}")
    for place in page_document["known_as"]:
        print(f"The same bytes lie in the case: {_safe(place)}")
    for heading, headings, rows in _tables(page_document):
        if rows:
            print(f"\n{heading}")
            print_table(headings, rows)
    if page_document["signs"]:
        print("\nSigns, each with an innocent explanation:")
        for sign in page_document["signs"]:
            print(f"- {sign['name']}: {_safe(sign['seen'])}\n  But: {_safe(sign['innocent'])}")
    else:
        print("\nNo sign of a page that sells nothing.")
    for result in page_document["ledger"]:
        _print_ledger(result)
    if has_case and page_document["addresses"] and not page_document["ledger"]:
        print("\nThe case has no ledger of these addresses: `chainlead ledger add CASE SOURCE`.")


def _tables(page_document: dict[str, Any]) -> list[tuple[str, tuple[str, ...], list[Any]]]:
    return [
        (
            "Coin addresses",
            ("address", "chains", "certainty", "where"),
            [
                (_safe(a["address"]), ", ".join(a["chains"]), a["certainty"], a["places"][0])
                for a in page_document["addresses"]
            ],
        ),
        (
            "Prices",
            ("amount", "currency", "line", "as written"),
            [
                (p["amount"], "/".join(p["currencies"]), p["line"], _safe(p["written"]))
                for p in page_document["prices"]
            ],
        ),
        (
            "Contacts",
            ("kind", "value", "certainty", "where"),
            [
                (c["kind"], _safe(c["value"]), c["certainty"], c["places"][0])
                for c in page_document["contacts"]
            ],
        ),
    ]


def _print_ledger(result: dict[str, Any]) -> None:
    pinned = result["pinned"]
    print(
        f"\nLedger ({result['chain']} {pinned['network']}, heights {pinned['first_height']} to "
        f"{pinned['height']}): {result['address']}"
    )
    print(
        f"  {result['receipts']} receipts known, {result['received']}; {result['in_window']} in the "
        f"window; {len(result['matches'])} match a price, {result['exact_matches']} of them exactly."
    )
    if result["prices_not_compared"]:
        print(
            f"  {result['prices_not_compared']} prices in other money were not compared; at the rate "
            f"of each day: chainlead match CASE --page FILE --address {result['address']}"
        )
    for match in result["matches"]:
        times = f"{match['quantity']} x " if match["quantity"] > 1 else ""
        print(f"  {match['mined_at'] or 'time unknown'}  {times}{_safe(match['price'])}"
              f"  {match['outpoint']}")  # fmt: skip
        for note in match["notes"]:
            print(f"      {note}")
    shifted = ", ".join(
        f"{s['per_mille'] / 10:+g} %: {s['matches']}" for s in result["shifted_prices"]
    )
    print(f"  By chance: at shifted prices {shifted or 'not counted'};")
    windows = result["shifted_windows"]
    counted = ", ".join(f"{w['from'][:10]}: {w['matches']} of {w['receipts']}" for w in windows)
    print(f"  at shifted times {counted or 'not counted (give --from and --to)'};")
    elsewhere = result["elsewhere"]
    print(f"  at other addresses {elsewhere['matches']} of {elsewhere['outputs']} outputs.")
    for line in result["competing_explanations"]:
        print(f"  Or: {_safe(line)}")


def _safe(text: str) -> str:
    from chainlead.findings import make_visible

    return make_visible(text)
