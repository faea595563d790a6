"""`chainlead rates`: exchange rates of a case: add files, see what is covered, ask for a day."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table
from chainlead.cli._percent import parse_percent

if TYPE_CHECKING:
    from chainlead.workflow.rates import AddedRates


class _CaseFirst(TyperGroup):
    """`rates CASE` is `rates list CASE`; `rates CASE add FILE` is `rates add CASE FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front."""
        if args and args[0] not in self.commands and args[0] != "--help":
            if len(args) > 1 and args[1] in self.commands:
                args = [args[1], args[0], *args[2:]]
            else:
                args = ["list", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_CaseFirst,
    no_args_is_help=True,
    help="Exchange rates: what is covered (`rates CASE`), add files, ask for a day.",
)


@app.command("add")
def add(
    case: CaseFolder,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="ECB zip or CSV, daily coin prices, own rates; folders of them.",
            exists=True,
        ),
    ],
    *,
    source: Annotated[str, typer.Option(help="Who publishes them.")] = "",
    asset: Annotated[str, typer.Option(help="The coin, where the file does not name it.")] = "",
    currency: Annotated[
        str, typer.Option(help="The currency, where the file does not name it.")
    ] = "",
    price: Annotated[str, typer.Option(help="Which price of the day it is: close, open, …")] = "",
    holds_days: Annotated[
        int | None,
        typer.Option(min=0, max=31, help="A day without a rate has one of so many days before."),
    ] = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Add files of rates; each is kept whole, read by its content, or refused by name.

    Ends with code 1 where some of several files were refused.
    """
    from chainlead.errors import RateFileError
    from chainlead.ledger import RateHints
    from chainlead.workflow.case import Case
    from chainlead.workflow.rates import add_rates

    hints = RateHints(source, asset, currency, price, holds_days)
    named = [one for path in files for one in _files_of(path)]
    done: list[AddedRates] = []
    refused: list[dict[str, str]] = []
    with Case.open_to_write(case) as opened:
        for path in named:
            try:
                done += add_rates(opened, [path], hints, why=why)
            except RateFileError as error:
                if len(named) == 1:
                    raise
                refused.append({"path": str(path), "reason": error.message})
    if as_json:
        print_json({"files": done, "refused": refused})
    else:
        _print_added(done)
        for one in refused:
            print(f"Not used: {one['reason']}")
    if refused:
        raise typer.Exit(WARNINGS)


def _files_of(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _print_added(done: "Sequence[AddedRates]") -> None:
    print_table(
        ("state", "pairs", "rates", "from", "to", "source", "which price"),
        ((f.state, f.pairs, f.days, f.first, f.last, f.title, f.basis) for f in done),
    )
    for file in done:
        for note in file.notes:
            print(f"{Path(file.path).name}: {note}.")


@app.command("list", hidden=True)
def list_all(
    case: CaseFolder,
    *,
    pair: Annotated[str, typer.Option(help="Only pairs with this coin or currency.")] = "",
    as_json: Json = False,
) -> None:
    """List the sources of a case and what each covers."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.rates import list_rates

    with Case.open_to_read(case) as opened:
        sources = list_rates(opened)
    wanted = pair.upper()
    for one in sources:
        one["pairs"] = [
            p for p in one["pairs"] if not wanted or wanted in {p["base"].upper(), p["quote"]}
        ]
    if as_json:
        print_json({"sources": sources})
        return
    if not sources:
        print("The case holds no rate: values in other money cannot be given.")
        print(f"Next: chainlead rates add {case} FILE…")
        return
    print_table(
        ("pair", "from", "to", "rates", "stands for", "source"),
        (
            (
                f"{p['base']}/{p['quote']}",
                p["first"],
                p["last"],
                p["days"],
                f"{p['holds_days']} days on" if p["holds_days"] else "its day",
                one["title"],
            )
            for one in sources
            for p in one["pairs"]
        ),
    )
    for one in sources:
        print(f"{one['title']}: {one['basis']}; {one['name']}, SHA-256 {one['sha256']}")


@app.command("at")
def at(
    case: CaseFolder,
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"])],
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="BTC, XMR, EUR …")],
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="SEK, EUR …")],
    *,
    disagree: Annotated[
        str, typer.Option(help="From where on sources are said to disagree.")
    ] = "2%",
    as_json: Json = False,
) -> None:
    """Say what one whole coin cost on a UTC day: rate, date, source, way, and who disagrees.

    Ends with code 1 where the case has no rate.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.rates import rate_at

    with Case.open_to_read(case) as opened:
        value = rate_at(
            opened, day.date(), asset, currency, disagree_ppm=parse_percent(disagree, "--disagree")
        )
    if as_json:
        print_json({"value": value.to_document() if value else None})
    elif value is None:
        print(f"The case has no rate for {asset.upper()} in {currency.upper()} on {day:%Y-%m-%d}.")
        print("No figure is given without a rate: see `chainlead rates CASE`.")
    else:
        print(
            f"1 {value.code} = {value.reading.price_text} {value.currency} on {value.day} "
            f"({value.reading.path})"
        )
        print(f"  {value.rate_words}.")
    if value is None:
        raise typer.Exit(WARNINGS)
