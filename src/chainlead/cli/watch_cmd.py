"""`chainlead watch`: did money of the case move? Asked at the unit's own node."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._node_options import BitcoinNode, bitcoin_node, progress_line
from chainlead.cli._option_group import with_options
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json
from chainlead.cli._rerun import has_open_ends, print_reruns, rerun_documents, run_again
from chainlead.errors import WireError

if TYPE_CHECKING:
    from chainlead.workflow.rerun import Rerun
    from chainlead.workflow.watch import Movement, WatchResult

app = typer.Typer(help="Look whether money of the case moved, at the unit's own node.")

_sleep: Callable[[float], None] = time.sleep


@app.command()
@with_options("node", bitcoin_node, requests=1_000_000)
def watch(
    case: CaseFolder,
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ADDRESS…]",
            help="Addresses; if left out, relevant own addresses and unspent ends of traces.",
        ),
    ] = None,
    *,
    every: Annotated[
        int | None,
        typer.Option("--every", min=10, metavar="SECONDS", help="Look again until interrupted."),
    ] = None,
    node: BitcoinNode,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Look at the blocks since the last look. The node never learns the addresses.

    The node needs blockfilterindex=1. Ends with 1 where something moved.
    """
    options = {**node.options, "why": why}

    def look() -> "tuple[WatchResult, tuple[Rerun, ...]]":
        from chainlead.workflow.case import Case
        from chainlead.workflow.watch import watch as look_once

        with Case.open_to_write(case) as opened:
            progress = progress_line("Looking at block filters")
            seen = look_once(opened, node.address(), addresses or (), **options, progress=progress)
            return seen, run_again(opened, no_rerun=node.no_rerun)

    if every is None:
        result, again = look()
        _print(result, again, case, as_json=as_json)
        if result.movements or has_open_ends(again):
            raise typer.Exit(WARNINGS)
        return
    while True:
        try:
            _print(*look(), case, as_json=as_json)
        except WireError as error:  # the node may be there again at the next look
            if type(error) is not WireError:
                raise
            typer.echo(f"Not looked: {error.message} Looking again in {every} s.", err=True)
        _sleep(every)


def _print(result: "WatchResult", again: "Sequence[Rerun]", case: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({**_document(result), "reruns": rerun_documents(again)})
        return
    count = len(result.watched)
    watched = f"{count} address{'es' if count != 1 else ''} watched"
    if result.last < result.first:
        print(f"{watched}; no new block since height {result.last}.")
    else:
        print(f"{watched}; blocks {result.first} to {result.last} were looked at.")
    if result.is_reorganised:
        print(
            "The chain was reorganised since the last look: its last blocks were looked at again."
        )
    for movement in result.movements:
        print(_sentence(movement))
    if result.movements:
        print(f"Next: chainlead next {case}")
    else:
        print("Nothing moved.")
    print_reruns(again, case)


def _sentence(movement: "Movement") -> str:
    if movement.kind == "concerned":
        return (
            f"Block {movement.block_hash} concerns a watched address; the case does not hold the "
            "money that was moved."
        )
    word = "LEFT" if movement.kind == "spent" else "Came to"
    return (
        f"{word} {movement.address}: {movement.amount_units} base units, transaction "
        f"{movement.txid}, block {movement.height}."
    )


def _document(result: "WatchResult") -> dict[str, Any]:
    return {
        "watched": [{"address": one.address, "origin": one.origin} for one in result.watched],
        "first": result.first,
        "last": result.last,
        "new_blocks": result.new_blocks,
        "reorganised": result.is_reorganised,
        "movements": [movement.document() for movement in result.movements],
    }
