"""How `chainlead trace` shows a trail over accounts."""

from collections.abc import Mapping
from typing import Any

import typer

from chainlead.cli._output import WARNINGS, print_json, print_table
from chainlead.workflow.rates import end_key

_UNREAD = {"left the known blocks", "balance not known", "not fetched"}


def show_account_trace(
    trace_id: str,
    origin: str,
    document: dict[str, Any],
    *,
    case: str,
    values: Mapping[str, Any],
    as_json: bool,
) -> None:
    """Print the trace.

    Raises:
        typer.Exit: with code 1 where the trail leaves what is known.
    """
    if as_json:
        print_json({**document, "values": {k: v.to_document() for k, v in values.items()}})
    else:
        _print(trace_id, origin, document, values)
        print(f"Next: chainlead leads {case}")
    ends = [node for result in document["rules"].values() for node in result["frontier"]]
    if any(node["reason"] in _UNREAD for node in ends):
        raise typer.Exit(WARNINGS)


def _print(
    trace_id: str, origin: str, document: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    pinned, asset = document["pinned"], document["asset"]
    print(f"Trace {trace_id}: {document['direction']} from {origin}")
    print(
        f"Ledger: {pinned['chain']} {pinned['network']}, up to height {pinned['height']}, "
        f"block {pinned['block_hash']}"
    )
    token = f", contract {asset['contract']}" if asset["contract"] else ""
    print(f"Amounts in {asset['symbol']}{token}.")
    print()
    names = sorted(document["rules"])
    places: dict[tuple[str, ...], dict[str, Any]] = {}
    for name in names:
        for node in document["rules"][name]["frontier"]:
            key = tuple(str(node[part]) for part in ("account", "txid", "reason", "memo"))
            place = places.setdefault(key, {**node, "traced": {}})
            place["traced"][name] = node["traced_units"]
    ordered = sorted(
        places.values(),
        key=lambda p: (
            p["reason"] != "service",
            p["height"] or 0,
            p["txid"] or "",
            p["account"] or "",
        ),
    )
    valued = ["value then"] if values else []
    rows = [
        [
            place["reason"], place["account"] or "", place["memo"] or "", place["height"] or "",
            *[_amount(place["traced"].get(name), asset["decimals"]) for name in names],
            *[str(values.get(end_key(place), "")) for _ in valued],
        ]
        for place in ordered
    ]  # fmt: skip
    print_table(["stops at", "account", "tag", "height", *names, *valued], rows)
    print()
    for name in names:
        for note in document["rules"][name]["notes"]:
            print(f"{name}: {note}")
    for note in document["notes"]:
        print(note)
    print(
        "Which rule a court accepts is national law. Poison is an upper bound, not an amount paid."
    )


def _amount(units: str | None, decimals: int) -> str:
    if units is None:
        return ""
    digits = units.rjust(decimals + 1, "0")
    if not decimals:
        return digits
    return f"{digits[:-decimals]}.{digits[-decimals:].rstrip('0')}".rstrip(".")
